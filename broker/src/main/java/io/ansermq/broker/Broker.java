package io.ansermq.broker;

import io.ansermq.broker.admin.Administration;
import io.ansermq.broker.core.CleanerSettings;
import io.ansermq.broker.core.Core;
import io.ansermq.broker.core.CoreAssembly;
import io.ansermq.broker.core.CoreSettings;
import io.ansermq.broker.core.CoreThread;
import io.ansermq.broker.core.DiskSettings;
import io.ansermq.broker.core.Guests;
import io.ansermq.broker.core.HostField;
import io.ansermq.broker.core.Inbox;
import io.ansermq.broker.openmessaging.OpenMessagingState;
import io.ansermq.broker.rocketmq.NameServerRights;
import io.ansermq.broker.rocketmq.RocketMqServer;
import io.ansermq.broker.rocketmq.RocketMqSettings;
import io.ansermq.broker.rocketmq.RocketMqState;
import io.ansermq.broker.rocketmq.TopicListener;
import io.ansermq.broker.security.AccessControl;
import io.ansermq.broker.security.Admission;
import io.ansermq.broker.security.Audit;
import io.ansermq.broker.security.Followed;
import io.ansermq.broker.security.RoleFile;
import io.ansermq.broker.security.SecurityThread;
import io.ansermq.broker.security.UserFile;
import io.ansermq.broker.session.MemoryGate;
import io.ansermq.broker.session.SessionServer;
import io.ansermq.broker.session.SessionSettings;
import io.ansermq.remoting.security.SystemRandom;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.transport.NamedThreads;
import io.ansermq.remoting.transport.RemotingServer;
import io.ansermq.remoting.transport.ServerTls;
import io.ansermq.remoting.transport.SystemClock;
import io.ansermq.remoting.transport.TransportOptions;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.files.Files;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker: the log, the core agent and one port. Thread safe.
 *
 * <p>{@link #start} returns when the log is recovered and the port is open. When the log or the core agent fails the
 * broker stops by itself without answering what was under way, and {@link #terminated()} completes exceptionally.
 */
public final class Broker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final int FRAME_OVERHEAD_BYTES = 64 * 1024;

    private static final int MIN_EXTENT_BYTES = 64 << 10;
    private static final int MAX_EXTENT_BYTES = 4 << 20;
    private static final int EXTENTS_PER_SEGMENT = 64;

    /** How long clients have, when the broker stops, to give back what their applications have not seen. */
    private static final int GOODBYE_MS = 500;

    private final BrokerOptions options;
    private final Core core;
    private final CoreThread coreThread;
    private final RemotingServer server;
    private final SecurityThread security;
    private final Topics topics;
    private final Admission admission;
    private final Administration administration;
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final AtomicBoolean stopping = new AtomicBoolean();

    private Broker(
            final BrokerOptions options,
            final Core core,
            final CoreThread coreThread,
            final RemotingServer server,
            final SecurityThread security,
            final Topics topics,
            final Admission admission,
            final Administration administration) {
        this.options = options;
        this.core = core;
        this.coreThread = coreThread;
        this.server = server;
        this.security = security;
        this.topics = topics;
        this.admission = admission;
        this.administration = administration;
    }

    /**
     * Starts a broker that listens on the {@code bind} and {@code port} options.
     *
     * @throws io.ansermq.store.StoreException when the data directory cannot be used; the text says what to do
     * @throws IOException when the port cannot be opened; the text says what to do
     */
    public static Broker start(final BrokerOptions options) throws IOException {
        return start(options, new InetSocketAddress(options.bind(), options.port()), new DiskFiles());
    }

    /** Starts a broker that is reached inside this JVM only, under a local address, and has its data in {@code files}. */
    static Broker startLocal(final BrokerOptions options, final LocalAddress address, final Files files)
            throws IOException {
        return start(options, address, files);
    }

    private static Broker start(final BrokerOptions options, final SocketAddress address, final Files files)
            throws IOException {
        final Path directory = Path.of(options.data());
        final StoreOptions storeOptions = storeOptions(options);
        final CommitLog log = CommitLog.open(files, directory, storeOptions, SystemClock.EPOCH_MS);
        final Failsafe failsafe = new Failsafe();
        Core core = null;
        // A turn in which a disk is forced is not for network threads: they would read nobody else's request meanwhile.
        final CoreThread coreThread =
                new CoreThread("anser-core-" + options.name(), options.flush() == FlushLevel.WRITTEN, failsafe);
        final RoleFile roles = new RoleFile(options.roles());
        final SecurityThread security = new SecurityThread("anser-security-" + options.name());
        try {
            roles.refresh();
            final Inbox inbox = new Inbox(coreThread);
            final AtomicLong storeHost = new AtomicLong(HostField.of(options.advertised(address)));
            final LongSupplier host = storeHost::get;
            final Topics topics = new Topics();
            final RocketMqSettings rocketMqSettings = rocketMqSettings(options, host);
            final OpenMessagingState openMessaging = new OpenMessagingState(options.autoCreate());
            final RocketMqState rocketMq =
                    new RocketMqState(rocketMqSettings, topics, openMessaging.producers(), System.currentTimeMillis());
            final CoreAssembly assembly = new CoreAssembly(
                    log, files, directory, storeOptions, inbox, SystemClock.EPOCH_MS, coreSettings(options, host));
            core = assembly.recover(new Guests(List.of(rocketMq, openMessaging)));
            log.start(new NamedThreads("anser-log-" + options.name(), false), coreThread::ring, failsafe);
            coreThread.start(core);
            security.follow("the roles in " + roles.path(), new RolesInForce(roles, assembly));
            final MemoryGate memory = new MemoryGate(options.memoryBytes());
            final Admission admission = admission(options, roles, security);
            final SessionServer sessions = new SessionServer(
                    sessionSettings(options),
                    admission,
                    inbox,
                    assembly.topics(),
                    log,
                    assembly.forwarding(),
                    assembly.unreadable(),
                    memory,
                    options.maxConnections(),
                    new RocketMqServer(
                            rocketMqSettings, inbox, memory, log, assembly.unreadable(), rocketMq, admission));
            final RemotingServer server = RemotingServer.bind(address, transportOptions(options, security), sessions);
            storeHost.set(HostField.of(options.advertised(server.localAddress())));
            final Broker broker = new Broker(
                    options,
                    core,
                    coreThread,
                    server,
                    security,
                    topics,
                    admission,
                    administration(options, assembly, log, server));
            failsafe.guard(broker);
            return broker;
        } catch (final IOException | RuntimeException e) {
            coreThread.stop();
            if (core != null) {
                core.close();
            } else {
                log.close();
            }
            security.close();
            throw e;
        }
    }

    private static Admission admission(
            final BrokerOptions options, final RoleFile roles, final SecurityThread security) {
        final Audit audit = new Audit(security);
        final UserFile users = new UserFile(options.users());
        try {
            users.refresh();
        } catch (final IOException e) {
            LOG.error("nobody can log in: {}", e.getMessage());
        }
        // Logins look by themselves; the signatures of RocketMQ's clients are checked against what is known.
        security.follow("the users in " + users.path(), users);
        return new Admission(
                users,
                options.anonymous(),
                options.certificateUser(),
                new AccessControl(roles, options.anonymousAdministrators(), audit),
                audit,
                security);
    }

    private static Administration administration(
            final BrokerOptions options, final CoreAssembly assembly, final CommitLog log, final RemotingServer server)
            throws IOException {
        try {
            return Administration.start(
                    options.name(),
                    options.http(),
                    options.jmx(),
                    assembly.figures(),
                    log,
                    server::connectionCount,
                    SystemClock.EPOCH_MS);
        } catch (final IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static CoreSettings coreSettings(final BrokerOptions options, final LongSupplier storeHost) {
        return new CoreSettings(
                options.name(),
                storeHost,
                options,
                options.autoCreate(),
                options.imageIntervalMs(),
                new CleanerSettings(options.cleanerDelayMs(), options.cleanerRatio(), options.cleanerBytesPerSecond()),
                new DiskSettings(
                        options.maxDiskBytes(),
                        options.diskCleanPercent(),
                        options.diskForgetPercent(),
                        options.diskBlockPercent(),
                        options.minFreeDiskBytes(),
                        options.diskWaitMs(),
                        options.memoryBytes() / 4),
                options.maxLargeMessageBytes(),
                options.unreadTimeoutMs());
    }

    private static RocketMqSettings rocketMqSettings(final BrokerOptions options, final LongSupplier storeHost) {
        return new RocketMqSettings(
                options.name(),
                options.cluster(),
                storeHost,
                options.maxMessageBytes(),
                options.connectionMemoryBytes(),
                options.autoCreate(),
                options.flush() == FlushLevel.DURABLE,
                options.retentionMs(),
                options,
                options.checkBack());
    }

    private static StoreOptions storeOptions(final BrokerOptions options) {
        return StoreOptions.builder()
                .segmentBytes(options.segmentBytes())
                .stagingBytes(options.stagingBytes())
                .appendMode(options.appendMode())
                .defaultLevel(options.flush())
                .backgroundForceMs((int) options.backgroundForceMs())
                .minFreeBytes(options.minFreeDiskBytes())
                .indexExtentBytes(extentBytes(options.segmentBytes()))
                .keyEntries(1 << 20)
                .keySlots(1 << 18)
                .build();
    }

    /** Who wants small segments wants a small index too. */
    private static int extentBytes(final int segmentBytes) {
        final int wanted = Integer.highestOneBit(segmentBytes) / EXTENTS_PER_SEGMENT;
        return Math.max(MIN_EXTENT_BYTES, Math.min(wanted, MAX_EXTENT_BYTES));
    }

    private static SessionSettings sessionSettings(final BrokerOptions options) {
        return new SessionSettings(
                options.name(),
                options.maxMessageBytes(),
                options.sendWindowBytes(),
                options.heartbeatMs(),
                SystemRandom.INSTANCE.nextLong() >>> 1,
                options.connectionMemoryBytes());
    }

    private static TransportOptions transportOptions(final BrokerOptions options, final SecurityThread security)
            throws IOException {
        final Encryption encryption = options.encryption();
        if (encryption instanceof ServerTls tls) {
            security.follow("the certificates", tls::refresh);
        }
        return TransportOptions.builder()
                .name("anser-io-" + options.name())
                .ioThreads(options.ioThreads())
                .unreadTimeoutMs(options.unreadTimeoutMs())
                .maxFrameBytes(options.maxMessageBytes() + options.sendWindowBytes() + FRAME_OVERHEAD_BYTES)
                .encryption(encryption)
                .build();
    }

    /** The port it listens on, also when the system chose it; 0 for a broker without one. */
    public int port() {
        return server.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** How many connections are open now. */
    public int connections() {
        return server.connectionCount();
    }

    /** Where it listens. */
    public SocketAddress address() {
        return server.localAddress();
    }

    /** Where clients reach it, as the {@code advertise} option or the address it listens on says. */
    public SocketAddress advertisedAddress() {
        return options.advertised(server.localAddress());
    }

    /** Where metrics and health are shown over HTTP; null for nowhere. */
    public @Nullable InetSocketAddress httpAddress() {
        return administration.address();
    }

    /** Tells a listener, such as a name server, of all topics there are and of every change from now on. */
    public void onTopics(final TopicListener listener) {
        topics.add(listener);
    }

    /** Says who may ask a name server of this process for what: as this broker's users and options have it. */
    public NameServerRights nameServerRights() {
        return new NameServerRights(admission);
    }

    /** The options in force. */
    public BrokerOptions options() {
        return options;
    }

    /** The directory of its log. */
    public String dataDirectory() {
        return Path.of(options.data()).toAbsolutePath().toString();
    }

    /** Completes when the broker has stopped: normally after {@link #close()}, exceptionally when it failed. */
    public CompletableFuture<Void> terminated() {
        return terminated.copy();
    }

    /** Closes all connections, brings everything to disk and releases the data directory. Idempotent; waits. */
    @Override
    public void close() {
        stop(null);
    }

    private void stop(final @Nullable Throwable cause) {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        administration.close();
        server.stopAccepting();
        if (cause == null) {
            sayGoodbye();
        }
        server.close();
        coreThread.stop();
        try {
            core.close();
        } catch (final RuntimeException e) {
            LOG.warn("closing the log failed: {}", e.getMessage());
        }
        security.close();
        if (cause == null) {
            terminated.complete(null);
        } else {
            terminated.completeExceptionally(cause);
        }
    }

    /** Who does not leave in time is cut: then what it was sent and has not acknowledged comes marked as redelivered. */
    private void sayGoodbye() {
        try {
            core.sayGoodbye().get(GOODBYE_MS, TimeUnit.MILLISECONDS);
        } catch (final TimeoutException | ExecutionException e) {
            LOG.debug("some clients have not left by themselves");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the broker when one of its agents fails, also when that happens before the broker is complete. */
    private static final class Failsafe implements Consumer<Throwable> {
        private @Nullable Broker guarded;
        private @Nullable Throwable early;

        synchronized void guard(final Broker broker) {
            guarded = broker;
            if (early != null) {
                accept(early);
            }
        }

        /** Called on the failing agent's own thread, which the stop waits for: so the stop needs another one. */
        @Override
        public synchronized void accept(final Throwable cause) {
            final Broker broker = guarded;
            if (broker == null) {
                early = cause;
            } else {
                new Thread(() -> broker.stop(cause), "anser-stop-" + broker.options.name()).start();
            }
        }
    }

    /** Hands what core says of topics to those who want to know; remembers it for those who ask later. */
    private static final class Topics implements TopicListener {
        private record Look(int readQueues, int writeQueues, int permission, int sysFlag) {}

        private final Map<String, Look> known = new LinkedHashMap<>();
        private final List<TopicListener> listeners = new ArrayList<>();

        synchronized void add(final TopicListener listener) {
            listeners.add(listener);
            known.forEach((topic, look) ->
                    listener.topic(topic, look.readQueues(), look.writeQueues(), look.permission(), look.sysFlag()));
        }

        @Override
        public synchronized void topic(
                final String topic,
                final int readQueues,
                final int writeQueues,
                final int permission,
                final int sysFlag) {
            known.put(topic, new Look(readQueues, writeQueues, permission, sysFlag));
            for (final TopicListener listener : listeners) {
                listener.topic(topic, readQueues, writeQueues, permission, sysFlag);
            }
        }

        @Override
        public synchronized void gone(final String topic) {
            known.remove(topic);
            listeners.forEach(listener -> listener.gone(topic));
        }
    }

    /** The roles, which consumers are held against that consume already. */
    private record RolesInForce(RoleFile roles, CoreAssembly assembly) implements Followed {
        @Override
        public boolean refresh() throws IOException {
            final boolean changed = roles.refresh();
            if (changed) {
                assembly.accessChanged();
            }
            return changed;
        }
    }
}
