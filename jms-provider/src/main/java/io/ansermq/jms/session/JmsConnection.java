package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Subscriber;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the classic API and of both legacy ones; thread safe. One session of the client stands behind all its
 * sessions.
 *
 * <p>When the broker goes away the connection stays and says so: what waits for messages hears of it, everything else fails,
 * and the exception listener is called once.
 */
public sealed class JmsConnection implements Connection, QueueConnection, TopicConnection permits JmsXaConnection {
    private static final Logger LOG = LoggerFactory.getLogger(JmsConnection.class);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final ConnectionSettings settings;
    private final Domain domain;
    private final BrokerAccess access;
    private final Lifetime lifetime = new Lifetime("connection");
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CallbackPool callbacks;
    private final ExceptionReports exceptions;
    private final List<JmsSession> sessions = new CopyOnWriteArrayList<>();
    private final List<JmsConnectionConsumer> consumers = new CopyOnWriteArrayList<>();

    /** Guards what decides how a new session begins; not held while waiting for anything. */
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private boolean started;
    private boolean used;
    private @Nullable String clientId;
    private int sessionCount;
    private int consumerCount;

    private volatile BrokerSession broker;
    private volatile @Nullable BrokerException failure;

    JmsConnection(
            final ConnectionSettings settings,
            final Domain domain,
            final BrokerAccess access,
            final BrokerSession broker) {
        this.name = "anser-" + COUNT.incrementAndGet();
        this.settings = settings;
        this.domain = domain;
        this.access = access;
        this.broker = broker;
        clientId = settings.clientId();
        callbacks = new CallbackPool(name);
        exceptions = new ExceptionReports(name, settings, callbacks);
    }

    /**
     * Connects.
     *
     * @throws jakarta.jms.JMSSecurityException when the broker does not accept the user
     * @throws InvalidClientIDException when the client identifier of the settings is in use
     * @throws JMSException when there is no broker, naming the address and what to do
     */
    public static JmsConnection open(final ConnectionSettings settings, final Domain domain) throws JMSException {
        return open(settings, domain, JmsConnection::new);
    }

    /** What makes a connection of one kind. */
    @FunctionalInterface
    interface Kind<C extends JmsConnection> {
        C of(ConnectionSettings settings, Domain domain, BrokerAccess access, BrokerSession broker);
    }

    static <C extends JmsConnection> C open(final ConnectionSettings settings, final Domain domain, final Kind<C> kind)
            throws JMSException {
        final BrokerAccess access = BrokerAccess.to(settings);
        boolean connected = false;
        try {
            final BrokerSession broker = access.connect(settings.clientId());
            connected = true;
            final C connection = kind.of(settings, domain, access, broker);
            ((JmsConnection) connection).listenTo(broker);
            return connection;
        } finally {
            if (!connected) {
                access.close();
            }
        }
    }

    // ---- Sessions

    @Override
    public Session createSession(final boolean transacted, final int acknowledgeMode) throws JMSException {
        return newSession(Domain.ANY, mode(transacted, acknowledgeMode));
    }

    @Override
    public Session createSession(final int sessionMode) throws JMSException {
        return newSession(Domain.ANY, sessionMode);
    }

    @Override
    public Session createSession() throws JMSException {
        return newSession(Domain.ANY, Session.AUTO_ACKNOWLEDGE);
    }

    @Override
    public QueueSession createQueueSession(final boolean transacted, final int acknowledgeMode) throws JMSException {
        return newSession(Domain.QUEUE, mode(transacted, acknowledgeMode));
    }

    @Override
    public TopicSession createTopicSession(final boolean transacted, final int acknowledgeMode) throws JMSException {
        return newSession(Domain.TOPIC, mode(transacted, acknowledgeMode));
    }

    /**
     * What the two arguments say together: when transacted the mode means nothing, otherwise it is one of acknowledging (Javadoc
     * of {@code Connection.createSession}).
     */
    private static int mode(final boolean transacted, final int acknowledgeMode) throws JMSException {
        if (transacted) {
            return Session.SESSION_TRANSACTED;
        }
        if (acknowledgeMode == Session.SESSION_TRANSACTED) {
            throw new JMSException("a session that is not transacted cannot have the mode SESSION_TRANSACTED: call"
                    + " createSession(true, ...) or createSession(Session.SESSION_TRANSACTED) for one that is");
        }
        return acknowledgeMode;
    }

    /** A session of any API and any mode. */
    JmsSession newSession(final Domain sessionDomain, final int mode) throws JMSException {
        use();
        final AckMode ackMode = AckMode.of(mode, settings.strictAck());
        return add(sessionName -> new JmsSession(sessionName, this, sessionDomain, ackMode));
    }

    /** Takes in a session that is made with this name, under the lock. */
    final <S extends JmsSession> S add(final Function<String, S> made) throws JMSException {
        final S session;
        lock.lock();
        try {
            lifetime.requireOpen();
            session = made.apply(name + "-session-" + ++sessionCount);
            if (started) {
                session.start();
            }
            sessions.add(session);
        } finally {
            lock.unlock();
        }
        final BrokerException lost = failure;
        if (lost != null) {
            forget(session);
            throw JmsErrors.of(lost);
        }
        return session;
    }

