package io.ansermq.store.index;

import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.NumberedName;
import io.ansermq.store.files.SpareFiles;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.image.EntryTypes;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Positions of messages by the hash of a key. Owned by {@code core}; {@code aux} prepares and deletes files.
 *
 * <p>Files are filled one after the other; the first ones are small. They are forced when an image is published; what came
 * after the image is replayed. A file that is missing or damaged makes queries miss messages, and nothing else.
 */
public final class KeyIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyIndex.class);
    private static final NumberedName NAME = new NumberedName("", 8);
    private static final int FIRST_CAPACITY = 1 << 14;
    /** How long after a file could not be made it is tried again. */
    private static final long RETRY_MS = 10_000;

    private final Files files;
    private final Path directory;
    private final Background background;
    private final SpareFiles spares;
    private final int maxCapacity;
    private final int entriesPerSlot;

    /** Oldest first; the last one is being filled. */
    private final List<KeyFile> keyFiles = new ArrayList<>();

    /** What was handed over to be forced last, and for which image: unless that was published, it is handed over again. */
    private List<KeyFile> handedOver = List.of();

    private @Nullable ImageWriter handedTo;
    /** An image knows all that could be seen up to here; see {@link #put}. */
    private long lastSeenAt = -1;

    private long ignoredUpTo = -1;

    /** No file is made for messages stored earlier: there was no room a moment ago. */
    private long retryEpochMs = Long.MIN_VALUE;

    // core to aux
    private final Queue<KeyFile> unneeded = new ConcurrentLinkedQueue<>();
    private volatile long spareBytes;

    private KeyIndex(final Files files, final Path directory, final StoreOptions options, final Background background)
            throws IOException {
        this.files = files;
        this.directory = directory;
        this.background = background;
        this.maxCapacity = options.keyEntries();
        this.entriesPerSlot = Math.max(1, options.keyEntries() / options.keySlots());
        files.createDirectories(directory);
        this.spares = new SpareFiles(files, directory, false);
        background.register(this::work);
    }

    /**
     * Opens the index as the image knows it; without an image it is empty. Replay completes it.
     *
     * @param directory the data directory
     * @param background prepares files ahead of need: {@code CommitLog.background()}
     */
    public static KeyIndex open(
            final Files files,
            final Path directory,
            final StoreOptions options,
            final @Nullable ImageReader image,
            final Background background) {
        final Path keyDirectory = directory.resolve("keys");
        try {
            final KeyIndex index = new KeyIndex(files, keyDirectory, options, background);
            index.restore(image);
            return index;
        } catch (final IOException e) {
            throw new StoreException("cannot open the key index in " + keyDirectory + ": " + e, e);
        }
    }

    /**
     * Adds one key of the message at a position. In a replay, what the index already knows is ignored.
     *
     * @param seenAt the position of the record with which the message could be seen: its own, or a later one when it waited for
     *     its delivery time or for a commit
     * @param storeEpochMs when the message was stored
     */
    public void put(final int keyHash, final long position, final long seenAt, final long storeEpochMs) {
        if (seenAt <= ignoredUpTo) {
            return;
        }
        KeyFile last = keyFiles.isEmpty() ? null : keyFiles.get(keyFiles.size() - 1);
        if (last == null || last.isFull()) {
            last = add(last, position, storeEpochMs);
            if (last == null) {
                return;
            }
        }
        last.put(keyHash, position, storeEpochMs);
        lastSeenAt = Math.max(lastSeenAt, seenAt);
        if (last.entries() == last.capacity() / 2) {
            prepareNext(last);
        }
    }

    /**
     * Visits the positions, newest first, of messages whose key has this hash; the caller compares the key itself, and
     * may find that a position was released.
     *
     * @param beginEpochMs the earliest store time, to the second
     * @param endEpochMs the latest store time, to the second
     */
    public void query(final int keyHash, final long beginEpochMs, final long endEpochMs, final LongConsumer positions) {
        for (int i = keyFiles.size() - 1; i >= 0; i--) {
            keyFiles.get(i).query(keyHash, beginEpochMs, endEpochMs, positions);
        }
    }

    /** Forgets files that only speak of messages below a position. */
    public void releaseBelow(final long position) {
        while (keyFiles.size() > 1 && keyFiles.get(0).endPosition() < position) {
            // Closed by aux: it may be about to force the file.
            unneeded.add(keyFiles.remove(0));
            background.wake();
        }
    }

    /** Adds the index's state to an image; all that could be seen so far must be in it. */
    public void snapshot(final ImageWriter image) {
        final ByteBuffer payload = ByteBuffer.allocate(Long.BYTES + keyFiles.size() * 2 * Integer.BYTES);
        payload.putLong(lastSeenAt);
        final List<KeyFile> dirty = new ArrayList<>();
        if (handedTo != null && !handedTo.isPublished()) {
            dirty.addAll(handedOver);
        }
        for (final KeyFile file : keyFiles) {
            payload.putInt(file.number()).putInt(file.entries());
            if (file.takeDirty()) {
                dirty.add(file);
            }
        }
        image.add(EntryTypes.KEY_INDEX, payload.flip());
        handedOver = dirty;
        handedTo = image;
        image.beforePublishing(() -> force(dirty));
    }

    /** Gives the files back as soon as the log is closed too; forces nothing. */
    @Override
    public void close() {
        final List<KeyFile> open = List.copyOf(keyFiles);
        keyFiles.clear();
        background.atEnd(() -> {
            open.forEach(KeyFile::close);
            unneeded.forEach(KeyFile::close);
            spares.close();
        });
    }

    /** The next file, or null when the disk has no room for it: then keys are left out, and it is tried again later. */
    private @Nullable KeyFile add(final @Nullable KeyFile last, final long position, final long epochMs) {
        if (epochMs < retryEpochMs) {
            return null;
        }
        final int number = last == null ? 0 : last.number() + 1;
        final int capacity = capacityAfter(last);
        final int slots = slots(capacity);
        final Path path = path(number);
        final long length = KeyFile.length(slots, capacity);
        try {
            if (!spares.take(length, path)) {
                spares.create(path, length, true);
            }
            final KeyFile added = KeyFile.create(number, path, map(path), slots, capacity, position, epochMs);
            keyFiles.add(added);
            spareBytes = 0;
            return added;
        } catch (final IOException e) {
            LOG.warn(
                    "cannot add {} to the key index: {}; queries by key will not find the messages that come until there is"
                            + " room on the disk",
                    path,
                    e.toString());
            retryEpochMs = epochMs + RETRY_MS;
            return null;
        }
    }

    private void prepareNext(final KeyFile last) {
        final int capacity = capacityAfter(last);
        spareBytes = KeyFile.length(slots(capacity), capacity);
        background.wake();
    }

    private int capacityAfter(final @Nullable KeyFile last) {
        return (int) Math.min(maxCapacity, last == null ? FIRST_CAPACITY : 2L * last.capacity());
    }

    private int slots(final int capacity) {
        return Integer.highestOneBit(Math.max(1, capacity / entriesPerSlot));
    }

    /** Aux. */
    private boolean work() throws IOException {
        final KeyFile released = unneeded.poll();
        if (released != null) {
            released.close();
            files.delete(released.path());
            return true;
        }
        final long wanted = spareBytes;
        return wanted > 0 && spares.prepare(wanted, 1);
    }

    /** Aux. */
    private void force(final List<KeyFile> dirty) throws IOException {
        for (final KeyFile file : dirty) {
            file.force();
        }
        files.syncDirectory(directory);
    }

    private void restore(final @Nullable ImageReader image) throws IOException {
        if (image != null) {
            final List<ByteBuffer> states = new ArrayList<>();
            image.forEach((type, payload) -> {
                if (type == EntryTypes.KEY_INDEX) {
                    states.add(payload);
                }
            });
            for (final ByteBuffer state : states) {
                restore(state);
            }
        }
        for (final String name : files.list(directory)) {
            // Newer than the image, or unknown to it.
            if (NAME.matches(name)
                    && keyFiles.stream().noneMatch(file -> file.path().equals(directory.resolve(name)))) {
                files.delete(directory.resolve(name));
            }
        }
    }

    private void restore(final ByteBuffer state) throws IOException {
        lastSeenAt = state.getLong();
        ignoredUpTo = lastSeenAt;
        while (state.hasRemaining()) {
            final int number = state.getInt();
            final int entries = state.getInt();
            final Path path = path(number);
            final MappedRegion region = files.exists(path) ? map(path) : null;
            if (region != null && KeyFile.isPlausible(region, entries)) {
                keyFiles.add(KeyFile.restore(number, path, region, entries));
            } else {
                LOG.warn("{} of the key index is missing or damaged; queries by key will not find its messages", path);
                if (region != null) {
                    region.close();
                }
            }
        }
    }

    private MappedRegion map(final Path path) throws IOException {
        try (StoreFile file = files.open(path)) {
            return file.map(StoreFile.MapMode.READ_WRITE, 0, Math.toIntExact(file.size()));
        }
    }

    private Path path(final int number) {
        return directory.resolve(NAME.of(number));
    }
}
