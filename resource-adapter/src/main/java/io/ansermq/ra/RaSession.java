package io.ansermq.ra;

import io.ansermq.jms.session.JmsErrors;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import jakarta.resource.ResourceException;
import java.lang.reflect.Method;
import java.util.Arrays;
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
final class RaSession extends Facade {
    private static final Methods METHODS = new Methods(RaSession.class, RaHandle.class);

    private static final Logger LOG = LoggerFactory.getLogger(RaSession.class);

    /** With the browsers. They have nothing in the broker: what the application has dropped needs no closing. */
    private final Set<AutoCloseable> producers =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final List<AutoCloseable> consumers = new CopyOnWriteArrayList<>();

    /** Null once the handle is closed or the server has taken the connection away. */
    private volatile @Nullable AnserManagedConnection managed;

    /** Kept for as long as the session: TomEE takes the connection away when its proxy becomes garbage. */
    @SuppressWarnings("UnusedVariable") // To be kept is its use.
    private @Nullable Object handle;

    private @Nullable RaConnection connection;
    private RaDomain domain = RaDomain.ANY;
    private int mode = Session.AUTO_ACKNOWLEDGE;
    private boolean local;

    RaSession(final AnserManagedConnection managed) {
        super(METHODS);
        this.managed = managed;
    }

    /** What is behind a handle that the server hands out, also a server that hands out a proxy of it. */
    static RaSession of(final Object handle) throws ResourceException {
        if (handle instanceof RaHandle face && face.behind() instanceof RaSession ours) {
            return ours;
        }
        throw new jakarta.resource.spi.IllegalStateException("not a handle of ours: " + handle);
    }

    Object behind() {
        return this;
    }

    /** The handle is handed to an application, in the shape that the server has given it. */
    void open(final Object shape, final RaConnection owner, final boolean transacted, final int acknowledgeMode)
            throws JMSException {
        final AnserManagedConnection now = managed();
        handle = shape;
        connection = owner;
        domain = owner.domain();
        mode = acknowledgeMode == Session.DUPS_OK_ACKNOWLEDGE ? Session.DUPS_OK_ACKNOWLEDGE : Session.AUTO_ACKNOWLEDGE;
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

    // ---- State

    boolean getTransacted() throws JMSException {
        return local || managed().xa().isAssociated();
    }

    int getAcknowledgeMode() throws JMSException {
        return getTransacted() ? Session.SESSION_TRANSACTED : mode;
    }

    void commit() throws JMSException {
        transaction("commit").commitForApplication();
    }

    void rollback() throws JMSException {
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

    void recover() throws JMSException {
        if (getTransacted()) {
            throw new IllegalStateException("recover is not for transacted sessions");
        }
        throw RaConnection.forbidden("recover");
    }

    void close() throws JMSException {
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

    // ---- What the provider's session does

    @Override
    @Nullable
    Object otherwise(final Method method, final @Nullable Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("run")) {
            throw JmsErrors.unchecked(RaConnection.forbidden("run"));
        }
        requireDomain(method);
        return kept(call(provider(), method, arguments));
    }

    /** The legacy interfaces refuse what only the other one has: what deals with its kind of destination. */
    private void requireDomain(final Method method) throws JMSException {
        if (dealsWith(Queue.class, method) || method.getReturnType() == QueueBrowser.class) {
            domain.requireQueues(method.getName());
        } else if (dealsWith(Topic.class, method) || method.getName().equals("unsubscribe")) {
            domain.requireTopics(method.getName());
        }
    }

    private static boolean dealsWith(final Class<?> kind, final Method method) {
        return kind.isAssignableFrom(method.getReturnType())
                || Arrays.stream(method.getParameterTypes()).anyMatch(kind::isAssignableFrom);
    }

    /** Sees to it that what the provider has made for the application ends with this session, or with its connection. */
    @Nullable
    Object kept(final @Nullable Object made) throws JMSException {
        if (made instanceof MessageConsumer consumer) {
            final RaConsumer ours = new RaConsumer(this, consumer);
            opened(ours);
            return ours;
        } else if (made instanceof MessageProducer || made instanceof QueueBrowser) {
            producers.add((AutoCloseable) made);
        } else if (made instanceof TemporaryQueue || made instanceof TemporaryTopic) {
            connection().endsWithThis((Destination) made);
        }
        return made;
    }

    // ---- Not in an application server

    @Nullable
    MessageListener getMessageListener() throws JMSException {
        requireOpen();
        return null;
    }

    void setMessageListener(final @Nullable MessageListener listener) throws JMSException {
        requireOpen();
        throw RaConnection.forbidden("setMessageListener");
    }
}
