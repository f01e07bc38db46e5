package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.Inbox;
import io.ansermq.broker.core.Lane;
import io.ansermq.broker.core.RecordPatch;
import io.ansermq.broker.core.UnreadableDeliveries;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Admission;
import io.ansermq.broker.session.Intake;
import io.ansermq.broker.session.MemoryGate;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.ReadOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Serves RocketMQ clients: makes a session for each of their connections. Thread safe. */
public final class RocketMqServer implements BiFunction<Connection, Access, ConnectionHandler> {

    private final RocketMqSettings settings;
    private final Inbox inbox;
    private final MemoryGate memory;
    private final CommitLog log;
    private final UnreadableDeliveries unreadable;
    private final RocketMqState state;
    private final Admission admission;
    private @Nullable Requests requests;

    /**
     * Serves clients.
     *
     * @param unreadable told of messages that the disk gives back damaged
     * @param state what its clients work with; lives in core
     * @param admission knows whose signatures are right
     */
    public RocketMqServer(
            final RocketMqSettings settings,
            final Inbox inbox,
            final MemoryGate memory,
            final CommitLog log,
            final UnreadableDeliveries unreadable,
            final RocketMqState state,
            final Admission admission) {
        this.settings = settings;
        this.inbox = inbox;
        this.memory = memory;
        this.log = log;
        this.unreadable = unreadable;
        this.state = state;
        this.admission = admission;
    }

    /** The handler of a new connection. */
    @Override
    public ConnectionHandler apply(final Connection connection, final Access access) {
        return new RocketMqSession(connection, this, requests(), access);
    }

    /** Made for the first connection, which most brokers inside a JVM never have. */
    private synchronized Requests requests() {
        if (requests == null) {
            requests = new Requests(settings, state);
        }
        return requests;
    }

    RocketMqSettings settings() {
        return settings;
    }

    Admission admission() {
        return admission;
    }

    RocketMqState state() {
        return state;
    }

    Intake intake(final RocketMqSession session, final Connection connection) {
        return new Intake(session, connection, inbox, memory, settings.connectionMemoryBytes());
    }

    /** Writes an answer down, with the messages it speaks of; on an event loop. */
    RemotingCommand encode(
            final RemotingCommand request, final Answer answer, final ClientLink to, final ByteBufAllocator alloc) {
        final RecordList records = answer.records();
        final ByteBuf body = records == null
                ? Unpooled.wrappedBuffer(answer.body().getBytes(StandardCharsets.UTF_8))
                : copy(records, to, alloc);
        return RemotingCommand.response(request, answer.code(), answer.remark(), answer.fields(), body);
    }

    /** Copies messages out of the log; leaves out what was freed in between, and what the disk gives back damaged. */
    private ByteBuf copy(final RecordList records, final ClientLink to, final ByteBufAllocator alloc) {
        final ByteBuf out = alloc.directBuffer((int) records.bytes());
        for (int i = 0; i < records.count(); i++) {
            final int size = records.size(i);
            final int at = out.writerIndex();
            final ByteBuffer nio = out.internalNioBuffer(at, size);
            final ReadOutcome outcome = log.readIntact(records.position(i), size, nio, nio.position());
            final Lane from = records.from(i);
            if (outcome == ReadOutcome.READ) {
                out.writerIndex(at + size);
                RecordPatch.apply(out, at, records.lane(i), records.offset(i), records.deliveries(i));
            } else if (outcome == ReadOutcome.DAMAGED && from != null) {
                // When core has no room for this now, the next reader says it.
                unreadable.offer(to, from, records.offset(i), records.position(i));
            }
        }
        return out;
    }
}
