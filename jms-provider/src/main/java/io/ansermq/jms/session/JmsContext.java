package io.ansermq.jms.session;

import io.ansermq.jms.config.ConnectionSettings;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
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
public final class JmsContext implements JMSContext {
    private final JmsConnection connection;
    /** How many contexts the connection has that are not closed. */
    private final AtomicInteger users;

    private final int mode;
    private final Lifetime lifetime;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable JmsSession session;

    private volatile boolean autoStart = true;

    private JmsContext(final JmsConnection connection, final AtomicInteger users, final int mode) throws JMSException {
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

    private JmsSession session() throws JMSException {
        lifetime.requireOpen();
        lock.lock();
        try {
            if (session == null) {
                session = connection.newSession(Domain.ANY, false, mode);
            }
            return session;
        } finally {
            lock.unlock();
        }
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
        try {
            connection().setClientID(clientId);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public ConnectionMetaData getMetaData() {
        try {
            return connection().getMetaData();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
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
        try {
            connection().setExceptionListener(listener);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void start() {
        try {
            connection().start();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void stop() {
        try {
            connection().stop();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
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
        try {
            lifetime.requireOpen();
        } catch (IllegalStateException e) {
            throw JmsErrors.unchecked(e);
        }
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
                mine.close();
            }
            if (lifetime.close() && users.decrementAndGet() == 0) {
                connection.close();
            }
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
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
        try {
            return session().createBytesMessage();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public MapMessage createMapMessage() {
        try {
            return session().createMapMessage();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public Message createMessage() {
        try {
            return session().createMessage();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public ObjectMessage createObjectMessage() {
        try {
            return session().createObjectMessage();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public ObjectMessage createObjectMessage(final @Nullable Serializable object) {
        try {
            return session().createObjectMessage(object);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public StreamMessage createStreamMessage() {
        try {
            return session().createStreamMessage();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public TextMessage createTextMessage() {
        try {
            return session().createTextMessage();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public TextMessage createTextMessage(final @Nullable String text) {
        try {
            return session().createTextMessage(text);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public boolean getTransacted() {
        requireOpen();
        return false;
    }

    @Override
    public int getSessionMode() {
        requireOpen();
        return mode;
    }

    @Override
    public void commit() {
        try {
            session().commit();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void rollback() {
        try {
            session().rollback();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void recover() {
        try {
            session().recover();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void acknowledge() {
        try {
            session().acknowledge();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public Queue createQueue(final @Nullable String queueName) {
        try {
            return session().createQueue(queueName);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public Topic createTopic(final @Nullable String topicName) {
        try {
            return session().createTopic(topicName);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public TemporaryQueue createTemporaryQueue() {
        try {
            return session().createTemporaryQueue();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public TemporaryTopic createTemporaryTopic() {
        try {
            return session().createTemporaryTopic();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
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
        try {
            return started(session().createConsumer(destination, messageSelector, noLocal));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
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
        try {
            return started(session().createDurableConsumer(topic, name));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSConsumer createDurableConsumer(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal) {
        try {
            return started(session().createDurableConsumer(topic, name, messageSelector, noLocal));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(final @Nullable Topic topic, final @Nullable String name) {
        try {
            return started(session().createSharedDurableConsumer(topic, name));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSConsumer createSharedDurableConsumer(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector) {
        try {
            return started(session().createSharedDurableConsumer(topic, name, messageSelector));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSConsumer createSharedConsumer(
            final @Nullable Topic topic, final @Nullable String sharedSubscriptionName) {
        try {
            return started(session().createSharedConsumer(topic, sharedSubscriptionName));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSConsumer createSharedConsumer(
            final @Nullable Topic topic,
            final @Nullable String sharedSubscriptionName,
            final @Nullable String messageSelector) {
        try {
            return started(session().createSharedConsumer(topic, sharedSubscriptionName, messageSelector));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue) {
        try {
            return session().createBrowser(queue);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public QueueBrowser createBrowser(final @Nullable Queue queue, final @Nullable String messageSelector) {
        try {
            return session().createBrowser(queue, messageSelector);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void unsubscribe(final @Nullable String name) {
        try {
            session().unsubscribe(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
