package io.ansermq.broker.session;

import io.ansermq.broker.core.Forwarding;
import io.ansermq.broker.core.RecordPatch;
import io.ansermq.broker.core.RecordPlaces;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.Deliver;
import io.ansermq.remoting.protocol.ConsumingHeader.Skipped;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.SendingHeader.Part;
import io.ansermq.remoting.protocol.SendingHeader.SendDone;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.ReadOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Turns outbox items into frames. Stateless and shared by all sessions; each call runs on its connection's event loop.
 *
 * <p>Items are gathered into one buffer of about {@link #TARGET_BYTES}, so that many answers and messages leave with one
 * write. Messages are copied from the mapped log straight into that buffer: one copy per delivery, and no reference to
 * a mapped segment outlives the call.
 */
final class DeliveryWriter {

    /** Bytes that one buffer should carry; a single larger message makes a larger one. */
    static final int TARGET_BYTES = 256 * 1024;

    private static final int HEADER_BYTES = 64;

    /** Told of a delivery that was left out because its message cannot be read; on the event loop. */
    @FunctionalInterface
    interface Unreadable {
        void leftOut(int consumer, int lane, long offset, long position, int size);
    }

    private final CommitLog log;
    private final Forwarding forwarding;

    DeliveryWriter(final CommitLog log, final Forwarding forwarding) {
        this.log = log;
        this.forwarding = forwarding;
    }

    /** Writes items until about {@link #TARGET_BYTES} are gathered or the outbox is empty. */
    void write(final Outbox outbox, final Connection connection, final Unreadable unreadable) {
        ByteBuf out = null;
        for (Outbox.Item item = outbox.peek(); item != null; item = outbox.peek()) {
            final long need = item.bytes + HEADER_BYTES;
            if (out == null) {
                out = connection.alloc().directBuffer((int) Math.max(4096, need));
            } else if (out.readableBytes() + need > TARGET_BYTES) {
                break;
            }
            encode(item, out, connection.alloc(), unreadable);
            outbox.removeFirst();
        }
        if (out != null) {
            connection.writeFrame(out);
        }
    }

    private void encode(
            final Outbox.Item item, final ByteBuf out, final ByteBufAllocator alloc, final Unreadable unreadable) {
        switch (item.kind) {
            case SETTLED -> encode(new SendDone(item.number), 0, out);
            case ANSWER -> encode(Objects.requireNonNull(item.header), item.opaque, out);
            case PART -> encodePart(item, out);
            case RECORDS -> encodeRecords(item, out, alloc);
            case DELIVER -> encodeDeliveries(item, out, unreadable);
        }
    }

    private static void encode(final ControlHeader header, final int opaque, final ByteBuf out) {
        RemotingCodec.endFrame(out, RemotingCodec.beginControl(header, opaque, out));
    }

    private void encodePart(final Outbox.Item item, final ByteBuf out) {
        final int start = out.writerIndex();
        final int size = item.size(0);
        final int mark = RemotingCodec.beginControl(new Part(), item.opaque, out);
        out.ensureWritable(size);
        final int at = out.writerIndex();
        final ByteBuffer nio = out.internalNioBuffer(at, size);
        // The receiver holds the whole body against its checksum.
        if (readUnchecked(item.position(0), size, nio)) {
            out.writerIndex(at + size);
            RemotingCodec.endFrame(out, mark);
        } else {
            out.writerIndex(start);
            encode(
                    new Failure(
                            ErrorCodes.INTERNAL,
                            "the part of a message at log position " + item.position(0)
                                    + " cannot be read: run 'anser store verify'"),
                    item.opaque,
                    out);
        }
    }

    /** The header counts what can be read, so the records are gathered before it is written. */
    private void encodeRecords(final Outbox.Item item, final ByteBuf out, final ByteBufAllocator alloc) {
        final RecordPlaces places = Objects.requireNonNull(item.places);
        final ByteBuf records = alloc.directBuffer((int) Math.max(1, item.bytes));
        try {
            int count = 0;
            for (int i = 0; i < places.count(); i++) {
                final int size = places.size(i);
                final int at = records.writerIndex();
                records.ensureWritable(size);
                if (read(places.position(i), size, records.internalNioBuffer(at, size))) {
                    records.writerIndex(at + size);
                    RecordPatch.apply(records, at, places.lane(i), places.offset(i), 0);
                    count++;
                }
            }
            final ControlHeader header = Objects.requireNonNull(item.headerOf).apply(count);
            final int mark = RemotingCodec.beginControl(header, item.opaque, out);
            out.writeBytes(records);
            RemotingCodec.endFrame(out, mark);
        } finally {
            records.release();
        }
    }

    /** One frame for all, unless a message cannot be read: then one for those before it and one for those behind. */
    private void encodeDeliveries(final Outbox.Item item, final ByteBuf out, final Unreadable unreadable) {
        int first = 0;
        while (first < item.count) {
            final int bad = encodeDeliveries(item, first, item.count, out);
            if (bad == item.count) {
                return;
            }
            if (bad > first) {
                encodeDeliveries(item, first, bad, out);
            }
            encode(new Skipped(item.consumer, item.number + bad), 0, out);
            unreadable.leftOut(item.consumer, item.lane(bad), item.offset(bad), item.position(bad), item.size(bad));
            first = bad + 1;
        }
    }

    /** Returns the end, or what could not be read: then nothing was written. */
    private int encodeDeliveries(final Outbox.Item item, final int first, final int end, final ByteBuf out) {
        final int start = out.writerIndex();
        final int mark = RemotingCodec.beginControl(
                new Deliver(item.consumer, item.number + first, end - first), item.opaque, out);
        out.ensureWritable((int) item.bytes);
        for (int i = first; i < end; i++) {
            final int size = item.size(i);
            final int at = out.writerIndex();
            if (!read(item.position(i), size, out.internalNioBuffer(at, size))) {
                out.writerIndex(start);
                return i;
            }
            out.writerIndex(at + size);
            RecordPatch.apply(out, at, item.lane(i), item.offset(i), item.deliveries(i));
        }
        RemotingCodec.endFrame(out, mark);
        return end;
    }

    private boolean readUnchecked(final long position, final int size, final ByteBuffer to) {
        if (log.read(position, size, to, to.position())) {
            return true;
        }
        final long moved = forwarding.find(position);
        return moved >= 0 && log.read(moved, size, to, to.position());
    }

    private boolean read(final long position, final int size, final ByteBuffer to) {
        final ReadOutcome outcome = log.readIntact(position, size, to, to.position());
        if (outcome != ReadOutcome.GONE) {
            return outcome == ReadOutcome.READ;
        }
        // It was moved while it waited here for the client to read, and its old segment was freed.
        final long moved = forwarding.find(position);
        return moved >= 0 && log.readIntact(moved, size, to, to.position()) == ReadOutcome.READ;
    }
}
