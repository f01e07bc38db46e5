package io.ansermq.ra;

import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionManager;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of an application: whom its session is for, and what ends with it. Only its session, one at a time, has a
 * connection to the broker, of the server's pool. What Jakarta Messaging 3.1, section 12.3, forbids in an application
 * server throws. Used by one thread at a time, except {@link #close}.
 */
final class RaConnection extends Facade {
    private static final Methods METHODS =
            new Methods(RaConnection.class, QueueConnection.class, TopicConnection.class);

    private static final Logger LOG = LoggerFactory.getLogger(RaConnection.class);

    private final AnserManagedConnectionFactory factory;
    private final ConnectionManager manager;
    private final RaConnectionRequest request;

    /** What is to be deleted when the connection is closed. */
    private final List<Destination> temporaries = new CopyOnWriteArrayList<>();

    private volatile @Nullable RaSession session;
    private volatile boolean started;
    private volatile boolean closed;

    RaConnection(
            final AnserManagedConnectionFactory factory,
            final ConnectionManager manager,
            final RaConnectionRequest request) {
        super(METHODS);
        this.factory = factory;
        this.manager = manager;
        this.request = request;
    }

    RaDomain domain() {
        return request.domain();
    }

    private void requireOpen() throws IllegalStateException {
        if (closed) {
            throw new IllegalStateException("the connection is closed");
        }
    }

    // ---- Sessions

    Session createSession(final boolean transacted, final int acknowledgeMode) throws JMSException {
        return newSession(transacted, acknowledgeMode).as(Session.class);
    }

    Session createSession(final int sessionMode) throws JMSException {
        return newSession(sessionMode == Session.SESSION_TRANSACTED, sessionMode)
                .as(Session.class);
    }

    Session createSession() throws JMSException {
        return newSession(false, Session.AUTO_ACKNOWLEDGE).as(Session.class);
    }

    QueueSession createQueueSession(final boolean transacted, final int acknowledgeMode) throws JMSException {
        domain().requireQueues("createQueueSession");
        return newSession(transacted, acknowledgeMode).as(QueueSession.class);
    }

    TopicSession createTopicSession(final boolean transacted, final int acknowledgeMode) throws JMSException {
        domain().requireTopics("createTopicSession");
        return newSession(transacted, acknowledgeMode).as(TopicSession.class);
    }

    /** A session of the pool; within a JTA transaction the arguments say nothing. */
    RaSession newSession(final boolean transacted, final int mode) throws JMSException {
        requireOpen();
        if (mode < Session.SESSION_TRANSACTED || mode > Session.DUPS_OK_ACKNOWLEDGE) {
            throw new JMSException("there is no session mode " + mode);
        }
        if (session != null) {
            throw new IllegalStateException("the connection has a session already, and in an application server it may"
                    + " have one at a time: close that, or make another connection");
        }
        final Object handle;
        final RaSession made;
        try {
            handle = manager.allocateConnection(factory, request);
            made = RaSession.of(handle);
        } catch (ResourceException e) {
            throw Failures.ofServer(e);
        }
        boolean ready = false;
        try {
            made.open(handle, this, transacted, mode);
            if (started) {
                made.startDelivery();
            }
            session = made;
            ready = true;
        } finally {
            if (!ready) {
                made.close();
            }
        }
        return made;
    }

    void forget(final RaSession ended) {
        if (session == ended) {
            session = null;
        }
    }

    void endsWithThis(final Destination temporary) {
        temporaries.add(temporary);
    }

    // ---- State

    @Nullable
    String getClientID() throws JMSException {
        requireOpen();
        return request.clientId() == null ? factory.effective().clientId() : request.clientId();
    }

    ConnectionMetaData getMetaData() throws JMSException {
        requireOpen();
        final RaSession open = session;
        if (open != null) {
            return open.connectionMetaData();
        }
        final RaSession borrowed = newSession(false, Session.AUTO_ACKNOWLEDGE);
        try {
            return borrowed.connectionMetaData();
        } finally {
            borrowed.close();
        }
    }

    void start() throws JMSException {
        requireOpen();
        started = true;
        final RaSession open = session;
        if (open != null) {
            open.startDelivery();
        }
    }

    void close() throws JMSException {
        if (closed) {
            return;
        }
        closed = true;
        final RaSession open = session;
        try {
            if (open != null) {
                open.closeConsumers();
            }
            temporaries.forEach(RaConnection::delete);
            temporaries.clear();
        } finally {
            if (open != null) {
                open.close();
            }
        }
    }

    private static void delete(final Destination temporary) {
        try {
            if (temporary instanceof TemporaryQueue queue) {
                queue.delete();
            } else if (temporary instanceof TemporaryTopic topic) {
                topic.delete();
            }
        } catch (JMSException e) {
            // Deleted by the application, or gone with its connection.
            LOG.debug("{}: {}", temporary, e.getMessage());
        }
    }

    // ---- Not in an application server

    static IllegalStateException forbidden(final String method) {
        return new IllegalStateException(
                method + " is not for applications in a Jakarta EE server (Jakarta Messaging 3.1, chapter 12)");
    }

    @Override
    Object otherwise(final Method method, final @Nullable Object @Nullable [] arguments) throws JMSException {
        requireOpen();
        throw forbidden(method.getName());
    }

    @Nullable
    ExceptionListener getExceptionListener() throws JMSException {
        requireOpen();
        return null;
    }
}
