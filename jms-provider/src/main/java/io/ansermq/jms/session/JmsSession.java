package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Subscriber;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import io.ansermq.jms.message.Acknowledger;
import io.ansermq.jms.message.MessageCodec;
import io.ansermq.jms.message.MessageFactory;
import io.ansermq.remoting.transport.SystemClock;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the classic API and of both legacy ones. Used by one thread at a time, except {@link #close}.
 *
 * <p>It is the many doors of the API and what may be done behind them when; the work is done by its parts: {@link Consumers}
 * makes consumers, {@link Inboxes} hold what has come for them, {@link Intake} and {@link Listeners} hand it over,
 * {@link Settlement} acknowledges and gives back, {@link ServerRun} works for application servers, {@link Outlet} sends, {@link Completions} calls completion listeners.
 */
sealed class JmsSession implements Session, QueueSession, TopicSession, Acknowledger permits JmsXaSession {
    private static final Logger LOG = LoggerFactory.getLogger(JmsSession.class);

    private final JmsConnection connection;
    private final ConnectionSettings settings;
    private final Domain domain;
    private final AckMode mode;
    private final BrokerSession broker;
    private final Lifetime lifetime;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final MessageFactory messages;
    private final Destinations destinations;
    private final Inboxes inboxes;
    private final LoadedInboxes loaded;
    private final Settlement settlement;
    private final Listeners listeners;
    private final ServerRun serverRun;
    private final Consumers consumers;
    private final Completions completions;
    private final @Nullable LocalTransactions transactions;
    private final @Nullable JmsXaResource xa;

    JmsSession(final String name, final JmsConnection connection, final Domain domain, final AckMode mode) {
        this(name, connection, domain, mode, null);
    }

    /** An XA session. */
    JmsSession(
            final String name,
            final JmsXaConnection connection,
            final Domain domain,
            final JmsXaConnection.Xa ofConnection) {
        this(name, connection, domain, null, ofConnection);
    }

    private JmsSession(
            final String name,
            final JmsConnection connection,
            final Domain domain,
            final @Nullable AckMode given,
            final JmsXaConnection.@Nullable Xa ofConnection) {
        this.connection = connection;
        this.domain = domain;
        broker = connection.broker();
        settings = connection.settings();
        mode = given == null ? AckMode.xa(settings.strictAck(), () -> work() != null) : given;
        lifetime = new Lifetime("session", connection.lifetime());
        messages = new MessageFactory(settings.messageRules());
        destinations = new Destinations(broker);
        inboxes = new Inboxes(broker);
        loaded = new LoadedInboxes(inboxes, broker);
        settlement = new Settlement(name, broker, mode, inboxes, loaded);
        final Intake intake =
                new Intake(mode, inboxes, settlement, settings.messageRules(), this, SystemClock.EPOCH_MS);
        listeners = new Listeners(name, mode, inboxes, intake, settlement);
        serverRun = new ServerRun(name, mode, inboxes, loaded, intake, settlement, listeners);
        consumers = new Consumers(settings, destinations, inboxes, intake, listeners, lifetime);
        completions = new Completions(name, connection.callbackPool());
        xa = ofConnection == null
                ? null
                : new JmsXaResource(ofConnection.branches(), ofConnection.link(), inboxes, settlement);
        transactions = mode.isTransacted() && xa == null
                ? new LocalTransactions(broker, inboxes, settlement, connection.access()::stateOfTransaction)
                : null;
        if (xa != null) {
            inboxes.keepWith(xa::keepReceived);
        } else if (transactions != null) {
            inboxes.keepWith(transactions::keepReceived);
        }
    }

    // ---- Messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        return messages().bytes();
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        return messages().map();
    }

    @Override
    public Message createMessage() throws JMSException {
        return messages().plain();
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        return messages().object();
    }

    @Override
    public ObjectMessage createObjectMessage(final @Nullable Serializable object) throws JMSException {
        return messages().object(object);
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        return messages().stream();
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        return messages().text();
    }

    @Override
    public TextMessage createTextMessage(final @Nullable String text) throws JMSException {
        return messages().text(text);
    }

    MessageFactory messages() throws JMSException {
        lifetime.requireOpen();
        return messages;
    }

    // ---- State

    @Override
    public boolean getTransacted() throws JMSException {
        lifetime.requireOpen();
        return mode.isTransacted();
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        lifetime.requireOpen();
        return mode.number();
    }

    @Override
    public void commit() throws JMSException {
        requireTransacted("commit").commit();
    }

    @Override
    public void rollback() throws JMSException {
        requireTransacted("rollback").rollback();
    }

    /** Asynchronous sends are part of what is to be committed, so they are waited for (section 7.3.4). */
    private LocalTransactions requireTransacted(final String method) throws JMSException {
        lifetime.requireOpen();
        if (transactions == null) {
            throw new IllegalStateException(method + " needs a transacted session, and this one is not");
        }
        if (completions.isCallback()) {
            throw new IllegalStateException("a completion listener cannot call " + method + " on its own session");
        }
        completions.awaitAll();
        return transactions;
    }

    @Override
    public void recover() throws JMSException {
        lifetime.requireOpen();
        if (mode.isTransacted()) {
            throw new IllegalStateException("a transacted session has rollback, not recover");
        }
        settlement.recover();
    }

    /** All messages that the session has consumed, whichever of them was asked. */
    @Override
    public void acknowledge() throws JMSException {
        lifetime.requireOpen();
        settlement.acknowledge();
    }

    // ---- Destinations

    @Override
    public Queue createQueue(final @Nullable String queueName) throws JMSException {
        requireQueues("createQueue");
        return new AnserQueue(requireName(queueName));
    }

    @Override
    public Topic createTopic(final @Nullable String topicName) throws JMSException {
        requireTopics("createTopic");
        return new AnserTopic(requireName(topicName));
    }

    private static String requireName(final @Nullable String name) throws InvalidDestinationException {
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException("a destination needs a name that is not empty");
        }
        return name;
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        requireQueues("createTemporaryQueue");
        return destinations.temporaryQueue();
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        requireTopics("createTemporaryTopic");
        return destinations.temporaryTopic();
    }

    // ---- Producers

    @Override
    public MessageProducer createProducer(final @Nullable Destination destination) throws JMSException {
        lifetime.requireOpen();
        return newProducer(destination);
    }

    @Override
    public QueueSender createSender(final @Nullable Queue queue) throws JMSException {
        lifetime.requireOpen();
        return newProducer(queue);
    }

    @Override
    public TopicPublisher createPublisher(final @Nullable Topic topic) throws JMSException {
        lifetime.requireOpen();
        return newProducer(topic);
    }

    private JmsProducer newProducer(final @Nullable Destination to) throws JMSException {
        final Outlet outlet = newOutlet();
        if (to == null) {
            return new JmsProducer(null, outlet, lifetime);
        }
        final AnserDestination destination = Destinations.require(to);
        outlet.resolve(destination);
        return new JmsProducer(destination, outlet, lifetime);
    }

    /** The sending half of a producer of either API. */
    Outlet newOutlet() {
        return new Outlet(
                broker,
                new MessageCodec(broker.origin(), settings.compression(), settings.minCompressedBytes()),
                destinations,
                messages,
                completions,
                connection.exceptions(),
                settings.blockOnDurableSend(),
                settings.blockOnNonDurableSend(),
                SystemClock.EPOCH_MS,
                this::work);
    }

    /** The transaction that what the session does now belongs to, or null. */
    private @Nullable Work work() {
        if (xa != null) {
            return xa.work();
        }
        return transactions == null ? null : transactions.work();
    }

    /** What a transaction manager has of an XA session. */
    final JmsXaResource xaResource() {
        return Objects.requireNonNull(xa, "only an XA session has a resource");
    }

    final void requireOpen() throws JMSException {
        lifetime.requireOpen();
    }

    // ---- Consumers

    @Override
    public JmsConsumer createConsumer(final @Nullable Destination destination) throws JMSException {
        return createConsumer(destination, null, false);
    }

    @Override
    public JmsConsumer createConsumer(final @Nullable Destination destination, final @Nullable String messageSelector)
            throws JMSException {
        return createConsumer(destination, messageSelector, false);
    }

    @Override
    public JmsConsumer createConsumer(
            final @Nullable Destination destination, final @Nullable String messageSelector, final boolean noLocal)
            throws JMSException {
        lifetime.requireOpen();
        return consumers.plain(destination, messageSelector, noLocal);
    }

    @Override
    public QueueReceiver createReceiver(final @Nullable Queue queue) throws JMSException {
        return createConsumer(queue);
    }

    @Override
    public QueueReceiver createReceiver(final @Nullable Queue queue, final @Nullable String messageSelector)
            throws JMSException {
        return createConsumer(queue, messageSelector);
    }

    @Override
    public TopicSubscriber createSubscriber(final @Nullable Topic topic) throws JMSException {
        return createConsumer(topic);
    }

    @Override
    public TopicSubscriber createSubscriber(
            final @Nullable Topic topic, final @Nullable String messageSelector, final boolean noLocal)
            throws JMSException {
        return createConsumer(topic, messageSelector, noLocal);
    }

    @Override
    public JmsConsumer createSharedConsumer(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return createSharedConsumer(topic, name, null);
    }

    @Override
    public JmsConsumer createSharedConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector)
            throws JMSException {
        requireTopics("createSharedConsumer");
        return consumers.shared(topic, name, messageSelector);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return createDurableSubscriber(topic, name, null, false);
    }

    @Override
    public TopicSubscriber createDurableSubscriber(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        requireTopics("createDurableSubscriber");
        return consumers.durable(topic, name, messageSelector, noLocal);
    }

    @Override
    public JmsConsumer createDurableConsumer(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return createDurableConsumer(topic, name, null, false);
    }

    @Override
    public JmsConsumer createDurableConsumer(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        requireTopics("createDurableConsumer");
        return consumers.durable(topic, name, messageSelector, noLocal);
    }

    @Override
    public JmsConsumer createSharedDurableConsumer(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return createSharedDurableConsumer(topic, name, null);
    }

    @Override
    public JmsConsumer createSharedDurableConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector)
            throws JMSException {
        requireTopics("createSharedDurableConsumer");
        return consumers.sharedDurable(topic, name, messageSelector);
    }

    @Override
    public void unsubscribe(final @Nullable String name) throws JMSException {
        requireTopics("unsubscribe");
        consumers.unsubscribe(name);
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue, final @Nullable String messageSelector)
            throws JMSException {
        requireQueues("createBrowser");
        return consumers.browser(queue, messageSelector);
    }

    private void requireTopics(final String method) throws JMSException {
        lifetime.requireOpen();
        domain.requireTopics(method);
    }

    private void requireQueues(final String method) throws JMSException {
        lifetime.requireOpen();
        domain.requireQueues(method);
    }

    // ---- For application servers

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        lifetime.requireOpen();
        return serverRun.listener();
    }

    @Override
    public void setMessageListener(final @Nullable MessageListener listener) throws JMSException {
        lifetime.requireOpen();
        serverRun.listen(listener);
    }

    @Override
    public void run() {
        if (!lifetime.isOpen()) {
            throw new IllegalStateRuntimeException("the session is closed");
        }
        serverRun.run();
    }

    final ServerRun serverRun() {
        return serverRun;
    }

    final boolean isOf(final JmsConnection owner) {
        return connection == owner;
    }

    final boolean isClosing() {
        return closing.get();
    }

    final boolean isOpen() {
        return lifetime.isOpen();
    }

    // ---- Starting, stopping, ending; called by the connection

    void start() {
        inboxes.start();
    }

    void stop() {
        inboxes.stop();
    }

    void awaitStopped() {
        inboxes.awaitHanded();
    }

    /** Whether this thread is in a message listener of the session. */
    boolean isListener() {
        return listeners.isDispatching() || serverRun.isRunning();
    }

    /** Whether this thread is in a message listener or completion listener of the session. */
    boolean isCallback() {
        return isListener() || completions.isCallback();
    }

    /** Event loop: the connection is lost, and what was loaded from a connection consumer with it. */
    void interruptLoaded(final Subscriber shared) {
        loaded.interrupt(shared);
    }

    void fail(final BrokerException reason) {
        inboxes.fail(reason);
    }

    @Override
    public void close() throws JMSException {
        if (isCallback()) {
            throw new IllegalStateException("a listener cannot close its own session: have another thread do it");
        }
        final List<CompletableFuture<Void>> ends = closeInOrder();
        connection.forget(this);
        for (final CompletableFuture<Void> end : ends) {
            connection.awaitUnlessLost(end);
        }
    }

    /**
     * Everything but waiting for the broker: ends deliveries, waits for listeners, receives and completions, all of which
     * may use the session until they are done, and then closes it.
     *
     * @return what the broker is to answer; empty for a repeated call, which waits like the first
     */
    List<CompletableFuture<Void>> closeInOrder() {
        final boolean first = closing.compareAndSet(false, true);
        inboxes.beginClose();
        inboxes.awaitQuiet();
        completions.awaitAll();
        if (!first) {
            return List.of();
        }
        keepBranches();
        lifetime.close();
        final List<CompletableFuture<Void>> ends = new ArrayList<>();
        final CompletableFuture<Void> undone = transactions == null ? null : transactions.drop();
        if (undone != null) {
            ends.add(undone);
        }
        ends.addAll(loaded.giveBackAll());
        ends.addAll(inboxes.endAll());
        return ends;
    }

    private void keepBranches() {
        if (xa != null) {
            try {
                xa.sessionCloses();
            } catch (JMSException e) {
                // The branch is told by the broker when it is to be prepared or committed.
                LOG.warn("{}: a branch can only be rolled back: {}", connection, e.getMessage());
            }
        }
    }
}