    /** After this the client identifier is what it is. */
    final void use() throws JMSException {
        lifetime.requireOpen();
        lock.lock();
        try {
            used = true;
        } finally {
            lock.unlock();
        }
    }

    void forget(final JmsSession session) {
        sessions.remove(session);
    }

    // ---- Client identifier: section 6.1.2

    @Override
    public @Nullable String getClientID() throws JMSException {
        lifetime.requireOpen();
        lock.lock();
        try {
            return clientId;
        } finally {
            lock.unlock();
        }
    }

    /** The broker learns the identifier when it accepts a connection, so the unused one is replaced by one that has it. */
    @Override
    public void setClientID(final @Nullable String wanted) throws JMSException {
        lifetime.requireOpen();
        if (wanted == null || wanted.isEmpty()) {
            throw new InvalidClientIDException("a client identifier cannot be empty");
        }
        claimClientId(wanted);
        boolean connected = false;
        try {
            final BrokerSession replaced = broker;
            final BrokerSession replacement = access.connect(wanted);
            connected = true;
            broker = replacement;
            listenTo(replacement);
            replaced.close();
            if (closing.get()) {
                // By another thread, which may have known only the other one.
                replacement.close();
                throw new IllegalStateException("the connection was closed while its client identifier was set");
            }
        } finally {
            if (!connected) {
                releaseClientId();
            }
        }
    }

    private void claimClientId(final String wanted) throws IllegalStateException {
        lock.lock();
        try {
            if (clientId != null) {
                throw new IllegalStateException(
                        "the client identifier is set already, to '" + clientId + "'; it cannot be changed");
            }
            if (used) {
                throw new IllegalStateException("the connection has been used: setClientID must be called before that");
            }
            clientId = wanted;
        } finally {
            lock.unlock();
        }
    }

    private void releaseClientId() {
        lock.lock();
        try {
            clientId = null;
        } finally {
            lock.unlock();
        }
    }

    // ---- State

