package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.transport.NamedThreads;
import io.ansermq.remoting.transport.RemotingServer;
import io.ansermq.remoting.transport.SystemClock;
import io.ansermq.remoting.transport.TransportOptions;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name server: brokers register, clients ask which broker serves a topic. Brokers of this process register by
 * {@link #register}, others by RocketMQ's request. Several name servers know nothing of each other; brokers register
 * with all. Nothing is kept on disk: after a restart brokers register again.
 *
 * <p>Thread safe. All state belongs to one loop, a daemon thread of its own, to which connections hand their requests.
 */
public final class NameServer implements AutoCloseable {

    /** How often silent brokers are looked for. */
    private static final long SCAN_INTERVAL_MS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);

    private final LongSupplier nowNs;
    private final RouteTable table = new RouteTable();
    private final RouteRequests requests = new RouteRequests(table);
    private final ScheduledThreadPoolExecutor loop;
    private final RemotingServer server;
    private volatile Guard guard = Guard.OPEN;

    private NameServer(final InetSocketAddress address, final Encryption encryption, final LongSupplier nowNs)
            throws IOException {
        this.nowNs = nowNs;
        loop = new ScheduledThreadPoolExecutor(1, new NamedThreads("anser-namesrv", true));
        loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        loop.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        try {
            server = RemotingServer.bind(
                    address,
                    TransportOptions.builder()
                            .name("anser-namesrv")
                            .ioThreads(1)
                            .encryption(encryption)
                            .build(),
                    connection -> new NameServerConnection(this));
        } catch (final IOException | RuntimeException e) {
            loop.shutdownNow();
            throw e;
        }
    }

    /**
     * Starts a name server.
     *
     * @param bind the host name or address to listen on
     * @param port the port, 0 for one that the system chooses
     * @throws IOException in one clear line, when the address cannot be listened on
     */
    public static NameServer start(final String bind, final int port) throws IOException {
        return start(bind, port, Encryption.NONE);
    }

    /** The same for encrypted connections, or both kinds on one port, as {@code encryption} says. */
    public static NameServer start(final String bind, final int port, final Encryption encryption) throws IOException {
        return start(bind, port, encryption, SystemClock.NANOS);
    }

    /** The same with another clock. */
    static NameServer start(final String bind, final int port, final Encryption encryption, final LongSupplier nowNs)
            throws IOException {
        final NameServer nameServer = new NameServer(new InetSocketAddress(bind, port), encryption, nowNs);
        nameServer.scanRegularly();
        return nameServer;
    }

    /** The address it listens on. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** The port it listens on. */
    public int port() {
        return address().getPort();
    }

    /** How many connections are open now. */
    public int connections() {
        return server.connectionCount();
    }

    /**
     * Registers a broker of this process; it is known until the registration is closed.
     *
     * @param topics the topics it serves already, by topic text
     */
    public Registration register(final BrokerInfo broker, final Map<String, TopicQueues> topics) {
        final Registration registration = new Registration(this, broker);
        registration.add(Map.copyOf(topics));
        return registration;
    }

    /** Closes all connections and forgets everything. */
    @Override
    public void close() {
        server.close();
        loop.shutdownNow();
    }

    /** Runs {@code action} on the loop; not at all once this name server is closed. */
    void execute(final TableAction action) {
        try {
            loop.execute(() -> {
                try {
                    action.run(table, nowNs.getAsLong());
                } catch (final RuntimeException e) {
                    LOG.error("name server: a request failed", e);
                }
            });
        } catch (final RejectedExecutionException e) {
            LOG.debug("name server: closed, a request is dropped");
        }
    }

    /** Looks for brokers that were silent for too long. */
    void scan() {
        execute((routes, now) -> {
            for (final BrokerInfo broker : routes.expire(now)) {
                LOG.warn(
                        "broker {} ({}) at {} was silent for too long and is not offered to clients any more",
                        broker.name(),
                        broker.id(),
                        broker.address());
            }
        });
    }

    /** From now on asks before it does anything. */
    public void guardedBy(final Guard who) {
        guard = who;
    }

    /** Makes the answer to a request; on the loop. */
    RemotingCommand answer(final RemotingCommand request, final Connection peer, final long now) {
        final String refusal = request.control() == null ? guard.refusal(request, peer) : null;
        if (refusal != null) {
            return RemotingCommand.response(
                    request, RouteRequests.NO_PERMISSION, refusal, Map.of(), Unpooled.EMPTY_BUFFER);
        }
        return requests.answer(request, peer, now);
    }

    private void scanRegularly() {
        final var unused =
                loop.scheduleWithFixedDelay(this::scan, SCAN_INTERVAL_MS, SCAN_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Something to do with the table, on the loop. */
    @FunctionalInterface
    interface TableAction {
        /** Does it. */
        void run(RouteTable table, long nowNs);
    }
}
