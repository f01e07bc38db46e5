package io.ansermq.ra;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.session.JmsXaConnection;
import io.ansermq.remoting.transport.RemotingClient;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionMetaData;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import javax.security.auth.Subject;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server pools: a connection to the broker with one XA session. Its handles are {@link RaSession}s, several of them when
 * the server shares the connection within a transaction.
 *
 * <p>Used by one thread at a time, as the server has it, except that the broker's end is heard of at any time.
 */
public final class AnserManagedConnection implements ManagedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(AnserManagedConnection.class);

    private final AnserManagedConnectionFactory factory;
    private final Login login;
    private final JmsXaConnection connection;
    private final RecoveryResource recovery;
    private final RaXaResource xaResource = new RaXaResource(this);
    private final RaLocalTransaction localTransaction = new RaLocalTransaction(this);
    private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
    private final List<RaSession> handles = new CopyOnWriteArrayList<>();
    private final AtomicBoolean lost = new AtomicBoolean();
    private final AtomicBoolean destroyed = new AtomicBoolean();

    private volatile XASession session;
    private @Nullable PrintWriter logWriter;

    private AnserManagedConnection(
            final AnserManagedConnectionFactory factory,
            final Login login,
            final JmsXaConnection connection,
            final RecoveryResource recovery)
            throws JMSException {
        this.factory = factory;
        this.login = login;
        this.connection = connection;
        this.recovery = recovery;
        session = connection.createXASession();
    }

    /**
     * Connects.
     *
     * @throws SecurityException when the broker does not accept the user
     * @throws ResourceException when there is no broker, or the configuration is wrong
     */
    static AnserManagedConnection open(final AnserManagedConnectionFactory factory, final Login login)
            throws ResourceException {
        try {
            return Loading.asAdapter(() -> connect(factory, login));
        } catch (JMSException e) {
            throw Failures.ofJms(e);
        } catch (IllegalArgumentException e) {
            throw new ResourceAdapterInternalException(e.getMessage(), e);
        } finally {
            // It may be a thread that recovers, and keeps the connection for the next time.
            RemotingClient.forgetThread();
        }
    }

    private static AnserManagedConnection connect(final AnserManagedConnectionFactory factory, final Login login)
            throws JMSException {
        final ConnectionSettings effective = factory.effective();
        final AnserConnectionFactory provider = effective.factory();
        provider.setClientID(login.clientId());
        final JmsXaConnection connection =
                (JmsXaConnection) provider.createXAConnection(login.user(), login.password());
        final AnserManagedConnection made = new AnserManagedConnection(
                factory,
                login,
                connection,
                new RecoveryResource(effective, new Login(login.user(), login.password(), null)));
        connection.setExceptionListener(made::failed);
        return made;
    }

    // ---- Handles

    @Override
    public Object getConnection(final @Nullable Subject subject, final @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        requireUsable();
        final Login wanted = factory.login(subject, request);
        if (!wanted.equals(login)) {
            throw new SecurityException("a connection of " + login + " cannot become one of " + wanted);
        }
        final RaSession handle = new RaSession(this);
        handles.add(handle);
        return handle.as(Session.class);
    }

    @Override
    public void associateConnection(final Object handle) throws ResourceException {
        final RaSession ours = RaSession.of(handle);
        requireUsable();
        ours.moveTo(this);
    }

    void add(final RaSession handle) {
        handles.add(handle);
    }

    void remove(final RaSession handle) {
        handles.remove(handle);
    }

    /** The application has closed a handle. */
    void closed(final RaSession handle) {
        if (handles.remove(handle)) {
            final ConnectionEvent event = new ConnectionEvent(this, ConnectionEvent.CONNECTION_CLOSED);
            event.setConnectionHandle(handle.as(Session.class));
            tell(event, ConnectionEventListener::connectionClosed);
        }
    }

    /** The session that handles work with. */
    XASession session() {
        return session;
    }

    /** The simplified API on the session. */
    JMSContext newContext() throws JMSException {
        return connection.contextOf(session);
    }

    void start() throws JMSException {
        connection.start();
    }

    AnserManagedConnectionFactory factory() {
        return factory;
    }

    Login login() {
        return login;
    }

    // ---- State

    boolean isOf(final AnserManagedConnectionFactory wantedFactory, final Login wanted) {
        return !lost.get() && !destroyed.get() && factory.equals(wantedFactory) && login.equals(wanted);
    }

    /** Whether it is worth handing out: the broker is there, as far as its heartbeat tells. */
    boolean isValid() {
        if (lost.get() || destroyed.get()) {
            return false;
        }
        try {
            // Makes nothing in the broker, and fails when the connection is lost.
            connection.createXASession().close();
            return true;
        } catch (JMSException e) {
            LOG.debug("connection of {} is not valid any more", login, e);
            return false;
        }
    }

    boolean isLost() {
        return lost.get();
    }

    private void requireUsable() throws ResourceException {
        if (destroyed.get() || lost.get()) {
            throw new IllegalStateException("the connection is " + (lost.get() ? "lost" : "destroyed"));
        }
    }

    /** The provider has something to report; only the end of the connection is the server's business. */
    private void failed(final JMSException problem) {
        if (isValid() || destroyed.get() || !lost.compareAndSet(false, true)) {
            LOG.debug("connection of {}: {}", login, problem.getMessage(), problem);
            return;
        }
        // The server logs what it does about it.
        LOG.debug("connection of {} is lost: {}", login, problem.getMessage());
        tell(
                new ConnectionEvent(this, ConnectionEvent.CONNECTION_ERROR_OCCURRED, problem),
                ConnectionEventListener::connectionErrorOccurred);
    }

    /** As new, for the next user of the pool. */
    @Override
    public void cleanup() throws ResourceException {
        if (destroyed.get()) {
            return;
        }
        handles.forEach(RaSession::invalidate);
        handles.clear();
        if (lost.get()) {
            // The server knows by the event and destroys it; an exception would only be logged once more.
            return;
        }
        localTransaction.rollbackIfActive();
        if (xaResource.isAssociated()) {
            // Its work is the transaction's until that has ended; the session is renewed with the next cleanup.
            return;
        }
        try {
            session.close();
            connection.stop();
            session = connection.createXASession();
        } catch (JMSException e) {
            throw Failures.ofJms(e);
        } finally {
            // The last that is done with it on the application's thread, which outlives this adapter.
            RemotingClient.forgetThread();
        }
    }

    @Override
    public void destroy() throws ResourceException {
        if (!destroyed.compareAndSet(false, true)) {
            return;
        }
        handles.forEach(RaSession::invalidate);
        handles.clear();
        try {
            connection.close();
        } catch (JMSException e) {
            throw Failures.ofJms(e);
        } finally {
            recovery.close();
            factory.destroyed(this);
            RemotingClient.forgetThread();
        }
    }

    // ---- Transactions

    @Override
    public XAResource getXAResource() throws ResourceException {
        if (factory.getTransactionSupport() != TransactionSupportLevel.XATransaction) {
            throw new NotSupportedException("the connection factory is for " + factory.getTransactionSupport());
        }
        return xaResource;
    }

    @Override
    public LocalTransaction getLocalTransaction() throws ResourceException {
        if (factory.getTransactionSupport() == TransactionSupportLevel.NoTransaction) {
            throw new NotSupportedException("the connection factory is for " + factory.getTransactionSupport());
        }
        return localTransaction;
    }

    RaXaResource xa() {
        return xaResource;
    }

    RaLocalTransaction localTransaction() {
        return localTransaction;
    }

    /** What still can end branches that are prepared when this connection is lost. */
    RecoveryResource recovery() {
        return recovery;
    }

    // ---- Listeners

    @Override
    public void addConnectionEventListener(final ConnectionEventListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeConnectionEventListener(final ConnectionEventListener listener) {
        listeners.remove(listener);
    }

    void tell(final ConnectionEvent event, final BiConsumer<ConnectionEventListener, ConnectionEvent> what) {
        for (final ConnectionEventListener listener : listeners) {
            what.accept(listener, event);
        }
    }

    @Override
    public ManagedConnectionMetaData getMetaData() throws ResourceException {
        requireUsable();
        return new RaMetaData(login.user());
    }

    @Override
    public void setLogWriter(final @Nullable PrintWriter out) {
        logWriter = out;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    /** Whose connection it is. */
    @Override
    public String toString() {
        return "AnserManagedConnection of " + login;
    }
}
