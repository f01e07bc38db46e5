package io.ansermq.ra;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.LocalTransaction;
import jakarta.resource.spi.LocalTransactionException;
import java.security.SecureRandom;
import java.util.function.BiConsumer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction of one managed connection alone: a branch with a number of its own that is committed in one phase. Begun by the
 * server, or by the application ({@link #beginForApplication}), of which the server is told. Used by one thread at a time.
 */
final class RaLocalTransaction implements LocalTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(RaLocalTransaction.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AnserManagedConnection connection;
    private @Nullable Xid current;

    RaLocalTransaction(final AnserManagedConnection connection) {
        this.connection = connection;
    }

    @Override
    public void begin() throws ResourceException {
        if (current != null) {
            throw new LocalTransactionException("the connection has a local transaction already");
        }
        final Xid xid = LocalXid.next();
        try {
            connection.xa().start(xid, XAResource.TMNOFLAGS);
        } catch (XAException e) {
            throw new LocalTransactionException("no local transaction could begin: " + e.getMessage(), e);
        }
        current = xid;
    }

    @Override
    public void commit() throws ResourceException {
        final Xid xid = take();
        try {
            connection.xa().end(xid, XAResource.TMSUCCESS);
            connection.xa().commit(xid, true);
        } catch (XAException e) {
            throw new LocalTransactionException("the local transaction was rolled back: " + e.getMessage(), e);
        }
    }

    @Override
    public void rollback() throws ResourceException {
        final Xid xid = take();
        try {
            connection.xa().end(xid, XAResource.TMFAIL);
            connection.xa().rollback(xid);
        } catch (XAException e) {
            if (e.errorCode != XAException.XAER_RMFAIL && e.errorCode != XAException.XAER_NOTA) {
                throw new LocalTransactionException("the rollback failed: " + e.getMessage(), e);
            }
            LOG.debug("the broker rolls back by itself when a connection is lost", e);
        }
    }

    private Xid take() throws LocalTransactionException {
        final Xid xid = current;
        if (xid == null) {
            throw new LocalTransactionException("the connection has no local transaction");
        }
        current = null;
        return xid;
    }

    boolean isActive() {
        return current != null;
    }

    void rollbackIfActive() throws ResourceException {
        if (current != null) {
            rollback();
        }
    }

    // ---- By the application: the server is told of these alone, section 7.7.2

    void beginForApplication() throws JMSException {
        run(this::begin, ConnectionEvent.LOCAL_TRANSACTION_STARTED, ConnectionEventListener::localTransactionStarted);
    }

    /** Commits and begins the next one, as a transacted session does. */
    void commitForApplication() throws JMSException {
        if (current == null) {
            throw new IllegalStateException("the session has no transaction of its own");
        }
        run(
                this::commit,
                ConnectionEvent.LOCAL_TRANSACTION_COMMITTED,
                ConnectionEventListener::localTransactionCommitted);
        beginForApplication();
    }

    void rollbackForApplication(final boolean next) throws JMSException {
        if (current == null) {
            throw new IllegalStateException("the session has no transaction of its own");
        }
        run(
                this::rollback,
                ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK,
                ConnectionEventListener::localTransactionRolledback);
        if (next) {
            beginForApplication();
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws ResourceException;
    }

    private void run(
            final Step step, final int event, final BiConsumer<ConnectionEventListener, ConnectionEvent> listener)
            throws JMSException {
        try {
            step.run();
        } catch (ResourceException e) {
            throw Failures.withCause(new TransactionRolledBackException(e.getMessage()), e);
        }
        connection.tell(new ConnectionEvent(connection, event), listener);
    }

    /** A number that nobody else has, of a format that is no transaction manager's. */
    private static final class LocalXid implements Xid {
        private static final int FORMAT = 0x414E5351;
        private static final int LENGTH = 16;

        private final byte[] id;

        private LocalXid(final byte[] id) {
            this.id = id;
        }

        static LocalXid next() {
            final byte[] id = new byte[LENGTH];
            RANDOM.nextBytes(id);
            return new LocalXid(id);
        }

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return id.clone();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
