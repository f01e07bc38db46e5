package io.ansermq.broker.session;

import io.ansermq.broker.core.RecordPatch;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.Deliver;
import io.ansermq.remoting.protocol.ControlHeader.SendDone;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.store.commitlog.CommitLog;
import io.netty.buffer.ByteBuf;
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

    private final CommitLog log;

    DeliveryWriter(final CommitLog log) {
        this.log = log;
    }

    /** Writes items until about {@link #TARGET_BYTES} are gathered or the outbox is empty. */
    void write(final Outbox outbox, final Connection connection) {
        ByteBuf out = null;
        for (Outbox.Item item = outbox.peek(); item != null; item = outbox.peek()) {
            final long need = item.bytes + HEADER_BYTES;
            if (out == null) {
                out = connection.alloc().directBuffer((int) Math.max(4096, need));
            } else if (out.readableBytes() + need > TARGET_BYTES) {
                break;
            }
            encode(item, out);
            outbox.removeFirst();
        }
        if (out != null) {
            connection.writeFrame(out);
        }
    }

    private void encode(final Outbox.Item item, final ByteBuf out) {
        final ControlHeader header =
                switch (item.kind) {
                    case SETTLED -> new SendDone(item.number);
                    case ANSWER -> Objects.requireNonNull(item.header);
                    case DELIVER -> new Deliver(item.consumer, item.number, item.count);
                };
        final int mark = RemotingCodec.beginControl(header, item.opaque, out);
        copyRecords(item, out);
        RemotingCodec.endFrame(out, mark);
    }

    private void copyRecords(final Outbox.Item item, final ByteBuf out) {
        out.ensureWritable((int) item.bytes);
        for (int i = 0; i < item.count; i++) {
            final int size = item.size(i);
            final int at = out.writerIndex();
            final ByteBuffer nio = out.internalNioBuffer(at, size);
            if (!log.read(item.position(i), size, nio, nio.position())) {
                throw new IllegalStateException("message at log position " + item.position(i)
                        + " is gone though it was not acknowledged; run 'anser store verify'");
            }
            out.writerIndex(at + size);
            RecordPatch.apply(out, at, item.lane(i), item.offset(i), item.deliveries(i));
        }
    }
}