    @Override
    public ConnectionMetaData getMetaData() throws JMSException {
        lifetime.requireOpen();
        return JmsMetaData.INSTANCE;
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() throws JMSException {
        lifetime.requireOpen();
        return exceptions.listener();
    }

    @Override
    public void setExceptionListener(final @Nullable ExceptionListener listener) throws JMSException {
        lifetime.requireOpen();
        exceptions.listener(listener);
    }

    @Override
    public void start() throws JMSException {
        use();
        lock.lock();
        try {
            started = true;
            for (final JmsSession session : sessions) {
                session.start();
            }
            for (final JmsConnectionConsumer consumer : consumers) {
                consumer.start();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void stop() throws JMSException {
        use();
        if (sessions.stream().anyMatch(JmsSession::isListener)) {
            throw new IllegalStateException(
                    "a message listener cannot stop its own connection: have another thread do it");
        }
        lock.lock();
        try {
            started = false;
            consumers.forEach(JmsConnectionConsumer::stop);
            sessions.forEach(JmsSession::stop);
        } finally {
            lock.unlock();
        }
        sessions.forEach(JmsSession::awaitStopped);
    }

    // ---- For application servers

    @Override
    public ConnectionConsumer createConnectionConsumer(
            final @Nullable Destination destination,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        lifetime.requireOpen();
        final AnserDestination from = Destinations.require(destination);
        return consume(from, plain(from), null, messageSelector, sessionPool, maxMessages);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            final @Nullable Queue queue,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        domain.requireQueues("createConnectionConsumer");
        return createConnectionConsumer((Destination) queue, messageSelector, sessionPool, maxMessages);
    }

    @Override
    public ConnectionConsumer createConnectionConsumer(
            final @Nullable Topic topic,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        domain.requireTopics("createConnectionConsumer");
        return createConnectionConsumer((Destination) topic, messageSelector, sessionPool, maxMessages);
    }

    @Override
    public ConnectionConsumer createSharedConnectionConsumer(
            final @Nullable Topic topic,
            final @Nullable String subscriptionName,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        lifetime.requireOpen();
        domain.requireTopics("createSharedConnectionConsumer");
        return consume(
                Consumers.requireNamed(topic, subscriptionName),
                SubscriptionType.SHARED,
                subscriptionName,
                messageSelector,
                sessionPool,
                maxMessages);
    }

    @Override
    public ConnectionConsumer createDurableConnectionConsumer(
            final @Nullable Topic topic,
            final @Nullable String subscriptionName,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        lifetime.requireOpen();
        domain.requireTopics("createDurableConnectionConsumer");
        return consume(
                Consumers.requireNamed(topic, subscriptionName),
                SubscriptionType.DURABLE,
                subscriptionName,
                messageSelector,
                sessionPool,
                maxMessages);
    }

    @Override
    public ConnectionConsumer createSharedDurableConnectionConsumer(
            final @Nullable Topic topic,
            final @Nullable String subscriptionName,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        lifetime.requireOpen();
        domain.requireTopics("createSharedDurableConnectionConsumer");
        return consume(
                Consumers.requireNamed(topic, subscriptionName),
                SubscriptionType.SHARED_DURABLE,
                subscriptionName,
                messageSelector,
                sessionPool,
                maxMessages);
    }

    private static SubscriptionType plain(final AnserDestination from) {
        return from.isQueue() ? SubscriptionType.QUEUE : SubscriptionType.VOLATILE;
    }

    private ConnectionConsumer consume(
            final AnserDestination from,
            final SubscriptionType type,
            final @Nullable String subscriptionName,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool sessionPool,
            final int maxMessages)
            throws JMSException {
        use();
        final JmsConnectionConsumer consumer =
                JmsConnectionConsumer.of(this, from, type, subscriptionName, messageSelector, sessionPool, maxMessages);
        consumer.subscribe(broker);
        lock.lock();
        try {
            if (started) {
                consumer.start();
            }
            consumers.add(consumer);
            consumer.begin(name + "-consumer-" + ++consumerCount);
        } finally {
            lock.unlock();
        }
        final BrokerException lost = failure;
        if (lost != null || closing.get()) {
            // Its close does nothing when the connection is closed already, which has not met this one.
            consumer.end();
            consumer.close();
            throw lost == null ? new IllegalStateException("the connection is closed") : JmsErrors.of(lost);
        }
        return consumer;
    }

    void forget(final JmsConnectionConsumer consumer) {
        consumers.remove(consumer);
    }

    // ---- For the sessions

    Lifetime lifetime() {
        return lifetime;
    }

    final ConnectionSettings settings() {
        return settings;
    }

    /** The connection of the client; the same one from the first session on. */
    final BrokerSession broker() {
        return broker;
    }

    Executor callbackPool() {
        return callbacks;
    }

    /** How its sessions find out what became of their transactions. */
    final BrokerAccess access() {
        return access;
    }

    /** Hears of what no call can throw, sends that nobody waits for among it. */
    ExceptionReports exceptions() {
        return exceptions;
    }

    /** Waits, interrupted or not, for what a connection that is lost or closed has settled already. */
    void awaitUnlessLost(final CompletableFuture<Void> answer) throws JMSException {
        try {
            Calls.awaitDone(answer);
        } catch (JMSException e) {
            if (failure == null && broker.isOpen()) {
                throw e;
            }
        }
    }

    // ---- Losing and closing

    private void listenTo(final BrokerSession session) {
        session.onClosed(this::lost);
        session.onLink(new Links());
    }

    /** Event loop: the connection is lost, and messages of connection consumers with it that sessions have. */
    void interruptLoaded(final Subscriber shared) {
        sessions.forEach(session -> session.interruptLoaded(shared));
    }

    /** Event loop, once. */
    private void lost(final BrokerException reason) {
        failure = reason;
        linkLost();
        consumers.forEach(JmsConnectionConsumer::end);
        sessions.forEach(session -> session.fail(reason));
        exceptions.report(JmsErrors.of(reason));
    }

    /** Event loop: work that the broker binds to its connection is gone with it, whether or not another one follows. */
    void linkLost() {
        // There is such work in XA sessions alone.
    }

    /** Once, when the broker knows of the end of all sessions. */
    void closed() {
        // As above.
    }

    @Override
    public void close() throws JMSException {
        if (sessions.stream().anyMatch(JmsSession::isCallback)) {
            throw new IllegalStateException("a listener cannot close its own connection: have another thread do it");
        }
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        aboutToClose();
        final List<CompletableFuture<Void>> ends = new ArrayList<>();
        sessions.forEach(JmsSession::stop);
        consumers.forEach(JmsConnectionConsumer::end);
        closeSessions(ends);
        // The goodbye goes behind the sessions' own and is answered behind them.
        broker.close();
        closed();
        LOG.debug("{}: closed with {} consumers open", name, ends.size());
        sessions.clear();
        consumers.clear();
        callbacks.close();
        access.close();
    }

    /** Whoever waits for what is not answered, before the goodbye, need not wait for another connection. */
    final void aboutToClose() {
        broker.comeBackNoMore();
    }

    /** Listeners that run may use the connection until they return (section 6.1.8): what sessions they make is closed, too. */
    private void closeSessions(final List<CompletableFuture<Void>> ends) {
        boolean all = false;
        while (!all) {
            for (final JmsSession session : sessions) {
                ends.addAll(session.closeInOrder());
            }
            lock.lock();
            try {
                all = sessions.stream().allMatch(JmsSession::isClosing);
                if (all) {
                    lifetime.close();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Name and address. */
    @Override
    public String toString() {
        return name + " to " + settings;
    }

    /** Section 6.1.7: the application hears of each loss, whether it has to do anything or not. */
    private final class Links implements BrokerSession.LinkListener {
        @Override
        public void interrupted(final BrokerException reason) {
            linkLost();
            exceptions.report(JmsErrors.of(reason));
        }

        @Override
        public void restored() {
            LOG.info("{}: restored", JmsConnection.this);
        }
    }
}
