package io.ansermq.store.inspection;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.LogSalvage;
import io.ansermq.store.commitlog.LogScan;
import io.ansermq.store.commitlog.LogScan.Gap;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.ReadOnlyFiles;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.image.StateImages;
import io.ansermq.store.index.QueueIndex;
import io.ansermq.store.inspection.SalvageReport.LostMessage;
import io.ansermq.store.inspection.SalvageReport.LostRange;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies what is good of a damaged store into a new directory that a broker can start on, and says what is not in the copy.
 * The damaged directory is not changed.
 */
public final class StoreSalvage {
    private static final int COPY_BYTES = 1 << 20;
    private static final RecordVisitor NOBODY = new RecordVisitor() {
        @Override
        public void message(final long position, final int size, final ByteBuffer record) {}

        @Override
        public void control(final long position, final ByteBuffer record) {}
    };

    private final Files files;
    private final Files source;
    private final Path from;
    private final Path to;
    private final List<String> notes = new ArrayList<>();
    private final List<Path> images = new ArrayList<>();
    private final List<Long> imagePositions = new ArrayList<>();

    private StoreSalvage(final Files files, final Path from, final Path to) {
        this.files = files;
        this.source = new ReadOnlyFiles(files);
        this.from = from;
        this.to = to;
    }

    /**
     * Takes the damaged directory's lock and copies.
     *
     * @param to a directory that does not exist or is empty
     * @throws StoreException when there is no store, a broker uses it, or the new directory is not empty
     */
    public static SalvageReport salvage(final Files files, final Path from, final Path to) {
        StoreVerifier.requireStore(files, from);
        try {
            if (!files.list(to).isEmpty()) {
                throw new StoreException(to + " is not empty: name a directory that does not exist yet");
            }
            final Closeable lock = files.lock(from.resolve("lock"));
            try (lock) {
                return new StoreSalvage(files, from, to).run();
            }
        } catch (final IOException e) {
            throw new StoreException("cannot salvage the store in " + from + " to " + to + ": " + e, e);
        }
    }

    private SalvageReport run() throws IOException {
        chooseImages();
        try (LogScan scan = LogScan.open(source, from)) {
            scan.run(imagePositions.isEmpty() ? 0 : imagePositions.get(0), NOBODY);
            if (scan.segments().isEmpty()) {
                throw new StoreException("there is no segment of the log in " + from + ": nothing can be saved");
            }
            if (images.isEmpty() && scan.start() > 0) {
                notes.add("no state image could be used, and the log begins at position " + scan.start()
                        + ": destinations, subscriptions and acknowledgements of before are lost, and so are the messages of"
                        + " destinations that the rest of the log does not create");
            }
            files.createDirectories(to);
            for (final Path image : images) {
                copy(image, to.resolve("state"));
            }
            if (!images.isEmpty()) {
                for (final String name : source.list(from.resolve("index"))) {
                    if (!name.startsWith("spare")) {
                        copy(from.resolve("index").resolve(name), to.resolve("index"));
                    }
                }
            }
            LogSalvage.copy(scan, files, to, imagePositions);
            // Last: without it the directory is no store, so one that was cut off is not mistaken for a whole one.
            copy(from.resolve("format"), to);
            return new SalvageReport(
                    from.toString(), to.toString(), scan.messages(), images.size(), lost(scan), List.copyOf(notes));
        }
    }

    /** The whole images, newest first, if the index files that the newest one speaks of are there. */
    private void chooseImages() throws IOException {
        for (final Path path : StateImages.paths(source, from.resolve("state"))) {
            final StateImages.Image image = StateImages.open(source, path);
            if (image == null) {
                notes.add("the state image " + path + " is damaged and was not copied");
                continue;
            }
            try (image) {
                QueueIndex.open(source, from, StoreOptions.builder().build(), image, new NoBackground())
                        .close();
                images.add(path);
                imagePositions.add(image.position());
            } catch (final StoreException e) {
                notes.add("the state image " + path + " cannot be used and was not copied: " + e.getMessage());
            }
        }
    }

    private void copy(final Path file, final Path directory) throws IOException {
        files.createDirectories(directory);
        try (StoreFile in = source.open(file);
                StoreFile out = files.create(directory.resolve(file.getFileName()))) {
            final ByteBuffer chunk = ByteBuffer.allocate(COPY_BYTES);
            long at = 0;
            while (in.read(chunk.clear(), at) > 0) {
                chunk.flip();
                at += chunk.remaining();
                out.write(chunk, at - chunk.remaining());
            }
            out.force();
        }
        files.syncDirectory(directory);
    }

    private static List<LostRange> lost(final LogScan scan) {
        final List<LostRange> lost = new ArrayList<>();
        for (final Gap gap : scan.losses()) {
            final List<LostMessage> messages = new ArrayList<>();
            scan.guessMessages(gap, new RecordVisitor() {
                @Override
                public void message(final long position, final int size, final ByteBuffer record) {
                    messages.add(describe(position, size, record));
                }

                @Override
                public void control(final long position, final ByteBuffer record) {}
            });
            final long known = messages.stream().mapToLong(LostMessage::size).sum();
            lost.add(new LostRange(
                    gap.segment() == null ? "log" : gap.segment().toString(),
                    gap.position(),
                    gap.end(),
                    List.copyOf(messages),
                    gap.end() - gap.position() - known));
        }
        return lost;
    }

    private static LostMessage describe(final long position, final int size, final ByteBuffer record) {
        final int at = record.position();
        final byte[] topic = new byte[MessageLayout.topicLength(record, at)];
        record.get(MessageLayout.topicOffset(record, at), topic);
        return new LostMessage(
                new String(topic, StandardCharsets.UTF_8),
                record.getInt(at + MessageLayout.QUEUE_ID),
                record.getLong(at + MessageLayout.QUEUE_OFFSET),
                position,
                size);
    }
}
