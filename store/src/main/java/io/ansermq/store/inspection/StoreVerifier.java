package io.ansermq.store.inspection;

import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.LogScan;
import io.ansermq.store.commitlog.LogScan.Gap;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.ReadOnlyFiles;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.StateImages;
import io.ansermq.store.index.Queue;
import io.ansermq.store.index.QueueIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of a store and changes nothing: every frame and its checksum, the checkpoint, the state images, and each entry of
 * the queue index against the log.
 */
public final class StoreVerifier {
    private final Files files;
    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Ranges that an earlier salvage has replaced: start and end in turn. */
    private final List<Long> replaced = new ArrayList<>();

    private int images;
    private long queues;
    private long indexEntries;

    private StoreVerifier(final Files files, final Path directory) {
        this.files = new ReadOnlyFiles(files);
        this.directory = directory;
    }

    /**
     * Takes the directory's lock and reads.
     *
     * @throws StoreException when there is no store, or a broker uses it
     */
    public static VerifyReport verify(final Files files, final Path directory) {
        requireStore(files, directory);
        try {
            final Closeable lock = files.lock(directory.resolve("lock"));
            try (lock) {
                return new StoreVerifier(files, directory).run();
            }
        } catch (final IOException e) {
            throw new StoreException("cannot read the store in " + directory + ": " + e, e);
        }
    }

    static void requireStore(final Files files, final Path directory) {
        if (!files.exists(directory.resolve("format"))) {
            throw new StoreException(
                    "there is no store in " + directory
                            + " (a data directory has a file 'format'): name the directory that the broker's option 'data' names");
        }
    }

    private VerifyReport run() throws IOException {
        final StateImages.Image image = newestImage();
        try (LogScan scan = LogScan.open(files, directory)) {
            final long imagePosition = image == null ? -1 : image.position();
            scan.run(Math.max(0, imagePosition), new Listener());
            if (!scan.hasCheckpoint() && scan.frames() > 0) {
                findings.add(Finding.of(
                        Finding.Kind.CHECKPOINT,
                        directory.resolve("checkpoint"),
                        "no slot of " + directory.resolve("checkpoint")
                                + " is whole: the next start relies on the log and the state images alone"));
            }
            scan.damages().forEach(gap -> findings.add(damage(gap, scan)));
            scan.oddities()
                    .forEach(text -> findings.add(Finding.of(Finding.Kind.UNKNOWN, directory.resolve("log"), text)));
            if (!replaced.isEmpty()) {
                notes.add("records were lost before this store was salvaged: between the positions " + replaced.get(0)
                        + " and " + replaced.get(replaced.size() - 1) + ", in " + replaced.size() / 2 + " ranges");
            }
            if (scan.end() > scan.tail()) {
                notes.add("the log was not closed in order: the next start cuts off what stands behind position "
                        + scan.tail() + ", none of which was answered as forced");
            }
            if (image != null) {
                compareIndex(image, scan);
                image.close();
            }
            return new VerifyReport(
                    directory.toString(),
                    scan.segments().size(),
                    scan.start(),
                    scan.tail(),
                    scan.durable(),
                    scan.frames(),
                    scan.messages(),
                    scan.controls(),
                    images,
                    imagePosition,
                    queues,
                    indexEntries,
                    List.copyOf(findings),
                    List.copyOf(notes));
        }
    }

    private StateImages.@Nullable Image newestImage() throws IOException {
        StateImages.Image newest = null;
        for (final Path path : StateImages.paths(files, directory.resolve("state"))) {
            final StateImages.Image image = StateImages.open(files, path);
            if (image == null) {
                findings.add(Finding.of(
                        Finding.Kind.IMAGE,
                        path,
                        "the state image " + path
                                + " is damaged: the next start uses an older one, or reads the whole log"));
            } else {
                images++;
                if (newest == null) {
                    newest = image;
                } else {
                    image.close();
                }
            }
        }
        return newest;
    }

    private static Finding damage(final Gap gap, final LogScan scan) {
        final String what = gap.segment() == null
                ? "the log is missing between the positions " + gap.position() + " and " + gap.end()
                : "the log segment " + gap.segment() + " is damaged at position " + gap.position() + " (byte "
                        + scan.fileOffset(gap.position()) + " of the file) up to position " + gap.end();
        return new Finding(
                Finding.Kind.LOG,
                gap.segment() == null ? "log" : gap.segment().toString(),
                gap.position(),
                gap.end(),
                what + ", below position " + scan.durable() + " up to which data was acknowledged as stored");
    }

    private void compareIndex(final ImageReader image, final LogScan scan) {
        final List<Gap> damages = scan.damages();
        try (QueueIndex index =
                QueueIndex.open(files, directory, StoreOptions.builder().build(), image, new NoBackground())) {
            queues = index.size();
            index.forEach(queue -> compare(queue, scan, damages));
        } catch (final StoreException e) {
            findings.add(Finding.of(Finding.Kind.INDEX, directory.resolve("index"), String.valueOf(e.getMessage())));
        }
    }

    private void compare(final Queue queue, final LogScan scan, final List<Gap> damages) {
        long bad = 0;
        long first = -1;
        for (long offset = queue.start(); offset < queue.end(); offset++) {
            indexEntries++;
            final long position = queue.position(offset);
            final int size = queue.size(offset);
            // Released since the image, lost and known to be, or reported as damage of the log.
            final boolean excused =
                    position < scan.start() || size == 0 || isIn(damages, position) || isReplaced(position);
            if (!excused && (position >= scan.tail() || !scan.isMessageAt(position, size))) {
                first = bad++ == 0 ? offset : first;
            }
        }
        if (bad > 0) {
            findings.add(new Finding(
                    Finding.Kind.INDEX,
                    directory.resolve("index").toString(),
                    queue.position(first),
                    -1,
                    "the queue index of destination " + (queue.key() >>> 16) + ", lane " + (queue.key() & 0xFFFF)
                            + " has "
                            + bad + " entries that point at no message, the first for offset " + first
                            + " at position " + queue.position(first)));
        }
    }

    private static boolean isIn(final List<Gap> damages, final long position) {
        return damages.stream().anyMatch(gap -> position >= gap.position() && position < gap.end());
    }

    private boolean isReplaced(final long position) {
        for (int i = 0; i < replaced.size(); i += 2) {
            if (position >= replaced.get(i) && position < replaced.get(i + 1)) {
                return true;
            }
        }
        return false;
    }

    private final class Listener implements RecordVisitor {
        @Override
        public void message(final long position, final int size, final ByteBuffer record) {}

        @Override
        public void control(final long position, final ByteBuffer record) {}

        @Override
        public void lost(final long position, final long end) {
            replaced.add(position);
            replaced.add(end);
        }
    }
}
