package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ControlRecord.Ranges;
import java.nio.ByteBuffer;

/**
 * What the log says about a transaction: the payload of the TX records of {@link ControlRecord}.
 *
 * <pre>
 *   all kinds    id (text), when (epoch ms), flags
 *   TX_PREPARE,  number of sends, then per send: position - that of the last one (zigzag), size, destination id, lane,
 *   TX_COMMIT      offset in the lane, last second (i32), tag hash (i64), index bits, delivery time (epoch ms)
 *                number of ledgers, then per ledger: id, count, then per range: offsets skipped since the last one, length - 1
 * </pre>
 *
 * <p>Sends are those whose messages are not in the frame of a TX_COMMIT itself; of a TX_PREPARE they have no offset yet (0).
 * A TX_COMMIT repeats what the TX_PREPARE said, so that it can be folded alone.
 */
public final class TransactionRecord {

    /** The administrator has decided, not the owner. */
    public static final int FLAG_HEURISTIC = 1;

    /** The smallest send and the smallest ledger, so that a count can be believed. */
    private static final int MIN_SEND_BYTES = 7 + Integer.BYTES + Long.BYTES;

    private static final int MIN_LEDGER_BYTES = 2;

    /** The messages of a transaction, in the order in which they were sent. */
    public interface Sends {
        int size();

        long position(int index);

        int sizeBytes(int index);

        int destination(int index);

        int lane(int index);

        long offset(int index);

        int expirySec(int index);

        long tagsCode(int index);

        int bits(int index);

        long dueEpochMs(int index);
    }

    /** What a transaction has received: offsets by ledger. */
    public interface Acks {
        int ledgers();

        long ledger(int index);

        Ranges ranges(int index);
    }

    /** Takes one send of a record. */
    @FunctionalInterface
    public interface SendVisitor {
        void send(
                long position,
                int sizeBytes,
                int destination,
                int lane,
                long offset,
                int expirySec,
                long tagsCode,
                int bits,
                long dueEpochMs);
    }

    /** Takes one range of offsets of a record. */
    @FunctionalInterface
    public interface AckVisitor {
        void acknowledged(long ledger, long first, long last);
    }

    private final ByteBuffer contents;
    private final int start;
    private final TransactionId id;
    private final long sinceEpochMs;
    private final int flags;
    private final boolean withContents;

    private TransactionRecord(
            final ByteBuffer contents,
            final TransactionId id,
            final long sinceEpochMs,
            final int flags,
            final boolean withContents) {
        this.contents = contents;
        this.start = contents.position();
        this.id = id;
        this.sinceEpochMs = sinceEpochMs;
        this.flags = flags;
        this.withContents = withContents;
    }

    /** Whose record it is. */
    public TransactionId id() {
        return id;
    }

    /** When it was written, by the broker's wall clock. */
    public long sinceEpochMs() {
        return sinceEpochMs;
    }

    /** Whether the administrator decided. */
    public boolean isHeuristic() {
        return (flags & FLAG_HEURISTIC) != 0;
    }

    /** Hands over sends and acknowledgements, in order. Valid during the call of the visitor that got the record. */
    public void forEach(final SendVisitor sends, final AckVisitor acks) {
        if (!withContents) {
            return;
        }
        contents.position(start);
        final int count = readCount(contents, MIN_SEND_BYTES);
        long position = 0;
        for (int i = 0; i < count; i++) {
            position += unfold(Varint.read(contents));
            sends.send(
                    position,
                    Varint.readInt(contents),
                    Varint.readInt(contents),
                    Varint.readInt(contents),
                    Varint.read(contents),
                    readFixedInt(contents),
                    readFixedLong(contents),
                    Varint.readInt(contents),
                    Varint.read(contents));
        }
        final int ledgers = readCount(contents, MIN_LEDGER_BYTES);
        for (int i = 0; i < ledgers; i++) {
            final long ledger = Varint.read(contents);
            final int ranges = Varint.readInt(contents);
            long next = 0;
            for (int j = 0; j < ranges; j++) {
                final long first = next + Varint.read(contents);
                final long last = ControlRecordReader.checkedLast(first, first + Varint.read(contents));
                acks.acknowledged(ledger, first, last);
                next = last + 1;
            }
        }
    }

    static TransactionRecord read(final int kind, final ByteBuffer in) {
        final TransactionId id = new TransactionId(Varint.readText(in));
        if (!id.isValid()) {
            throw new MalformedFrameException("a control record names the impossible transaction '" + id + "'");
        }
        final boolean withContents = kind == ControlRecord.TX_PREPARE || kind == ControlRecord.TX_COMMIT;
        return new TransactionRecord(in, id, Varint.read(in), Varint.readInt(in), withContents);
    }

