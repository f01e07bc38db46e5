package io.ansermq.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a wanted length kept ready in a directory, so that their owner only has to rename one. Writing into a file
 * whose blocks exist is many times cheaper than growing one, and it cannot run out of space. Thread safe; one thread
 * prepares.
 *
 * <p>A spare is called {@code spare-N}, and {@code spare-N.tmp} while it is being filled. New spares are full of zeros
 * and forced; recycled and adopted ones hold old bytes.
 */
public final class SpareFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SpareFiles.class);
    private static final String PREFIX = "spare-";
    private static final String UNFINISHED = ".tmp";
    private static final int MOST_DIGITS = 18;
    private static final int FORCE_EVERY_BYTES = 8 << 20;

    private final Files files;
    private final Path directory;
    private final Map<Path, Long> ready = new HashMap<>();
    private long nextNumber;

    // the preparing thread
    private @Nullable Filling filling;
    private volatile boolean paused;

    /**
     * Looks for the spares of an earlier life; unfinished ones are deleted.
     *
     * @param adopts whether complete ones are taken over. They may hold anything: a crash can take back the new name of a
     *     spare that was already written to.
     */
    public SpareFiles(final Files files, final Path directory, final boolean adopts) throws IOException {
        this.files = files;
        this.directory = directory;
        for (final String name : files.list(directory)) {
            if (isSpare(name)) {
                adopt(directory.resolve(name), name, adopts);
            }
        }
    }

    /** Whether it is a number behind the prefix, of at most 18 digits, with the end of an unfinished one or without. */
    private static boolean isSpare(final String name) {
        final int end = name.endsWith(UNFINISHED) ? name.length() - UNFINISHED.length() : name.length();
        final int digits = end - PREFIX.length();
        return digits > 0 && digits <= MOST_DIGITS && new NumberedName(PREFIX, digits).matches(name.substring(0, end));
    }

    private void adopt(final Path path, final String name, final boolean adopts) throws IOException {
        if (!adopts || name.endsWith(UNFINISHED)) {
            files.delete(path);
            return;
        }
        try (StoreFile file = files.open(path)) {
            ready.put(path, file.size());
        }
        nextNumber = Math.max(nextNumber, Long.parseLong(name.substring(PREFIX.length())) + 1);
    }

    /** How many spares of a length are ready. */
    public synchronized int count(final long length) {
        int count = 0;
        for (final long have : ready.values()) {
            count += have == length ? 1 : 0;
        }
        return count;
    }

    /** Bytes of all spares that are ready. */
    public synchronized long bytes() {
        long sum = 0;
        for (final long length : ready.values()) {
            sum += length;
        }
        return sum;
    }

    /** Deletes spares until there are no more than so many; the directory is not synced. False when there was none to delete. */
    public boolean trim(final int count) throws IOException {
        final List<Path> surplus = new ArrayList<>();
        synchronized (this) {
            for (final Path each : ready.keySet()) {
                if (ready.size() - surplus.size() > count) {
                    surplus.add(each);
                }
            }
            surplus.forEach(ready::remove);
        }
        for (final Path each : surplus) {
            files.delete(each);
        }
        return !surplus.isEmpty();
    }

    /**
     * Gives a ready spare of exactly this length a new name; the directory is not synced.
     *
     * @return false when there is none
     */
    public synchronized boolean take(final long length, final Path target) throws IOException {
        for (final Map.Entry<Path, Long> spare : ready.entrySet()) {
            if (spare.getValue() == length) {
                files.rename(spare.getKey(), target);
                ready.remove(spare.getKey());
                paused = false;
                return true;
            }
        }
        return false;
    }

    /** Makes a file that nobody uses any more a spare; the directory is not synced. */
    public synchronized void recycle(final Path file, final long length) throws IOException {
        final Path spare = nextName();
        files.rename(file, spare);
        ready.put(spare, length);
    }

    /**
     * Takes one bounded step towards so many spares of a length; spares of other lengths are deleted first. When the disk
     * is full this stops until the owner needed a file again: spares are a convenience.
     *
     * @return whether a step was taken
     */
    public boolean prepare(final long length, final int count) {
        if (paused) {
            return false;
        }
        try {
            return deleteOthers(length) || fill(length, count);
        } catch (final IOException e) {
            paused = true;
            LOG.warn("cannot prepare a file of {} bytes in {}: {}; going on without", length, directory, e.toString());
            abandonFilling();
            return false;
        }
    }

    /** Stops preparing; an unfinished spare is deleted. */
    public void close() {
        abandonFilling();
    }

    /**
     * Makes a file of a length at once, under its final name. Neither the file is forced nor the directory synced: the
     * first force of what is written into it does the one, and the owner the other.
     *
     * @param filled whether to write zeros, so that a mapping of the file can never run out of space, or to leave a hole
     */
    public void create(final Path target, final long length, final boolean filled) throws IOException {
        final Path unfinished = target.resolveSibling(target.getFileName() + UNFINISHED);
        try (StoreFile file = files.create(unfinished)) {
            if (filled) {
                Zeros.write(file, 0, length);
            } else {
                file.write(ByteBuffer.allocate(1), length - 1);
            }
        } catch (final IOException e) {
            // Not the last bytes of a full disk for nothing.
            files.delete(unfinished);
            throw e;
        }
        files.rename(unfinished, target);
        paused = false;
    }

    private boolean deleteOthers(final long length) throws IOException {
        final List<Path> others = new ArrayList<>();
        synchronized (this) {
            ready.forEach((path, have) -> {
                if (have != length) {
                    others.add(path);
                }
            });
            others.forEach(ready::remove);
        }
        for (final Path other : others) {
            files.delete(other);
        }
        return !others.isEmpty();
    }

    private boolean fill(final long length, final int count) throws IOException {
        if (filling != null && filling.length != length) {
            abandonFilling();
        }
        if (filling == null) {
            if (count(length) >= count) {
                return false;
            }
            final Path path;
            synchronized (this) {
                path = nextName();
            }
            final Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
            filling = new Filling(path, unfinished, files.create(unfinished), length);
        }
        if (filling.step()) {
            files.rename(filling.unfinished, filling.path);
            synchronized (this) {
                ready.put(filling.path, length);
            }
            filling = null;
        }
        return true;
    }

    private void abandonFilling() {
        if (filling == null) {
            return;
        }
        try {
            filling.file.close();
            files.delete(filling.unfinished);
        } catch (final IOException e) {
            LOG.warn("cannot delete {}: {}", filling.unfinished, e.toString());
        }
        filling = null;
    }

    private Path nextName() {
        return directory.resolve(PREFIX + nextNumber++);
    }

    /** A spare being filled with zeros. */
    private static final class Filling {
        private final Path path;
        private final Path unfinished;
        private final StoreFile file;
        private final long length;
        private long filledBytes;

        Filling(final Path path, final Path unfinished, final StoreFile file, final long length) {
            this.path = path;
            this.unfinished = unfinished;
            this.file = file;
            this.length = length;
        }

        /** True when the file is complete, forced and closed. */
        boolean step() throws IOException {
            final long bytes = Math.min(Zeros.BLOCK_BYTES, length - filledBytes);
            Zeros.write(file, filledBytes, bytes);
            filledBytes += bytes;
            final boolean complete = filledBytes == length;
            if (complete || filledBytes % FORCE_EVERY_BYTES == 0) {
                file.force();
            }
            if (complete) {
                file.close();
            }
            return complete;
        }
    }
}
