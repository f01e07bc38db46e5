package io.ansermq.remoting.protocol;

import java.nio.ByteBuffer;

/**
 * What the log says when delayed messages are due: the payload of the FIRE records of {@link ControlRecord}. The messages
 * stay where they are; the record gives each its place in its lane.
 *
 * <pre>
 *   hour, count, then per message: number, sent at, position, size, destination id, lane, offset in the lane, last second (i32),
 *                                  tag hash (i64), index bits
 * </pre>
 */
public final class FireRecord {

    /** Messages that are due, in the order in which they get their offsets. */
    public interface Due {
        /** How many there are. */
        int size();

        /** The number of message {@code index} among those of its hour. */
        long number(int index);

        /** Where it was appended when it was sent: older than every subscription that must not get it. */
        long sentAt(int index);

        /** Where it stands in the log. */
        long position(int index);

        /** How long its record is. */
        int sizeBytes(int index);

        /** Whose message it is. */
        int destination(int index);

        /** The lane it comes into. */
        int lane(int index);

        /** The offset it gets there. */
        long offset(int index);

        /** When it expires, as the index says it. */
        int expirySec(int index);

        /** The hash of its tag. */
        long tagsCode(int index);

        /** The bits of its index entry. */
        int bits(int index);
    }

    private FireRecord() {}

    /** The size of what {@link #encode} writes. */
    public static int sizeOf(final long hour, final Due due) {
        int size = ControlRecord.HEADER_BYTES + Varint.size(hour) + Varint.size(due.size());
        for (int i = 0; i < due.size(); i++) {
            size += Varint.size(due.number(i))
                    + Varint.size(due.sentAt(i))
                    + Varint.size(due.position(i))
                    + Varint.size(due.sizeBytes(i))
                    + Varint.size(due.destination(i))
                    + Varint.size(due.lane(i))
                    + Varint.size(due.offset(i))
                    + Integer.BYTES
                    + Long.BYTES
                    + Varint.size(due.bits(i));
        }
        return size;
    }

    /** Writes a FIRE record; see {@link ControlRecord} for what all {@code encode} methods do. */
    public static void encode(final ByteBuffer out, final long hour, final Due due) {
        final int start = ControlRecord.begin(out, ControlRecord.FIRE);
        Varint.write(out, hour);
        Varint.write(out, due.size());
        for (int i = 0; i < due.size(); i++) {
            Varint.write(out, due.number(i));
            Varint.write(out, due.sentAt(i));
            Varint.write(out, due.position(i));
            Varint.write(out, due.sizeBytes(i));
            Varint.write(out, due.destination(i));
            Varint.write(out, due.lane(i));
            Varint.write(out, due.offset(i));
            out.putInt(due.expirySec(i));
            out.putLong(due.tagsCode(i));
            Varint.write(out, due.bits(i));
        }
        ControlRecord.end(out, start);
    }

    static void decode(final ByteBuffer in, final ControlRecord.Visitor visitor) {
        final long hour = Varint.read(in);
        for (int left = Varint.readInt(in); left > 0; left--) {
            visitor.fired(
                    hour,
                    Varint.read(in),
                    Varint.read(in),
                    Varint.read(in),
                    Varint.readInt(in),
                    Varint.readInt(in),
                    Varint.readInt(in),
                    Varint.read(in),
                    fixedInt(in),
                    fixedLong(in),
                    Varint.readInt(in));
        }
    }

    private static int fixedInt(final ByteBuffer in) {
        requireBytes(in, Integer.BYTES);
        return in.getInt();
    }

    private static long fixedLong(final ByteBuffer in) {
        requireBytes(in, Long.BYTES);
        return in.getLong();
    }

    private static void requireBytes(final ByteBuffer in, final int bytes) {
        if (in.remaining() < bytes) {
            throw new MalformedFrameException("a FIRE record is cut off");
        }
    }
}
