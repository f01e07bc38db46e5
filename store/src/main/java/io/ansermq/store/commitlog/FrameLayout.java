package io.ansermq.store.commitlog;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A frame: the unit in which the log grows, tears and is checked. All or none of its records are there.
 *
 * <pre>
 *   0        4        8        12       16
 *   +--------+--------+--------+--------+
 *   | length | magic  | crc32c | epoch  |
 *   +--------+--------+--------+--------+ 16
 *   | base position   | sequence        |
 *   +-----------------+-----------------+ 32
 *   | durable position| store time      |
 *   +--------+--------+-----------------+ 48
 *   | records| flags  |                   56
 *   +--------+--------+
 *   | record, record, ... record        |
 *   | zeros up to a multiple of 8       |
 *   +-----------------------------------+ length
 * </pre>
 *
 * All numbers are big-endian. <em>length</em> counts the whole frame. <em>crc32c</em> covers everything behind itself,
 * from the epoch to the frame's end, but only the header in a PAD frame, whose remaining bytes are never written.
 * <em>base position</em> is the frame's own place in the log. <em>durable position</em> is what the writer had forced
 * when it wrote the frame: a later frame proves how far acknowledged data reached. <em>store time</em> is in epoch
 * milliseconds and never goes back. The top byte of <em>flags</em> is the format version.
 *
 * <p>A frame is valid where it stands if the magic fits, the base position is its own place, the sequence is that of the
 * frame before plus one, the epoch is not below that of the frame before, and the CRC fits. Each start of the store
 * begins a new epoch, so bytes of an earlier life, in a recycled segment or behind a torn tail, are never valid. The
 * first frame of an epoch, or the PAD frame before it, may begin a new numbering: a start from a state image that stands
 * at the very end of the log has not seen the frame before.
 *
 * <p>Frames start at multiples of {@value #ALIGNMENT}. What a segment has left behind a frame is nothing, or at least a
 * header: a smaller rest is added to the zeros of the frame.
 */
public final class FrameLayout {
    /** Offset of the frame's length, 4 bytes. */
    public static final int LENGTH = 0;

    /** Offset of {@link #MAGIC}, 4 bytes. */
    public static final int MAGIC_CODE = 4;

    /** Offset of the checksum, 4 bytes. */
    public static final int CRC = 8;

    /** Offset of the epoch, 4 bytes; the checksum covers what starts here. */
    public static final int EPOCH = 12;

    /** Offset of the frame's own position in the log, 8 bytes. */
    public static final int BASE_POSITION = 16;

    /** Offset of the frame's sequence number, 8 bytes. */
    public static final int SEQUENCE = 24;

    /** Offset of the writer's durable position, 8 bytes. */
    public static final int DURABLE_POSITION = 32;

    /** Offset of the store time, 8 bytes. */
    public static final int STORE_EPOCH_MS = 40;

    /** Offset of the number of records, 4 bytes. */
    public static final int RECORD_COUNT = 48;

    /** Offset of the flags, 4 bytes. */
    public static final int FLAGS = 52;

    /** Where the first record starts. */
    public static final int HEADER_BYTES = 56;

    /** "ANSF". */
    public static final int MAGIC = 0x414E5346;

    /** Frames start at multiples of this. */
    public static final int ALIGNMENT = 8;

    /** Flag: the frame fills the rest of its segment and has no records. */
    public static final int PAD = 1;

    /** Flag: the frame begins a new epoch. */
    public static final int NEW_EPOCH = 1 << 1;

    /** Flag, with {@link #PAD}: frames stood here that were lost; whoever saved the rest of the log put this in their place. */
    public static final int LOST = 1 << 2;

    /** The version of this format. */
    public static final int VERSION = 1;

    private static final int VERSION_SHIFT = 24;

    /** The most that a frame grows when it is closed. */
    static final int MAX_CLOSING_BYTES = ALIGNMENT - 1 + HEADER_BYTES - 1;

    private FrameLayout() {}

    /** The next multiple of {@link #ALIGNMENT}. */
    static int aligned(final int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** The length of a closed frame with so many bytes of header and records, in a segment with so many bytes left. */
    static int closedLength(final int usedBytes, final long leftBytes) {
        final int length = aligned(usedBytes);
        return leftBytes - length < HEADER_BYTES ? (int) leftBytes : length;
    }

    /** Writes all of a header but what {@link #complete} adds. */
    static void putHeader(
            final ByteBuffer frame,
            final int index,
            final int length,
            final int epoch,
            final long basePosition,
            final long sequence,
            final long storeEpochMs,
            final int records,
            final int flags) {
        frame.putInt(index + LENGTH, length);
        frame.putInt(index + MAGIC_CODE, MAGIC);
        frame.putInt(index + EPOCH, epoch);
        frame.putLong(index + BASE_POSITION, basePosition);
        frame.putLong(index + SEQUENCE, sequence);
        frame.putLong(index + STORE_EPOCH_MS, storeEpochMs);
        frame.putInt(index + RECORD_COUNT, records);
        frame.putInt(index + FLAGS, flags | VERSION << VERSION_SHIFT);
    }

    /**
     * Adds the durable position and the checksum, which makes the frame valid.
     *
     * @param frame memory that holds the frame; its position and limit are changed
     */
    static void complete(final ByteBuffer frame, final int index, final long durablePosition, final CRC32C crc) {
        frame.putLong(index + DURABLE_POSITION, durablePosition);
        frame.putInt(index + CRC, checksum(frame, index, crc));
    }

    /**
     * The length of the frame at an index if it is valid on its own: all rules of the class comment but those about the
     * frame before.
     *
     * @param segment its position and limit are changed
     * @param end where the readable bytes end
     * @return 0 when there is no valid frame
     */
    static int validLength(
            final ByteBuffer segment, final int index, final int end, final long position, final CRC32C crc) {
        if (!isHeader(segment, index, end, position)) {
            return 0;
        }
        final int length = segment.getInt(index + LENGTH);
        if (length < HEADER_BYTES || length > end - index || length % ALIGNMENT != 0) {
            return 0;
        }
        return segment.getInt(index + CRC) == checksum(segment, index, crc) ? length : 0;
    }

    /** Whether a frame seems to start at an index; nothing of it is checked. */
    static boolean isHeader(final ByteBuffer segment, final int index, final int end, final long position) {
        return end - index >= HEADER_BYTES
                && segment.getInt(index + MAGIC_CODE) == MAGIC
                && segment.getLong(index + BASE_POSITION) == position;
    }

    /** The format version of a valid frame. */
    static int version(final ByteBuffer segment, final int index) {
        return segment.getInt(index + FLAGS) >>> VERSION_SHIFT;
    }

    static boolean isPad(final ByteBuffer segment, final int index) {
        return (segment.getInt(index + FLAGS) & PAD) != 0;
    }

    static boolean isLost(final ByteBuffer segment, final int index) {
        return (segment.getInt(index + FLAGS) & LOST) != 0;
    }

    /** Whether a frame can be the first one of its epoch. */
    static boolean mayBeginEpoch(final ByteBuffer segment, final int index) {
        return (segment.getInt(index + FLAGS) & (NEW_EPOCH | PAD)) != 0;
    }

    /** The checksum of a frame whose length has been checked or was just written. */
    private static int checksum(final ByteBuffer frame, final int index, final CRC32C crc) {
        final int length = isPad(frame, index) ? HEADER_BYTES : frame.getInt(index + LENGTH);
        frame.limit(index + length).position(index + EPOCH);
        crc.reset();
        crc.update(frame);
        frame.clear();
        return (int) crc.getValue();
    }
}
