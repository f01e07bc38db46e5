package io.ansermq.remoting.protocol;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What stands in a record instead of a body that is too long for it: where its parts are in the log. The record has
 * {@link MessageLayout#SYS_FLAG_LARGE}. Everything else of the message is in the record as always, so that brokers treat
 * it as any other: it may be delayed, moved, or wait for its transaction.
 *
 * <pre>
 *   0            8            16      20      24      28                    28 + 8 n
 *   +------------+------------+-------+-------+-------+----------+----------+---+
 *   | first i64  | key i64    | length| crc32 | count | position | position |...|
 *   |            |            | i32   | i32   | n i32 | i64      | i64      |   |
 *   +------------+------------+-------+-------+-------+----------+----------+---+
 * </pre>
 *
 * <p>{@code first} is the lowest of the positions: what a broker keeps its log from on. {@code length} and {@code crc32} are
 * those of the whole body; {@code key} is what its parts are asked for with; each part is a {@link ControlRecord#PART}. Big endian.
 *
 * @param length bytes of the body
 * @param crc CRC32 of the body
 * @param key which the parts were stored with, not negative
 * @param positions where its parts stand, in their order
 */
// A carrier between encoding and decoding, compared by nobody.
@SuppressWarnings("ArrayRecordComponent")
public record LargeBody(int length, int crc, long key, long[] positions) {

    private static final int FIXED_BYTES = 28;

    /** The list as the body of a record. */
    public byte[] encode() {
        long first = Long.MAX_VALUE;
        for (final long position : positions) {
            first = Math.min(first, position);
        }
        final ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + positions.length * Long.BYTES)
                .putLong(first)
                .putLong(key)
                .putInt(length)
                .putInt(crc)
                .putInt(positions.length);
        for (final long position : positions) {
            out.putLong(position);
        }
        return out.array();
    }

    /** The lowest position of a part, from the body at {@code index} of a record in a log. */
    public static long first(final ByteBuffer in, final int index) {
        return in.getLong(index);
    }

    /**
     * The positions of all parts, from the body at {@code index} of a record in a log.
     *
     * @return none when what stands there is no list
     */
    public static long[] positions(final ByteBuffer in, final int index, final int bodyLength) {
        final int count = bodyLength < FIXED_BYTES ? 0 : in.getInt(index + FIXED_BYTES - Integer.BYTES);
        if (count != (bodyLength - FIXED_BYTES) / Long.BYTES) {
            return new long[0];
        }
        final long[] positions = new long[count];
        for (int i = 0; i < count; i++) {
            positions[i] = in.getLong(index + FIXED_BYTES + i * Long.BYTES);
        }
        return positions;
    }

    /**
     * Reads a list.
     *
     * @throws MalformedFrameException when it does not add up
     */
    public static LargeBody decode(final byte[] data, final int offset, final int bodyLength) {
        try {
            final ByteBuffer in = ByteBuffer.wrap(data, offset, bodyLength);
            in.getLong();
            final long key = in.getLong();
            final int length = in.getInt();
            final int crc = in.getInt();
            final int count = in.getInt();
            if (length < 0 || key < 0 || count < 0 || count != in.remaining() / Long.BYTES || count > length) {
                throw new MalformedFrameException(
                        "a body of " + length + " bytes in " + count + " parts cannot be: the record is damaged");
            }
            final long[] positions = new long[count];
            in.asLongBuffer().get(positions);
            return new LargeBody(length, crc, key, positions);
        } catch (BufferUnderflowException e) {
            throw new MalformedFrameException("the list of a body's parts is cut off");
        }
    }
}
