package io.ansermq.store.commitlog;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of a log from its first byte on and changes nothing, unlike recovery, which begins at the state image and stops
 * at the first frame that is not valid. Used by tools, on one thread, while no broker uses the directory.
 *
 * <p>Damage is what is not a valid frame and lies below the highest position that the checkpoint or any frame calls
 * durable. Above it stands what a crash left unfinished: the next start cuts that off.
 */
public final class LogScan implements Closeable {

    private final List<Segment> segments = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<String> oddities = new ArrayList<>();
    private final CRC32C crc = new CRC32C();
    private @Nullable Segment latest;
    private long durable;
    private long end;
    private long frames;
    private long messages;
    private long controls;
    private int highestEpoch;

    private @Nullable FrameNumber first;

    // The frame before.
    private int epoch;
    private long sequence = -1;

    /**
     * A segment file.
     *
     * @param start the position of its first byte
     */
    public record Segment(Path path, long start, MappedRegion region) {
        /** The position behind its last byte. */
        public long end() {
            return start + region.buffer().capacity();
        }

        boolean holds(final long position) {
            return position >= start && position < end();
        }
    }

    /**
     * A range without valid frames between two that are valid, or at the end.
     *
     * @param segment the file, or null when the whole segment is missing
     * @param position where it starts in the log
     * @param end where the next valid frame starts, or the range ends
     * @param before epoch and sequence of the frame before
     * @param after epoch and sequence of the frame behind, null when there is none
     */
    public record Gap(
            @Nullable Path segment,
            long position,
            long end,
            FrameNumber before,
            @Nullable FrameNumber after) {}

    /**
     * What a frame is numbered by.
     *
     * @param sequence -1 for the frame before the first one
     */
    public record FrameNumber(int epoch, long sequence) {}

    private final Checkpoint.@Nullable State checkpoint;

    private LogScan(final Checkpoint.@Nullable State checkpoint) {
        this.checkpoint = checkpoint;
    }

    /**
     * Maps the segments of a data directory.
     *
     * @param files should be {@code ReadOnlyFiles}
     */
    public static LogScan open(final Files files, final Path directory) throws IOException {
        final Path log = directory.resolve("log");
        final LogScan scan = new LogScan(checkpoint(files, directory.resolve("checkpoint")));
        for (final String name : files.list(log)) {
            if (Segments.NAME.matches(name)) {
                scan.open(files, log.resolve(name), Segments.NAME.numberIn(name));
            }
        }
        return scan;
    }

    private static Checkpoint.@Nullable State checkpoint(final Files files, final Path path) throws IOException {
        if (!files.exists(path)) {
            return null;
        }
        try (Checkpoint found = Checkpoint.open(files, path)) {
            return found.state().sequence() == 0 ? null : found.state();
        }
    }

    private void open(final Files files, final Path path, final long start) throws IOException {
        try (StoreFile file = files.open(path)) {
            final long length = file.size();
            if (length > Integer.MAX_VALUE) {
                oddities.add(path + " has " + length + " bytes, which is no segment of this log");
            } else if (length > 0) {
                segments.add(new Segment(path, start, file.map(StoreFile.MapMode.READ_ONLY, 0, (int) length)));
            }
        }
    }

    /**
     * Visits every record of every valid frame. Once.
     *
     * @param imagePosition the position of the newest state image, 0 when there is none
     */
    public void run(final long imagePosition, final RecordVisitor visitor) {
        durable = checkpoint == null ? imagePosition : Math.max(checkpoint.durablePosition(), imagePosition);
        highestEpoch = checkpoint == null ? 0 : checkpoint.epoch();
        long expected = segments.isEmpty() ? 0 : segments.get(0).start();
        end = expected;
        for (final Segment segment : segments) {
            if (segment.start() > expected) {
                gaps.add(new Gap(null, expected, segment.start(), last(), null));
            }
            scan(segment, visitor);
            expected = segment.end();
        }
    }

    private void scan(final Segment segment, final RecordVisitor visitor) {
        final ByteBuffer bytes = segment.region().buffer().duplicate();
        final int length = bytes.capacity();
        int index = 0;
        int gapStart = -1;
        while (index < length) {
            final int frame = FrameLayout.validLength(bytes, index, length, segment.start() + index, crc);
            if (frame == 0 || !follows(bytes, index, gapStart >= 0)) {
                gapStart = gapStart < 0 ? index : gapStart;
                index += FrameLayout.ALIGNMENT;
                continue;
            }
            if (gapStart >= 0) {
                addGap(segment, gapStart, index);
                gapStart = -1;
            }
            closeOpenGap(bytes, index);
            take(segment, bytes, index, frame, visitor);
            index += frame;
            end = segment.start() + index;
        }
        if (gapStart >= 0) {
            addGap(segment, gapStart, length);
        }
    }