    /** The size of what {@link #encode} writes. */
    public static int sizeOf(
            final TransactionId id, final long epochMs, final int flags, final Sends sends, final Acks acks) {
        long size = (long) sizeOf(id, epochMs, flags) + Varint.size(sends.size()) + Varint.size(acks.ledgers());
        long position = 0;
        for (int i = 0; i < sends.size(); i++) {
            size += Varint.size(fold(sends.position(i) - position))
                    + Varint.size(sends.sizeBytes(i))
                    + Varint.size(sends.destination(i))
                    + Varint.size(sends.lane(i))
                    + Varint.size(sends.offset(i))
                    + Integer.BYTES
                    + Long.BYTES
                    + Varint.size(sends.bits(i))
                    + Varint.size(sends.dueEpochMs(i));
            position = sends.position(i);
        }
        for (int i = 0; i < acks.ledgers(); i++) {
            final Ranges ranges = acks.ranges(i);
            size += Varint.size(acks.ledger(i)) + Varint.size(ranges.size());
            long next = 0;
            for (int j = 0; j < ranges.size(); j++) {
                size += Varint.size(ranges.first(j) - next) + Varint.size(ranges.last(j) - ranges.first(j));
                next = ranges.last(j) + 1;
            }
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    /** Writes a TX_PREPARE or TX_COMMIT; see {@link ControlRecord} for what all {@code encode} methods do. */
    public static void encode(
            final ByteBuffer out,
            final int kind,
            final TransactionId id,
            final long epochMs,
            final int flags,
            final Sends sends,
            final Acks acks) {
        final int start = begin(out, kind, id, epochMs, flags);
        Varint.write(out, sends.size());
        long position = 0;
        for (int i = 0; i < sends.size(); i++) {
            Varint.write(out, fold(sends.position(i) - position));
            Varint.write(out, sends.sizeBytes(i));
            Varint.write(out, sends.destination(i));
            Varint.write(out, sends.lane(i));
            Varint.write(out, sends.offset(i));
            out.putInt(sends.expirySec(i));
            out.putLong(sends.tagsCode(i));
            Varint.write(out, sends.bits(i));
            Varint.write(out, sends.dueEpochMs(i));
            position = sends.position(i);
        }
        Varint.write(out, acks.ledgers());
        for (int i = 0; i < acks.ledgers(); i++) {
            final Ranges ranges = acks.ranges(i);
            Varint.write(out, acks.ledger(i));
            Varint.write(out, ranges.size());
            long next = 0;
            for (int j = 0; j < ranges.size(); j++) {
                Varint.write(out, ranges.first(j) - next);
                Varint.write(out, ranges.last(j) - ranges.first(j));
                next = ranges.last(j) + 1;
            }
        }
        ControlRecord.end(out, start);
    }

    /** The size of what the shorter {@code encode} writes. */
    public static int sizeOf(final TransactionId id, final long epochMs, final int flags) {
        return ControlRecord.HEADER_BYTES + Varint.sizeOfText(id.text()) + Varint.size(epochMs) + Varint.size(flags);
    }

    /** Writes a TX_ABORT or TX_FORGET. */
    public static void encode(
            final ByteBuffer out, final int kind, final TransactionId id, final long epochMs, final int flags) {
        ControlRecord.end(out, begin(out, kind, id, epochMs, flags));
    }

    private static int begin(
            final ByteBuffer out, final int kind, final TransactionId id, final long epochMs, final int flags) {
        final int start = ControlRecord.begin(out, kind);
        Varint.writeText(out, id.text());
        Varint.write(out, epochMs);
        Varint.write(out, flags);
        return start;
    }

    /** Messages that were moved stand behind later ones, so differences may be negative: their sign goes to the lowest bit. */
    private static long fold(final long difference) {
        return difference << 1 ^ difference >> 63;
    }

    private static long unfold(final long folded) {
        return folded >>> 1 ^ -(folded & 1);
    }

    private static int readCount(final ByteBuffer in, final int leastBytes) {
        final int count = Varint.readInt(in);
        if (count > in.remaining() / leastBytes) {
            throw new MalformedFrameException(
                    "a transaction record has " + count + " parts in " + in.remaining() + " bytes");
        }
        return count;
    }

    private static int readFixedInt(final ByteBuffer in) {
        if (in.remaining() < Integer.BYTES) {
            throw new MalformedFrameException("a control record is cut off");
        }
        return in.getInt();
    }

    private static long readFixedLong(final ByteBuffer in) {
        if (in.remaining() < Long.BYTES) {
            throw new MalformedFrameException("a control record is cut off");
        }
        return in.getLong();
    }
}
