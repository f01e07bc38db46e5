package io.ansermq.broker.session;

import io.ansermq.broker.core.Inbox;
import io.ansermq.broker.core.TopicTable;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.store.commitlog.CommitLog;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a {@link ClientSession} for each accepted connection, up to the broker's limit. Thread safe. */
public final class SessionServer {

    private static final Logger LOG = LoggerFactory.getLogger(SessionServer.class);

    private final SessionSettings settings;
    private final Inbox inbox;
    private final SendCheck check;
    private final MemoryGate memory;
    private final DeliveryWriter writer;
    private final int maxConnections;
    private final AtomicInteger connections = new AtomicInteger();

    public SessionServer(
            final SessionSettings settings,
            final Inbox inbox,
            final TopicTable topics,
            final CommitLog log,
            final long memoryBytes,
            final int maxConnections) {
        this.settings = settings;
        this.inbox = inbox;
        this.check = new SendCheck(topics, settings.maxMessageBytes());
        this.memory = new MemoryGate(memoryBytes);
        this.writer = new DeliveryWriter(log);
        this.maxConnections = maxConnections;
    }

    /** The handler of a new connection. */
    public ConnectionHandler accept(final Connection connection) {
        if (connections.incrementAndGet() > maxConnections) {
            LOG.warn(
                    "refusing connection from {}: {} connections are open, the limit is max-connections={}",
                    connection.remote(),
                    maxConnections,
                    maxConnections);
            connection.close("too many connections");
            return new Refused();
        }
        return new ClientSession(connection, settings, inbox, check, memory, writer, connections::decrementAndGet);
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
