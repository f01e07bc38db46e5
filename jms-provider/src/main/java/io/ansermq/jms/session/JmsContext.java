package io.ansermq.jms.session;

import io.ansermq.jms.config.ConnectionSettings;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.StreamMessage;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The simplified API on a connection and a session of the classic one. Contexts made from one another share the
 * connection, which closes with the last of them. Used by one thread at a time, except {@link #close} and
 * {@link #createContext}.
 *
 * <p>The session is made when it is first needed: until then {@link #setClientID} is allowed.
 */
public sealed class JmsContext implements JMSContext permits JmsXaContext, LentContext {
    private final JmsConnection connection;
    /** How many contexts the connection has that are not closed. */
    private final AtomicInteger users;

    private final int mode;
    private final Lifetime lifetime;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable JmsSession session;

    private volatile boolean autoStart = true;

    JmsContext(final JmsConnection connection, final AtomicInteger users, final int mode) throws JMSException {
        this.connection = connection;
        this.users = users;
        this.mode = mode;
        lifetime = new Lifetime("context", connection.lifetime());
        // A mode that is none, or not yet, is refused here and not at first use.
        final AckMode unused = AckMode.of(mode, false);
    }

    /** A context with a connection of its own; what goes wrong is what {@link JmsConnection#open} and the mode say. */
    public static JmsContext open(final ConnectionSettings settings, final int mode) {
        try {
            final JmsConnection connection = JmsConnection.open(settings, Domain.ANY);
            boolean made = false;
            try {
                final JmsContext context = new JmsContext(connection, new AtomicInteger(1), mode);
                made = true;
                return context;
            } finally {
                if (!made) {
                    connection.close();
                }
            }
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSContext createContext(final int sessionMode) {
        try {
            lifetime.requireOpen();
            final JmsContext context = new JmsContext(connection, users, sessionMode);
            users.incrementAndGet();
            return context;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** The session, made when it is first needed. */
    final JmsSession session() throws JMSException {
        lifetime.requireOpen();
        lock.lock();
        try {
            if (session == null) {
                session = newSession(connection);
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    JmsSession newSession(final JmsConnection of) throws JMSException {
        return of.newSession(Domain.ANY, mode);
    }

    /** The context closes, and its session with it. */
    void end(final JmsSession mine) throws JMSException {
        mine.close();
    }

    private JmsConnection connection() throws JMSException {
        lifetime.requireOpen();
        return connection;
    }

    // ---- The connection's part

    @Override
    public @Nullable String getClientID() {
        try {
            return connection().getClientID();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void setClientID(final @Nullable String clientId) {
        Calls.unchecked(() -> connection().setClientID(clientId));
    }

    @Override
    public ConnectionMetaData getMetaData() {
        return Calls.unchecked(() -> connection().getMetaData());
    }

    @Override
    public @Nullable ExceptionListener getExceptionListener() {
        try {
            return connection().getExceptionListener();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void setExceptionListener(final @Nullable ExceptionListener listener) {
        Calls.unchecked(() -> connection().setExceptionListener(listener));
    }

    @Override
    public void start() {
        Calls.unchecked(() -> connection().start());
    }

    @Override
    public void stop() {
        Calls.unchecked(() -> connection().stop());
    }

    @Override
    public void setAutoStart(final boolean autoStart) {
        requireOpen();
        this.autoStart = autoStart;
    }

    @Override
    public boolean getAutoStart() {
        requireOpen();
        return autoStart;
    }

    private void requireOpen() {
        Calls.unchecked(() -> lifetime.requireOpen());
    }

    @Override
    public void close() {
        final JmsSession mine;
        lock.lock();
        try {
            mine = session;
        } finally {
            lock.unlock();
        }
        try {
            if (mine != null) {
                if (isLast() && !mine.isCallback()) {
                    connection.aboutToClose();
                }
                end(mine);
            }
            if (lifetime.close() && users.decrementAndGet() == 0) {
                connection.close();
            }
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** Whether the connection closes with this context, be it not closed before. */
    private boolean isLast() {
        return lifetime.isOpen() && users.get() == 1;
    }

    // ---- The session's part

    @Override
    public JMSProducer createProducer() {
        try {
            final JmsSession open = session();
            return new ContextProducer(open.newOutlet(), open.messages(), lifetime);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public BytesMessage createBytesMessage() {
        return Calls.unchecked(() -> session().createBytesMessage());
    }

    @Override
    public MapMessage createMapMessage() {
        return Calls.unchecked(() -> session().createMapMessage());
    }

    @Override
    public Message createMessage() {
        return Calls.unchecked(() -> session().createMessage());
    }

    @Override
    public ObjectMessage createObjectMessage() {
        return Calls.unchecked(() -> session().createObjectMessage());
    }

    @Override
    public ObjectMessage createObjectMessage(final @Nullable Serializable object) {
        return Calls.unchecked(() -> session().createObjectMessage(object));
    }

    @Override
    public StreamMessage createStreamMessage() {
        return Calls.unchecked(() -> session().createStreamMessage());
    }

    @Override
    public TextMessage createTextMessage() {
        return Calls.unchecked(() -> session().createTextMessage());
    }

    @Override
    public TextMessage createTextMessage(final @Nullable String text) {
        return Calls.unchecked(() -> session().createTextMessage(text));
    }

    @Override
    public boolean getTransacted() {
        requireOpen();
        return mode == SESSION_TRANSACTED;
    }

    @Override
    public int getSessionMode() {
        requireOpen();
        return mode;
    }

    @Override
    public void commit() {
        Calls.unchecked(() -> session().commit());
    }

    @Override
    public void rollback() {
        Calls.unchecked(() -> session().rollback());
    }

    @Override
    public void recover() {
        Calls.unchecked(() -> session().recover());
    }

    @Override
    public void acknowledge() {
        Calls.unchecked(() -> session().acknowledge());
    }

    @Override
    public Queue createQueue(final @Nullable String queueName) {
        return Calls.unchecked(() -> session().createQueue(queueName));
    }

    @Override
    public Topic createTopic(final @Nullable String topicName) {
        return Calls.unchecked(() -> session().createTopic(topicName));
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        return Calls.unchecked(() -> session().createTemporaryQueue());
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        return Calls.unchecked(() -> session().createTemporaryTopic());
    }

    @Override
    public JMSConsumer createConsumer(final @Nullable Destination destination) {
        return createConsumer(destination, null, false);
    }

    @Override
    public JMSConsumer createConsumer(final @Nullable Destination destination, final @Nullable String messageSelector) {
        return createConsumer(destination, messageSelector, false);
    }

    @Override
    public JMSConsumer createConsumer(
            final @Nullable Destination destination, final @Nullable String messageSelector, final boolean noLocal) {
        return Calls.unchecked(() -> started(session().createConsumer(destination, messageSelector, noLocal)));
    }

    /** Section 6.1.4: the connection starts with the first consumer. */
    private JMSConsumer started(final MessageConsumer consumer) throws JMSException {
        if (autoStart) {
            connection.start();
        }
        return new ContextConsumer((JmsConsumer) consumer);
    }

    @Override
    public JMSConsumer createDurableConsumer(final @Nullable Topic topic, final @Nullable String name) {
        return Calls.unchecked(() -> started(session().createDurableConsumer(topic, name)));
    }

    @Override
    public JMSConsumer createDurableConsumer(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal) {
        return Calls.unchecked(() -> started(session().createDurableConsumer(topic, name, messageSelector, noLocal)));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(final @Nullable Topic topic, final @Nullable String name) {
        return Calls.unchecked(() -> started(session().createSharedDurableConsumer(topic, name)));
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector) {
        return Calls.unchecked(() -> started(session().createSharedDurableConsumer(topic, name, messageSelector)));
    }

    @Override
    public JMSConsumer createSharedConsumer(
            final @Nullable Topic topic, final @Nullable String sharedSubscriptionName) {
        return Calls.unchecked(() -> started(session().createSharedConsumer(topic, sharedSubscriptionName)));
    }

    @Override
    public JMSConsumer createSharedConsumer(
            final @Nullable Topic topic,
            final @Nullable String sharedSubscriptionName,
            final @Nullable String messageSelector) {
        return Calls.unchecked(
                () -> started(session().createSharedConsumer(topic, sharedSubscriptionName, messageSelector)));
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue) {
        return Calls.unchecked(() -> session().createBrowser(queue));
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue, final @Nullable String messageSelector) {
        return Calls.unchecked(() -> session().createBrowser(queue, messageSelector));
    }

    @Override
    public void unsubscribe(final @Nullable String name) {
        Calls.unchecked(() -> session().unsubscribe(name));
    }
}
