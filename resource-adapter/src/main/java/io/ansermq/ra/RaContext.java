package io.ansermq.ra;

import io.ansermq.jms.session.JmsErrors;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The simplified API of an application: a connection and its session in one. What Jakarta Messaging 3.1 forbids in an
 * application server throws. Used by one thread at a time, except {@link #close}.
 */
final class RaContext implements JMSContext {
    private final RaConnection connection;
    private final RaSession session;

    /** The provider's, on the same session. */
    private final JMSContext context;

    private volatile boolean autoStart = true;

    RaContext(final RaConnection connection, final RaSession session) throws JMSException {
        this.connection = connection;
        this.session = session;
        context = session.newContext();
        context.setAutoStart(false);
    }

    /** The provider's context, while the session is open. */
    private JMSContext open() {
        return JmsErrors.unchecked(() -> {
            session.requireOpen();
            return context;
        });
    }

    private JMSConsumer started(final JMSConsumer consumer) {
        final RaContextConsumer made = new RaContextConsumer(session, consumer);
        session.opened(made);
        if (autoStart) {
            start();
        }
        return made;
    }

    // ---- State

    @Override
    public @Nullable String getClientID() {
        try {
            return connection.getClientID();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return open().getMetaData();
    }

    @Override
    public void start() {
        JmsErrors.unchecked(connection::start);
    }

    @Override
    public void setAutoStart(final boolean start) {
        autoStart = start;
    }

    @Override
    public boolean getAutoStart() {
        return autoStart;
    }

    @Override
    public void close() {
        JmsErrors.unchecked(() -> {
            context.close();
            connection.close();
        });
    }

    @Override
    public boolean getTransacted() {
        return JmsErrors.unchecked(session::getTransacted);
    }

    @Override
    public int getSessionMode() {
        return JmsErrors.unchecked(session::getAcknowledgeMode);
    }

    @Override
    public void commit() {
        JmsErrors.unchecked(session::commit);
    }

    @Override
    public void rollback() {
        JmsErrors.unchecked(session::rollback);
    }

    @Override
    public void recover() {
        JmsErrors.unchecked(session::recover);
    }

    /** Does nothing: in an application server sessions acknowledge by themselves or with the transaction. */
    @Override
    public void acknowledge() {
        JmsErrors.unchecked(session::requireOpen);
    }

    // ---- What the provider's context does

    @Override
    public JMSProducer createProducer() {
        return open().createProducer();
    }

    @Override
    public BytesMessage createBytesMessage() {
        return open().createBytesMessage();
    }

    @Override
    public MapMessage createMapMessage() {
        return open().createMapMessage();
    }

    @Override
    public Message createMessage() {
        return open().createMessage();
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return open().createObjectMessage();
    }

    @Override
    public StreamMessage createStreamMessage() {
        return open().createStreamMessage();
    }

    @Override
    public TextMessage createTextMessage() {
        return open().createTextMessage();
    }

    @Override
    public ObjectMessage createObjectMessage(final @Nullable Serializable object) {
        return open().createObjectMessage(object);
    }

    @Override
    public TextMessage createTextMessage(final @Nullable String text) {
        return open().createTextMessage(text);
    }

    @Override
    public Queue createQueue(final @Nullable String queueName) {
        return open().createQueue(queueName);
    }

    @Override
    public Topic createTopic(final @Nullable String topicName) {
        return open().createTopic(topicName);
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return JmsErrors.unchecked(session::createTemporaryQueue);
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return JmsErrors.unchecked(session::createTemporaryTopic);
    }

    @Override
    public JMSConsumer createConsumer(final @Nullable Destination destination) {
        return started(open().createConsumer(destination));
    }

    @Override
    public JMSConsumer createConsumer(final @Nullable Destination destination, final @Nullable String messageSelector) {
        return started(open().createConsumer(destination, messageSelector));
    }

    @Override
    public JMSConsumer createConsumer(
            final @Nullable Destination destination, final @Nullable String messageSelector, final boolean noLocal) {
        return started(open().createConsumer(destination, messageSelector, noLocal));
    }

    @Override
    public JMSConsumer createDurableConsumer(final @Nullable Topic topic, final @Nullable String name) {
        return started(open().createDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createDurableConsumer(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal) {
        return started(open().createDurableConsumer(topic, name, messageSelector, noLocal));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(final @Nullable Topic topic, final @Nullable String name) {
        return started(open().createSharedDurableConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector) {
        return started(open().createSharedDurableConsumer(topic, name, messageSelector));
    }

    @Override
    public JMSConsumer createSharedConsumer(final @Nullable Topic topic, final @Nullable String name) {
        return started(open().createSharedConsumer(topic, name));
    }

    @Override
    public JMSConsumer createSharedConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector) {
        return started(open().createSharedConsumer(topic, name, messageSelector));
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue) {
        return JmsErrors.unchecked(() -> session.createBrowser(queue));
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue, final @Nullable String messageSelector) {
        return JmsErrors.unchecked(() -> session.createBrowser(queue, messageSelector));
    }

    @Override
    public void unsubscribe(final @Nullable String name) {
        open().unsubscribe(name);
    }

    // ---- Not in an application server

    private IllegalStateRuntimeException forbidden(final String method) {
        return new IllegalStateRuntimeException(
                method + " is not for applications in a Jakarta EE server (Jakarta Messaging 3.1, chapter 12)");
    }

    @Override
    public JMSContext createContext(final int sessionMode) {
        throw forbidden("createContext of a context");
    }

    @Override
    public void setClientID(final @Nullable String clientId) {
        throw forbidden("setClientID");
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        open();
        return null;
    }

    @Override
    public void setExceptionListener(final @Nullable ExceptionListener listener) {
        throw forbidden("setExceptionListener");
    }

    @Override
    public void stop() {
        throw forbidden("stop");
    }
}
