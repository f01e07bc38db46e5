package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.NamedThreads;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker's side of its registration with a name server of another process. Everything belongs to one daemon thread of
 * its own, which may wait for the name server; {@link #change} and {@link #close} are thread safe.
 *
 * <p>All topics are registered when a connection is made and every 30 s from then on, which also says that the broker is
 * alive; what changes in between is told at once, all that came together in one request.
 */
final class RemoteNameServer {

    /** How often the broker says that it is alive; a quarter of the silence that name servers bear. */
    private static final long PERIOD_MS = 30_000;

    private static final long RETRY_MS = 1_000;
    private static final long TIMEOUT_MS = 5_000;
    /** Topics of one request, so that it stays below what a frame may hold. */
    private static final int TOPICS_OF_REQUEST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteNameServer.class);

    private final InetSocketAddress address;
    private final BrokerInfo broker;
    private final ScheduledThreadPoolExecutor thread;

    private final Map<String, TopicQueues> topics = new LinkedHashMap<>();
    /** What is not told yet; null for topics that are gone. */
    private final Map<String, @Nullable TopicQueues> changes = new LinkedHashMap<>();

    private @Nullable Connection connection;
    private long dueNs = System.nanoTime();
    private boolean warned;

    private RemoteNameServer(final InetSocketAddress address, final BrokerInfo broker) {
        this.address = address;
        this.broker = broker;
        this.thread = new ScheduledThreadPoolExecutor(1, new NamedThreads("anser-register-" + broker.name(), true));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    static RemoteNameServer start(final InetSocketAddress address, final BrokerInfo broker) {
        final RemoteNameServer server = new RemoteNameServer(address, broker);
        final var unused = server.thread.scheduleWithFixedDelay(server::work, 0, RETRY_MS, TimeUnit.MILLISECONDS);
        return server;
    }

    /** A topic is new, looks different or, with null, is gone. */
    void change(final String topic, final @Nullable TopicQueues queues) {
        execute(() -> {
            if (queues == null) {
                topics.remove(topic);
            } else {
                topics.put(topic, queues);
            }
            changes.put(topic, queues);
            // Behind the changes that are queued already.
            execute(this::work);
        });
    }

    /** Says goodbye, if the name server is there, and waits for that a moment. */
    void close() {
        execute(() -> {
            if (connection != null) {
                try {
                    ask(
                            connection,
                            RouteRequests.UNREGISTER_BROKER,
                            Map.of(
                                    "brokerName", broker.name(),
                                    "brokerAddr", broker.address(),
                                    "clusterName", broker.cluster(),
                                    "brokerId", Long.toString(broker.id())),
                            new byte[0]);
                } catch (final IOException e) {
                    LOG.debug(
                            "name server {}: not told that broker {} ends: {}", address, broker.name(), e.getMessage());
                }
                connection.close("the broker ends");
            }
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (final InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void execute(final Runnable action) {
        try {
            thread.execute(action);
        } catch (final RejectedExecutionException e) {
            LOG.debug("name server {}: closed, a change is dropped", address);
        }
    }

    /** Tells what is to be told now. */
    private void work() {
        try {
            Connection open = connection;
            if (open == null || !open.isOpen()) {
                open = RemotingClient.connect(
                        address,
                        TransportOptions.builder()
                                .name("anser-register")
                                .ioThreads(1)
                                .build(),
                        TIMEOUT_MS,
                        any -> new Listener());
                connection = open;
                dueNs = System.nanoTime();
            }
            if (System.nanoTime() - dueNs >= 0) {
                changes.clear();
                register(open, topics);
                dueNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);
                if (warned) {
                    LOG.info("broker {} is registered with the name server {} again", broker.name(), address);
                    warned = false;
                }
            } else if (!changes.isEmpty()) {
                tell(open);
            }
        } catch (final IOException | RuntimeException e) {
            if (!warned) {
                warned = true;
                LOG.warn(
                        "broker {} cannot register with the name server {}, trying again every second: {}",
                        broker.name(),
                        address,
                        e.getMessage());
            }
            if (connection != null) {
                connection.close("the registration failed");
                connection = null;
            }
        }
    }

    private void tell(final Connection to) throws IOException {
        final Map<String, TopicQueues> added = new LinkedHashMap<>();
        for (final Map.Entry<String, @Nullable TopicQueues> change : changes.entrySet()) {
            final TopicQueues queues = change.getValue();
            if (queues != null) {
                added.put(change.getKey(), queues);
            } else {
                final Map<String, String> header = header();
                header.put(RouteRequests.GONE_TOPIC, change.getKey());
                ask(to, RouteRequests.REGISTER_BROKER, header, RouteBodies.registration(Map.of()));
            }
        }
        changes.clear();
        if (!added.isEmpty()) {
            register(to, added);
        }
    }

    private void register(final Connection to, final Map<String, TopicQueues> all) throws IOException {
        Map<String, TopicQueues> part = new LinkedHashMap<>();
        for (final Map.Entry<String, TopicQueues> each : all.entrySet()) {
            part.put(each.getKey(), each.getValue());
            if (part.size() == TOPICS_OF_REQUEST) {
                ask(to, RouteRequests.REGISTER_BROKER, header(), RouteBodies.registration(part));
                part = new LinkedHashMap<>();
            }
        }
        if (!part.isEmpty() || all.isEmpty()) {
            ask(to, RouteRequests.REGISTER_BROKER, header(), RouteBodies.registration(part));
        }
    }

    private Map<String, String> header() {
        final Map<String, String> header = new LinkedHashMap<>();
        header.put("brokerName", broker.name());
        header.put("brokerAddr", broker.address());
        header.put("clusterName", broker.cluster());
        header.put("brokerId", Long.toString(broker.id()));
        header.put("haServerAddr", broker.haAddress());
        header.put("heartbeatTimeoutMillis", Long.toString(4 * PERIOD_MS));
        header.put("compressed", "false");
        header.put("bodyCrc32", "0");
        return header;
    }

    private static void ask(final Connection to, final int code, final Map<String, String> header, final byte[] body)
            throws IOException {
        try {
            final RemotingCommand answer = to.request(
                            RemotingCommand.request(code, header, Unpooled.wrappedBuffer(body)), TIMEOUT_MS)
                    .get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
            try {
                if (answer.code() != RouteRequests.SUCCESS) {
                    throw new IOException("it answers " + answer.code() + ": " + answer.remark());
                }
            } finally {
                answer.release();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (final ExecutionException | TimeoutException e) {
            throw new IOException("no answer: " + e.getMessage(), e);
        }
    }

    /** Name servers ask brokers nothing that concerns ours. */
    private static final class Listener implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.release();
        }

        @Override
        public void onClosed(final Connection from, final @Nullable Throwable cause) {
            // The next turn of work() finds it closed.
        }
    }
}
