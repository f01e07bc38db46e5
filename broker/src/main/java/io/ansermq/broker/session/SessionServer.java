package io.ansermq.broker.session;

import io.ansermq.broker.core.Forwarding;
import io.ansermq.broker.core.Inbox;
import io.ansermq.broker.core.TopicTable;
import io.ansermq.broker.core.UnreadableDeliveries;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.AccessKeys;
import io.ansermq.broker.security.Admission;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.store.commitlog.CommitLog;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a session for each accepted connection, up to the broker's limit: a {@link ClientSession} when its first frame is
 * of our own protocol, what others make of it when it has one of RocketMQ's headers. Thread safe.
 */
public final class SessionServer implements Function<Connection, ConnectionHandler> {

    private static final Logger LOG = LoggerFactory.getLogger(SessionServer.class);

    private final SessionSettings settings;
    private final long run;
    private final Admission admission;
    private final Inbox inbox;
    private final SendCheck check;
    private final MemoryGate memory;
    private final DeliveryWriter writer;
    private final UnreadableDeliveries unreadable;
    private final int maxConnections;
    private final BiFunction<Connection, Access, ConnectionHandler> others;
    private final AtomicInteger connections = new AtomicInteger();

    /**
     * A server of sessions.
     *
     * @param others makes the handler of a connection whose first frame is not of our own protocol, and who may do this
     */
    public SessionServer(
            final SessionSettings settings,
            final Admission admission,
            final Inbox inbox,
            final TopicTable topics,
            final CommitLog log,
            final Forwarding forwarding,
            final UnreadableDeliveries unreadable,
            final MemoryGate memory,
            final int maxConnections,
            final BiFunction<Connection, Access, ConnectionHandler> others) {
        this.settings = settings;
        this.run = log.epoch();
        this.admission = admission;
        this.inbox = inbox;
        this.check = new SendCheck(topics, settings.maxMessageBytes());
        this.memory = memory;
        this.writer = new DeliveryWriter(log, forwarding);
        this.unreadable = unreadable;
        this.maxConnections = maxConnections;
        this.others = others;
    }

    /** The handler of a new connection. */
    @Override
    public ConnectionHandler apply(final Connection connection) {
        if (connections.incrementAndGet() > maxConnections) {
            LOG.warn(
                    "refusing connection from {}: {} connections are open, the limit is max-connections={}",
                    connection.remote(),
                    maxConnections,
                    maxConnections);
            connection.close("too many connections");
            return new Refused();
        }
        return new Stranger();
    }

    /** Clients of RocketMQ name a user, if at all, in each request. */
    private ConnectionHandler other(final Connection from, final RemotingCommand first) {
        final boolean signed = first.extFields().containsKey(AccessKeys.ACCESS_KEY);
        final Access access = signed ? Access.NONE : admission.withoutLogin(from);
        if (access != null) {
            return others.apply(from, access);
        }
        from.close("a user is needed");
        return new Ignored();
    }

    /** A connection on which nothing came yet: the header of its first frame tells whose client it is. */
    private final class Stranger implements ConnectionHandler {
        private @Nullable ConnectionHandler known;

        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            if (known == null) {
                known = command.control() == null
                        ? other(from, command)
                        : new ClientSession(from, settings, run, admission, inbox, check, memory, writer, unreadable);
            }
            known.onCommand(from, command);
        }

        @Override
        public void onReadComplete(final Connection from) {
            if (known != null) {
                known.onReadComplete(from);
            }
        }

        @Override
        public void onWritable(final Connection to, final boolean writable) {
            if (known != null) {
                known.onWritable(to, writable);
            }
        }

        @Override
        public void onClosed(final Connection from, final @Nullable Throwable cause) {
            connections.decrementAndGet();
            if (known != null) {
                known.onClosed(from, cause);
            } else if (cause instanceof SSLException) {
                admission.refusedEncryption(from.remoteAddress(), cause);
            }
        }
    }

    /** Takes what still comes on a connection that is being closed. */
    private static final class Ignored implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.body().release();
        }

        @Override
        public void onClosed(final Connection from, final @Nullable Throwable cause) {}
    }

    /** Stands in for a session on a connection that is about to be closed. */
    private final class Refused implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.body().release();
        }

        @Override
        public void onClosed(final Connection from, final @Nullable Throwable cause) {
            connections.decrementAndGet();
        }
    }
}