    private void addGap(final Segment segment, final int from, final int to) {
        gaps.add(new Gap(segment.path(), segment.start() + from, segment.start() + to, last(), null));
    }

    /** All gaps since the last valid frame now have a frame behind them. */
    private void closeOpenGap(final ByteBuffer bytes, final int index) {
        for (int i = gaps.size() - 1; i >= 0 && gaps.get(i).after() == null; i--) {
            final Gap gap = gaps.get(i);
            gaps.set(i, new Gap(gap.segment(), gap.position(), gap.end(), gap.before(), number(bytes, index)));
        }
    }

    private FrameNumber last() {
        return new FrameNumber(epoch, sequence);
    }

    private static FrameNumber number(final ByteBuffer bytes, final int index) {
        return new FrameNumber(bytes.getInt(index + FrameLayout.EPOCH), bytes.getLong(index + FrameLayout.SEQUENCE));
    }

    /** The rule of {@link FrameLayout}; behind a gap frames are missing from the count. */
    private boolean follows(final ByteBuffer bytes, final int index, final boolean behindGap) {
        final FrameNumber number = number(bytes, index);
        if (number.epoch() < epoch) {
            return false;
        }
        final boolean open =
                behindGap || (!gaps.isEmpty() && gaps.get(gaps.size() - 1).after() == null);
        if (sequence < 0 || number.sequence() == sequence + 1) {
            return true;
        }
        return number.epoch() > epoch
                ? open || FrameLayout.mayBeginEpoch(bytes, index)
                : open && number.sequence() > sequence;
    }

    private void take(
            final Segment segment,
            final ByteBuffer bytes,
            final int index,
            final int length,
            final RecordVisitor visitor) {
        final long position = segment.start() + index;
        final int version = FrameLayout.version(bytes, index);
        epoch = bytes.getInt(index + FrameLayout.EPOCH);
        sequence = bytes.getLong(index + FrameLayout.SEQUENCE);
        highestEpoch = Math.max(highestEpoch, epoch);
        final long claimed = bytes.getLong(index + FrameLayout.DURABLE_POSITION);
        if (claimed <= position) {
            durable = Math.max(durable, claimed);
        }
        frames++;
        first = first == null ? last() : first;
        if (version != FrameLayout.VERSION) {
            oddities.add("the frame at position " + position + " in " + segment.path() + " has format version "
                    + version + ", this program reads " + FrameLayout.VERSION + ": use a newer version of AnserMQ");
            return;
        }
        if (FrameLayout.isLost(bytes, index)) {
            visitor.lost(position, position + length);
        }
        visit(segment, bytes, index, length, visitor);
    }

    private void visit(
            final Segment segment,
            final ByteBuffer bytes,
            final int index,
            final int length,
            final RecordVisitor visitor) {
        int at = index + FrameLayout.HEADER_BYTES;
        for (int left = bytes.getInt(index + FrameLayout.RECORD_COUNT); left > 0; left--) {
            final int size = recordSize(bytes, at, index + length);
            final int magic = size == 0 ? 0 : bytes.getInt(at + MessageLayout.MAGIC);
            final ByteBuffer record = bytes.duplicate().limit(at + size).position(at);
            if (isMessage(magic)) {
                messages++;
                visitor.message(segment.start() + at, size, record);
            } else if (magic == ControlRecord.MAGIC) {
                controls++;
                visitor.control(segment.start() + at, record);
            } else {
                oddities.add("the record at position " + (segment.start() + at) + " in " + segment.path()
                        + " is of an unknown kind: it was written by a newer version of AnserMQ");
                return;
            }
            at += size;
        }
    }

    /** The length of a record, or 0 when it cannot be one. */
    private static int recordSize(final ByteBuffer bytes, final int at, final int end) {
        final int size = end - at < MessageLayout.BODY_CRC ? 0 : bytes.getInt(at + MessageLayout.TOTAL_SIZE);
        return size < MessageLayout.BODY_CRC || size > end - at ? 0 : size;
    }

    private static boolean isMessage(final int magic) {
        return magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2;
    }

    /**
     * Visits what can still be made out of the messages in a damaged range: enough to say what was lost. Nothing of it is
     * certain.
     */
    public void guessMessages(final Gap gap, final RecordVisitor visitor) {
        final Segment segment = segment(gap.position());
        if (segment == null) {
            return;
        }
        final ByteBuffer bytes = segment.region().buffer().duplicate();
        final int end = (int) (Math.min(gap.end(), segment.end()) - segment.start());
        int at = (int) (gap.position() - segment.start());
        while (at < end - MessageLayout.BODY) {
            final int size = recordSize(bytes, at, end);
            if (size >= MessageLayout.FIXED_BYTES_V1
                    && isMessage(bytes.getInt(at + MessageLayout.MAGIC))
                    && fits(bytes, at, size)) {
                visitor.message(
                        segment.start() + at,
                        size,
                        bytes.duplicate().limit(at + size).position(at));
                at += size;
            } else {
                at++;
            }
        }
    }

