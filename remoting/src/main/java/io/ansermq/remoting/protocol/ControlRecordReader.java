package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ControlRecord.Visitor;
import java.nio.ByteBuffer;

/**
 * The reading half of {@link ControlRecord}. A record is checked as a whole before the visitor hears of it, so that a
 * damaged one is never half applied.
 */
final class ControlRecordReader {

    private static final Visitor NOBODY = new NoVisitor();

    private ControlRecordReader() {}

    static void decode(final ByteBuffer in, final int index, final Visitor visitor) {
        final int length = checkedLength(in, index);
        final ByteBuffer payload = in.duplicate();
        payload.limit(index + length);
        payload.position(index + ControlRecord.HEADER_BYTES);
        final int kind = ControlRecord.kind(in, index);
        final int version = in.getShort(index + ControlRecord.VERSION_OFFSET);
        decode(kind, version, payload, NOBODY);
        payload.position(index + ControlRecord.HEADER_BYTES);
        decode(kind, version, payload, visitor);
    }

    private static int checkedLength(final ByteBuffer in, final int index) {
        if (in.limit() - index < ControlRecord.HEADER_BYTES) {
            throw new MalformedFrameException("a control record is cut off");
        }
        final int length = in.getInt(index);
        if (length < ControlRecord.HEADER_BYTES || length > in.limit() - index) {
            throw new MalformedFrameException("a control record has the impossible length " + length);
        }
        if (!ControlRecord.isControl(in, index)) {
            throw new MalformedFrameException("a control record has the wrong magic number");
        }
        final int version = in.getShort(index + ControlRecord.VERSION_OFFSET);
        final int latest =
                ControlRecord.kind(in, index) == ControlRecord.CATALOG ? CatalogRecord.VERSION : ControlRecord.VERSION;
        if (version < 1 || version > latest) {
            throw new MalformedFrameException("a control record has version " + version + ", known is " + latest
                    + ": it was written by another release");
        }
        return length;
    }

    private static void decode(final int kind, final int version, final ByteBuffer in, final Visitor visitor) {
        switch (kind) {
            case ControlRecord.EPOCH -> visitor.epoch(Varint.read(in), Varint.read(in));
            case ControlRecord.CATALOG -> visitor.catalog(CatalogRecord.decode(in, version));
            case ControlRecord.ACK -> ack(in, visitor);
            case ControlRecord.NACK -> nack(in, visitor);
            case ControlRecord.MOVED -> moved(in, visitor);
            case ControlRecord.HW -> visitor.highWater(Varint.read(in), Varint.read(in));
            case ControlRecord.OFFSET ->
                visitor.groupOffset(Varint.readText(in), Varint.readText(in), Varint.readInt(in), Varint.read(in) - 1);
            case ControlRecord.SETTING -> visitor.setting(Varint.readText(in), Varint.readText(in));
            case ControlRecord.TX_PREPARE, ControlRecord.TX_COMMIT, ControlRecord.TX_ABORT, ControlRecord.TX_FORGET ->
                visitor.transaction(kind, TransactionRecord.read(kind, in));
            case ControlRecord.PRODUCER -> visitor.producer(Varint.readInt(in), Varint.readText(in), Varint.read(in));
            case ControlRecord.WITHDRAWN -> visitor.withdrawn(Varint.readInt(in), Varint.readInt(in), Varint.read(in));
            case ControlRecord.PART -> {}
            case ControlRecord.WAIT -> wait(in, visitor);
            case ControlRecord.FIRE -> FireRecord.decode(in, visitor);
            default ->
                throw new MalformedFrameException(
                        "a control record is of the unknown kind " + kind + ": it was written by another release");
        }
    }

    private static void moved(final ByteBuffer in, final Visitor visitor) {
        // All of a record but its payload stands in front of the buffer's position.
        final int start = in.position() - ControlRecord.HEADER_BYTES;
        final int keeper = Varint.readInt(in);
        final long key = Varint.read(in);
        final long offset = Varint.read(in);
        final long from = Varint.read(in);
        if (in.remaining() < ControlRecord.HEADER_BYTES || in.getInt(in.position()) != in.remaining()) {
            throw new MalformedFrameException("the copy in a control record is cut off");
        }
        visitor.moved(keeper, key, offset, from, in.position() - start, in.remaining());
    }

    private static void ack(final ByteBuffer in, final Visitor visitor) {
        final long ledgerId = Varint.read(in);
        final int reason = Byte.toUnsignedInt(readByte(in));
        final int count = Varint.readInt(in);
        long next = 0;
        for (int i = 0; i < count; i++) {
            final long first = next + Varint.read(in);
            final long last = checkedLast(first, first + Varint.read(in));
            visitor.acknowledged(ledgerId, reason, first, last);
            next = last + 1;
        }
    }

    private static void wait(final ByteBuffer in, final Visitor visitor) {
        final long ledgerId = Varint.read(in);
        final long dueEpochMs = Varint.read(in);
        final int count = Varint.readInt(in);
        long next = 0;
        for (int i = 0; i < count; i++) {
            final long first = next + Varint.read(in);
            final long last = checkedLast(first, first + Varint.read(in));
            visitor.waiting(ledgerId, dueEpochMs, first, last);
            next = last + 1;
        }
    }

    private static void nack(final ByteBuffer in, final Visitor visitor) {
        final long ledgerId = Varint.read(in);
        final int count = Varint.readInt(in);
        long next = 0;
        for (int i = 0; i < count; i++) {
            final long first = next + Varint.read(in);
            final long last = checkedLast(first, first + Varint.read(in));
            visitor.delivered(ledgerId, first, last, Varint.readInt(in));
            next = last + 1;
        }
    }

    static long checkedLast(final long first, final long last) {
        if (first < 0 || last < first || last == Long.MAX_VALUE) {
            throw new MalformedFrameException("a range of offsets in a control record has no end");
        }
        return last;
    }

    private static byte readByte(final ByteBuffer in) {
        if (!in.hasRemaining()) {
            throw new MalformedFrameException("a control record is cut off");
        }
        return in.get();
    }

    /** For the first pass, which only checks. */
    private static final class NoVisitor implements Visitor {
        @Override
        public void epoch(final long epoch, final long previousEnd) {}

        @Override
        public void catalog(final CatalogRecord change) {}

        @Override
        public void acknowledged(final long ledgerId, final int reason, final long first, final long last) {}

        @Override
        public void delivered(final long ledgerId, final long first, final long last, final int deliveries) {}

        @Override
        public void highWater(final long ledgerId, final long highWater) {}

        @Override
        public void transaction(final int kind, final TransactionRecord record) {
            record.forEach(
                    (position, size, destination, lane, offset, expiry, tags, bits, due) -> {}, (ledger, a, b) -> {});
        }

        @Override
        public void fired(
                final long hour,
                final long number,
                final long sentAt,
                final long position,
                final int sizeBytes,
                final int destination,
                final int lane,
                final long offset,
                final int expirySec,
                final long tagsCode,
                final int bits) {}

        @Override
        public void moved(
                final int keeper,
                final long key,
                final long offset,
                final long from,
                final int at,
                final int recordBytes) {}
    }
}
