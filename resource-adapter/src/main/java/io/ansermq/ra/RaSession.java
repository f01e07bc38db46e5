package io.ansermq.ra;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
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
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handle of a managed connection: a session of an application. What the application has made with it ends with it, while
 * the session of the provider behind it goes back to the pool. Used by one thread at a time, except {@link #close}.
 */
public final class RaSession implements Session, QueueSession, TopicSession {
    private static final Logger LOG = LoggerFactory.getLogger(RaSession.class);

    /** Producers have nothing in the broker: what the application has dropped needs no closing. */
    private final Set<AutoCloseable> producers =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final List<AutoCloseable> consumers = new CopyOnWriteArrayList<>();

    /** Null once the handle is closed or the server has taken the connection away. */
    private volatile @Nullable AnserManagedConnection managed;

    private @Nullable RaConnection connection;
    private RaDomain domain = RaDomain.ANY;
    private int mode = AUTO_ACKNOWLEDGE;
    private boolean local;

    RaSession(final AnserManagedConnection managed) {
        this.managed = managed;
    }

    /** The handle is handed to an application. */
    void open(final RaConnection owner, final boolean transacted, final int acknowledgeMode) throws JMSException {
        final AnserManagedConnection now = managed();
        connection = owner;
        domain = owner.domain();
        mode = acknowledgeMode == DUPS_OK_ACKNOWLEDGE ? DUPS_OK_ACKNOWLEDGE : AUTO_ACKNOWLEDGE;
        local = transacted && !now.xa().isAssociated() && now.factory().allowsLocalTransactions();
        if (local) {
            now.localTransaction().beginForApplication();
        }
    }

    // ---- What is behind it

    private AnserManagedConnection managed() throws IllegalStateException {
        final AnserManagedConnection now = managed;
        if (now == null) {
            throw new IllegalStateException("the session is closed");
        }
        return now;
    }

    private Session provider() throws JMSException {
        return managed().session();
    }

    /** The legacy interfaces of the provider's session, which implements all of them. */
    private QueueSession queues(final String method) throws JMSException {
        domain.requireQueues(method);
        return (QueueSession) provider();
    }

    private TopicSession topics(final String method) throws JMSException {
        domain.requireTopics(method);
        return (TopicSession) provider();
    }

    /** The simplified API on the same session. */
    JMSContext newContext() throws JMSException {
        return managed().newContext();
    }

    ConnectionMetaData connectionMetaData() throws JMSException {
        return newContext().getMetaData();
    }

    void startDelivery() throws JMSException {
        managed().start();
    }

    void requireOpen() throws IllegalStateException {
        managed();
    }

    private RaConnection connection() throws IllegalStateException {
        final RaConnection owner = connection;
        if (owner == null) {
            throw new IllegalStateException("the session belongs to no connection");
        }
        return owner;
    }

    // ---- For the managed connection

    /** The server gives the handle another connection; what was made with the old one is closed. */
    void moveTo(final AnserManagedConnection other) {
        final AnserManagedConnection before = managed;
        if (before != null) {
            closeAll();
            before.remove(this);
        }
        managed = other;
        other.add(this);
    }

    /** The server takes the connection away. */
    void invalidate() {
        closeAll();
        managed = null;
        final RaConnection owner = connection;
        if (owner != null) {
            owner.forget(this);
        }
    }

    void closeConsumers() {
        consumers.forEach(RaSession::closeQuietly);
        consumers.clear();
    }

    private void closeAll() {
        closeConsumers();
        synchronized (producers) {
            producers.forEach(RaSession::closeQuietly);
            producers.clear();
        }
    }

    /** What is lost with its connection needs no closing, and must not keep the rest from being closed. */
    private static void closeQuietly(final AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            LOG.debug("{}: {}", each, e.getMessage(), e);
        }
    }

    void opened(final AutoCloseable consumer) {
        consumers.add(consumer);
    }

    void closed(final AutoCloseable consumer) {
        consumers.remove(consumer);
    }

    private <P extends MessageProducer> P opened(final P producer) {
        producers.add(producer);
        return producer;
    }

    private RaConsumer consumer(final MessageConsumer of) {
        final RaConsumer consumer = new RaConsumer(this, of);
        opened(consumer);
        return consumer;
    }

    // ---- State

    @Override
    public boolean getTransacted() throws JMSException {
        return local || managed().xa().isAssociated();
    }

    @Override
    public int getAcknowledgeMode() throws JMSException {
        return getTransacted() ? SESSION_TRANSACTED : mode;
    }

    @Override
    public void commit() throws JMSException {
        transaction("commit").commitForApplication();
    }

    @Override
    public void rollback() throws JMSException {
        transaction("rollback").rollbackForApplication(true);
    }

    private RaLocalTransaction transaction(final String method) throws JMSException {
        final AnserManagedConnection now = managed();
        if (!local) {
            throw new IllegalStateException(method + " is the business of the server's transactions; sessions with"
                    + " transactions of their own need AllowLocalTransactions, and no JTA transaction");
        }
        return now.localTransaction();
    }

    @Override
    public void recover() throws JMSException {
        if (getTransacted()) {
            throw new IllegalStateException("recover is not for transacted sessions");
        }
        throw RaConnection.forbidden("recover");
    }

    @Override
    public void close() throws JMSException {
        final AnserManagedConnection now = managed;
        if (now == null) {
            return;
        }
        closeAll();
        try {
            if (local && now.localTransaction().isActive()) {
                now.localTransaction().rollbackForApplication(false);
            }
        } finally {
            managed = null;
            final RaConnection owner = connection;
            if (owner != null) {
                owner.forget(this);
            }
            now.closed(this);
        }
    }

    // ---- Messages

    @Override
    public BytesMessage createBytesMessage() throws JMSException {
        return provider().createBytesMessage();
    }

    @Override
    public MapMessage createMapMessage() throws JMSException {
        return provider().createMapMessage();
    }

    @Override
    public Message createMessage() throws JMSException {
        return provider().createMessage();
    }

    @Override
    public ObjectMessage createObjectMessage() throws JMSException {
        return provider().createObjectMessage();
    }

    @Override
    public ObjectMessage createObjectMessage(final @Nullable Serializable object) throws JMSException {
        return provider().createObjectMessage(object);
    }

    @Override
    public StreamMessage createStreamMessage() throws JMSException {
        return provider().createStreamMessage();
    }

    @Override
    public TextMessage createTextMessage() throws JMSException {
        return provider().createTextMessage();
    }

    @Override
    public TextMessage createTextMessage(final @Nullable String text) throws JMSException {
        return provider().createTextMessage(text);
    }

    // ---- Destinations

    @Override
    public Queue createQueue(final @Nullable String queueName) throws JMSException {
        return queues("createQueue").createQueue(queueName);
    }

    @Override
    public Topic createTopic(final @Nullable String topicName) throws JMSException {
        return topics("createTopic").createTopic(topicName);
    }

    @Override
    public TemporaryQueue createTemporaryQueue() throws JMSException {
        final TemporaryQueue temporary = queues("createTemporaryQueue").createTemporaryQueue();
        connection().endsWithThis(temporary);
        return temporary;
    }

    @Override
    public TemporaryTopic createTemporaryTopic() throws JMSException {
        final TemporaryTopic temporary = topics("createTemporaryTopic").createTemporaryTopic();
        connection().endsWithThis(temporary);
        return temporary;
    }

    // ---- Producers

    @Override
    public MessageProducer createProducer(final @Nullable Destination destination) throws JMSException {
        return opened(provider().createProducer(destination));
    }

    @Override
    public QueueSender createSender(final @Nullable Queue queue) throws JMSException {
        return opened(queues("createSender").createSender(queue));
    }

    @Override
    public TopicPublisher createPublisher(final @Nullable Topic topic) throws JMSException {
        return opened(topics("createPublisher").createPublisher(topic));
    }

    // ---- Consumers

    @Override
    public MessageConsumer createConsumer(final @Nullable Destination destination) throws JMSException {
        return consumer(provider().createConsumer(destination));
    }

    @Override
    public MessageConsumer createConsumer(
            final @Nullable Destination destination, final @Nullable String messageSelector) throws JMSException {
        return consumer(provider().createConsumer(destination, messageSelector));
    }

    @Override
    public MessageConsumer createConsumer(
            final @Nullable Destination destination, final @Nullable String messageSelector, final boolean noLocal)
            throws JMSException {
        return consumer(provider().createConsumer(destination, messageSelector, noLocal));
    }

    @Override
    public QueueReceiver createReceiver(final @Nullable Queue queue) throws JMSException {
        return consumer(queues("createReceiver").createReceiver(queue));
    }

    @Override
    public QueueReceiver createReceiver(final @Nullable Queue queue, final @Nullable String messageSelector)
            throws JMSException {
        return consumer(queues("createReceiver").createReceiver(queue, messageSelector));
    }

    @Override
    public TopicSubscriber createSubscriber(final @Nullable Topic topic) throws JMSException {
        return consumer(topics("createSubscriber").createSubscriber(topic));
    }

    @Override
    public TopicSubscriber createSubscriber(
            final @Nullable Topic topic, final @Nullable String messageSelector, final boolean noLocal)
            throws JMSException {
        return consumer(topics("createSubscriber").createSubscriber(topic, messageSelector, noLocal));
    }

    @Override
    public MessageConsumer createSharedConsumer(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return consumer(topics("createSharedConsumer").createSharedConsumer(topic, name));
    }

    @Override
    public MessageConsumer createSharedConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector)
            throws JMSException {
        return consumer(topics("createSharedConsumer").createSharedConsumer(topic, name, messageSelector));
    }

    @Override
    public TopicSubscriber createDurableSubscriber(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return consumer(topics("createDurableSubscriber").createDurableSubscriber(topic, name));
    }

    @Override
    public TopicSubscriber createDurableSubscriber(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        return consumer(
                topics("createDurableSubscriber").createDurableSubscriber(topic, name, messageSelector, noLocal));
    }

    @Override
    public MessageConsumer createDurableConsumer(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return consumer(topics("createDurableConsumer").createDurableConsumer(topic, name));
    }

    @Override
    public MessageConsumer createDurableConsumer(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        return consumer(topics("createDurableConsumer").createDurableConsumer(topic, name, messageSelector, noLocal));
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(final @Nullable Topic topic, final @Nullable String name)
            throws JMSException {
        return consumer(topics("createSharedDurableConsumer").createSharedDurableConsumer(topic, name));
    }

    @Override
    public MessageConsumer createSharedDurableConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector)
            throws JMSException {
        return consumer(
                topics("createSharedDurableConsumer").createSharedDurableConsumer(topic, name, messageSelector));
    }

    @Override
    public void unsubscribe(final @Nullable String name) throws JMSException {
        topics("unsubscribe").unsubscribe(name);
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue) throws JMSException {
        return createBrowser(queue, null);
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue, final @Nullable String messageSelector)
            throws JMSException {
        final QueueBrowser browser = queues("createBrowser").createBrowser(queue, messageSelector);
        opened(browser);
        return browser;
    }

    // ---- Not in an application server

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        requireOpen();
        return null;
    }

    @Override
    public void setMessageListener(final @Nullable MessageListener listener) throws JMSException {
        requireOpen();
        throw RaConnection.forbidden("setMessageListener");
    }

    @Override
    public void run() {
        throw new IllegalStateRuntimeException("run is not for applications in a Jakarta EE server");
    }
}