    /** Whether the lengths of a message add up. */
    private static boolean fits(final ByteBuffer bytes, final int at, final int size) {
        final int end = at + size;
        final int body = MessageLayout.bodyOffset(bytes, at);
        if (body + 2 > end || bytes.getInt(body - 4) < 0 || body + (long) bytes.getInt(body - 4) + 4 > end) {
            return false;
        }
        final int topic = MessageLayout.topicOffset(bytes, at);
        final int topicLength = MessageLayout.topicLength(bytes, at);
        return topicLength > 0
                && topic + (long) topicLength + 2 <= end
                && MessageLayout.propertiesOffset(bytes, at) + MessageLayout.propertiesLength(bytes, at) == end;
    }

    /** Whether a message of a length begins at a position; damage is not looked for. */
    public boolean isMessageAt(final long position, final int size) {
        final Segment segment = segment(position);
        if (segment == null || position + size > segment.end() || size < MessageLayout.FIXED_BYTES_V1) {
            return false;
        }
        final int index = (int) (position - segment.start());
        final ByteBuffer bytes = segment.region().buffer();
        return bytes.getInt(index + MessageLayout.TOTAL_SIZE) == size
                && isMessage(bytes.getInt(index + MessageLayout.MAGIC));
    }

    /** Where a position stands in its file; 0 when there is no file. */
    public int fileOffset(final long position) {
        final Segment segment = segment(position);
        return segment == null ? 0 : (int) (position - segment.start());
    }

    private @Nullable Segment segment(final long position) {
        // Neighbours are asked for one after the other.
        if (latest != null && latest.holds(position)) {
            return latest;
        }
        for (final Segment segment : segments) {
            if (segment.holds(position)) {
                latest = segment;
                return segment;
            }
        }
        return null;
    }

    /** The ranges below {@link #durable()} that hold no valid frames, in order; what is durable was lost there. */
    public List<Gap> damages() {
        return holes(false);
    }

    /** The same and all other ranges with valid frames behind them, which a start would cut off together with those. */
    public List<Gap> losses() {
        return holes(true);
    }

    private List<Gap> holes(final boolean allInside) {
        final List<Gap> holes = new ArrayList<>();
        for (final Gap gap : gaps) {
            if (gap.after() != null && (allInside || gap.position() < durable)) {
                holes.add(gap);
            } else if (gap.after() == null && gap.position() < durable) {
                holes.add(new Gap(gap.segment(), gap.position(), Math.min(gap.end(), durable), gap.before(), null));
            }
        }
        final long known =
                segments.isEmpty() ? 0 : segments.get(segments.size() - 1).end();
        if (known < durable) {
            holes.add(new Gap(null, known, durable, last(), null));
        }
        return holes;
    }

    /** Where valid frames end that stand behind the tail, which the next start cuts off; the tail itself if there are none. */
    public long end() {
        return end;
    }

    /** Where the next start ends the log, if nothing is damaged. */
    public long tail() {
        for (final Gap gap : gaps) {
            if (gap.position() >= durable) {
                return Math.min(gap.position(), end);
            }
        }
        return Math.max(end, durable);
    }

    /** The highest position that is known to have been forced. */
    public long durable() {
        return durable;
    }

    /** The position of the first byte that is there. */
    public long start() {
        return segments.isEmpty() ? 0 : segments.get(0).start();
    }

    /** The number of the first valid frame, or null when there is none. */
    @Nullable
    FrameNumber first() {
        return first;
    }

    /** All segment files, in order. */
    public List<Segment> segments() {
        return segments;
    }

    /** What is strange and no damage, in words. */
    public List<String> oddities() {
        return oddities;
    }

    /** How many valid frames there are. */
    public long frames() {
        return frames;
    }

    /** How many messages are in them. */
    public long messages() {
        return messages;
    }

    /** How many other records are in them. */
    public long controls() {
        return controls;
    }

    /** Whether a checkpoint is there and one of its slots is whole. */
    public boolean hasCheckpoint() {
        return checkpoint != null;
    }

    /** The highest epoch that the checkpoint or a valid frame speaks of. */
    public int highestEpoch() {
        return highestEpoch;
    }

    @Override
    public void close() {
        segments.forEach(segment -> segment.region().close());
    }
}
