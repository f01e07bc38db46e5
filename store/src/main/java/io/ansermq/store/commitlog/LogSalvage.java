package io.ansermq.store.commitlog;

import io.ansermq.store.commitlog.LogScan.FrameNumber;
import io.ansermq.store.commitlog.LogScan.Gap;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.files.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Copies a damaged log so that it can be replayed. Everything keeps its position, so that state images and indexes go on to
 * fit: in place of lost frames stand frames without records, marked {@link FrameLayout#LOST} and numbered so that the
 * frames around them follow each other.
 */
public final class LogSalvage {
    private static final int COPY_BYTES = 1 << 20;

    private final LogScan scan;
    private final Files files;
    private final Path target;
    private final TreeSet<Long> boundaries = new TreeSet<>();
    private final List<Copy> copies = new ArrayList<>();
    private final CRC32C crc = new CRC32C();

    /** A segment of the copy; it may be longer than the file that it comes from. */
    private record Copy(long start, long end, LogScan.@Nullable Segment from) {}

    private LogSalvage(final LogScan scan, final Files files, final Path target) {
        this.scan = scan;
        this.files = files;
        this.target = target;
    }

    /**
     * Copies the log and makes a checkpoint.
     *
     * @param scan the damaged log, after its {@code run}
     * @param target the new data directory, which exists
     * @param images the positions of the state images that are copied too, newest first
     */
    public static void copy(final LogScan scan, final Files files, final Path target, final List<Long> images)
            throws IOException {
        new LogSalvage(scan, files, target).run(images);
    }

    private void run(final List<Long> images) throws IOException {
        plan(images);
        final Path log = target.resolve("log");
        files.createDirectories(log);
        for (final Copy copy : copies) {
            final Path path = log.resolve(Segments.NAME.of(copy.start()));
            try (StoreFile file = files.create(path)) {
                copy(copy, file);
                fill(copy, file);
                file.force();
            }
        }
        files.syncDirectory(log);
        writeCheckpoint(images);
    }

    /** Each file reaches to the next one, and the last one to the durable position. */
    private void plan(final List<Long> images) throws IOException {
        final List<LogScan.Segment> segments = scan.segments();
        boundaries.addAll(images);
        final long oldest = images.isEmpty() ? scan.start() : Math.min(scan.start(), images.get(images.size() - 1));
        if (oldest < scan.start()) {
            add(oldest, scan.start(), null);
        }
        for (int i = 0; i < segments.size(); i++) {
            final LogScan.Segment segment = segments.get(i);
            final long next = i + 1 < segments.size() ? segments.get(i + 1).start() : scan.durable();
            add(segment.start(), Math.max(segment.end(), next), segment);
        }
    }

    private void add(final long start, final long end, final LogScan.@Nullable Segment from) throws IOException {
        if (end - start > Integer.MAX_VALUE) {
            throw new IOException("the log is missing between the positions " + (from == null ? start : from.end())
                    + " and " + end + ", more than this tool can bridge");
        }
        copies.add(new Copy(start, end, from));
        boundaries.add(start);
    }

    private static void copy(final Copy copy, final StoreFile file) throws IOException {
        if (copy.from() != null) {
            final ByteBuffer bytes = copy.from().region().buffer();
            final ByteBuffer chunk = ByteBuffer.allocateDirect(COPY_BYTES);
            for (int index = 0; index < bytes.capacity(); index += COPY_BYTES) {
                final int length = Math.min(COPY_BYTES, bytes.capacity() - index);
                file.write(chunk.clear().put(0, bytes, index, length).limit(length), index);
            }
        }
        final long length = copy.end() - copy.start();
        if (file.size() < length) {
            file.write(ByteBuffer.allocate(1), length - 1);
        }
    }

    /** Puts frames in the place of those that were lost in this file. */
    private void fill(final Copy copy, final StoreFile file) throws IOException {
        for (final Hole hole : holes()) {
            if (hole.from >= copy.start() && hole.from < copy.end()) {
                // Nothing of what stood there may ever be taken for a message.
                Zeros.write(file, hole.from - copy.start(), hole.to - hole.from);
                long at = hole.from;
                for (int i = 0; i < hole.frames; i++) {
                    final long end = i + 1 < hole.frames ? at + FrameLayout.HEADER_BYTES : hole.to;
                    final ByteBuffer frame = ByteBuffer.allocateDirect(FrameLayout.HEADER_BYTES);
                    FrameLayout.putHeader(
                            frame,
                            0,
                            (int) (end - at),
                            hole.epoch,
                            at,
                            hole.firstSequence + i,
                            0,
                            0,
                            FrameLayout.PAD | FrameLayout.LOST);
                    FrameLayout.complete(frame, 0, 0, crc);
                    file.write(frame.clear(), at - copy.start());
                    at = end;
                }
            }
        }
    }

    /** A part of a damaged range that lies between two boundaries, and the frames that will fill it. */
    private static final class Hole {
        private final long from;
        private final long to;
        private int epoch;
        private long firstSequence;
        private int frames = 1;

        Hole(final long from, final long to) {
            this.from = from;
            this.to = to;
        }

        long room() {
            return (to - from) / FrameLayout.HEADER_BYTES;
        }
    }

    private List<Hole> holes() {
        final List<Hole> all = new ArrayList<>();
        final List<Gap> damages = new ArrayList<>(scan.losses());
        if (!copies.isEmpty() && copies.get(0).from() == null) {
            // What an image needs from before the first segment that is there.
            damages.add(
                    0, new Gap(null, copies.get(0).start(), copies.get(0).end(), new FrameNumber(0, -1), scan.first()));
        }
        for (int i = 0; i < damages.size(); ) {
            int last = i;
            while (last + 1 < damages.size()
                    && damages.get(last + 1).position() == damages.get(last).end()) {
                last++;
            }
            all.addAll(number(
                    split(damages.get(i).position(), damages.get(last).end()), damages.get(i), damages.get(last)));
            i = last + 1;
        }
        return all;
    }

    private List<Hole> split(final long from, final long to) {
        final List<Hole> holes = new ArrayList<>();
        long at = from;
        for (final long boundary : boundaries.subSet(from, false, to, false)) {
            holes.add(new Hole(at, boundary));
            at = boundary;
        }
        holes.add(new Hole(at, to));
        return holes;
    }

    /** Chooses epoch and sequence so that the frames follow the one before, and the one behind follows them. */
    private static List<Hole> number(final List<Hole> holes, final Gap first, final Gap last) {
        final FrameNumber before = first.before();
        final FrameNumber after = last.after();
        long spare = 0;
        long sequence = before.sequence() + 1;
        int epoch = before.epoch();
        if (after != null) {
            epoch = after.epoch();
            if (before.sequence() >= 0 && before.epoch() == epoch) {
                // As many frames as were lost.
                spare = after.sequence() - before.sequence() - 1 - holes.size();
            } else {
                // The first one of an epoch may begin a new numbering.
                sequence = after.sequence() - holes.size();
            }
        }
        for (final Hole hole : holes) {
            final long more = Math.max(0, Math.min(spare, hole.room() - 1));
            spare -= more;
            hole.frames += (int) more;
            hole.epoch = epoch;
            hole.firstSequence = sequence;
            sequence += hole.frames;
        }
        return holes;
    }

    private void writeCheckpoint(final List<Long> images) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(files, target.resolve("checkpoint"))) {
            checkpoint.opened(scan.highestEpoch(), scan.durable());
            if (!images.isEmpty()) {
                checkpoint.imaged(images.get(0), scan.durable());
            } else if (scan.start() > 0) {
                // Without an image the log is replayed from what is left of it.
                checkpoint.imaged(scan.start(), scan.durable());
            }
        }
        files.syncDirectory(target);
    }
}
