package io.ansermq.ra;

import io.ansermq.remoting.transport.RemotingClient;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnection;
import java.util.concurrent.locks.ReentrantLock;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends branches that are in doubt, over a connection of its own: opened when first needed, opened again when it was lost, closed
 * when nothing is in doubt. While there is no broker every call is {@code XAER_RMFAIL}, which tells a transaction manager to come
 * again. Thread safe; calls are made one at a time.
 */
final class RecoveryResource implements XAResource {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryResource.class);

    private final ConnectionSettings target;
    private final Login login;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable XAConnection connection;
    private @Nullable XAResource resource;
    private boolean found;

    RecoveryResource(final ConnectionSettings target, final Login login) {
        this.target = target;
        this.login = login;
    }

    /** One request about a branch. */
    @FunctionalInterface
    private interface Request<T> {
        T to(XAResource broker) throws XAException;
    }

    @Override
    public Xid[] recover(final int flag) throws XAException {
        lock.lock();
        try {
            if ((flag & TMSTARTRSCAN) == 0 && resource == null) {
                // The end of a scan that had found nothing.
                return new Xid[0];
            }
            final Xid[] xids = ask(broker -> broker.recover(flag));
            if ((flag & TMSTARTRSCAN) != 0) {
                found = xids.length > 0;
            }
            if ((flag & TMENDRSCAN) != 0 && !found) {
                close();
            }
            return xids;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void commit(final Xid xid, final boolean onePhase) throws XAException {
        if (onePhase) {
            throw noWork();
        }
        ask(broker -> {
            broker.commit(xid, false);
            return xid;
        });
    }

    @Override
    public void rollback(final Xid xid) throws XAException {
        ask(broker -> {
            broker.rollback(xid);
            return xid;
        });
    }

    @Override
    public void forget(final Xid xid) throws XAException {
        ask(broker -> {
            broker.forget(xid);
            return xid;
        });
    }

    /** Asks the broker; over a new connection when the one that was open turns out to be lost. */
    private <T> T ask(final Request<T> request) throws XAException {
        lock.lock();
        try {
            final boolean fresh = resource == null;
            try {
                return request.to(open());
            } catch (XAException e) {
                if (e.errorCode != XAException.XAER_RMFAIL) {
                    throw e;
                }
                close();
                if (fresh) {
                    throw e;
                }
                return request.to(open());
            }
        } finally {
            lock.unlock();
            RemotingClient.forgetThread();
        }
    }

    private XAResource open() throws XAException {
        final XAResource current = resource;
        if (current != null) {
            return current;
        }
        try {
            return Loading.asAdapter(this::connect);
        } catch (JMSException | IllegalArgumentException e) {
            final XAException exception =
                    RaXaResource.failure(XAException.XAER_RMFAIL, "no broker to recover with: " + e.getMessage());
            exception.initCause(e);
            throw exception;
        }
    }

    private XAResource connect() throws JMSException {
        final var factory = target.factory();
        // The applications' connections have it.
        factory.setClientID(null);
        final XAConnection opened = factory.createXAConnection(login.user(), login.password());
        opened.setExceptionListener(e -> LOG.debug("recovery of {}: {}", target, e.getMessage()));
        final XAResource made = opened.createXASession().getXAResource();
        connection = opened;
        resource = made;
        return made;
    }

    /** Closes the connection; the next call opens another one. */
    void close() {
        lock.lock();
        try {
            final XAConnection open = connection;
            connection = null;
            resource = null;
            if (open != null) {
                open.close();
            }
        } catch (JMSException e) {
            LOG.debug("recovery of {}: {}", target, e.getMessage(), e);
        } finally {
            lock.unlock();
            RemotingClient.forgetThread();
        }
    }

    /** Whether it has a connection now. */
    boolean isOpen() {
        lock.lock();
        try {
            return connection != null;
        } finally {
            lock.unlock();
        }
    }

    // ---- No work is done with it

    @Override
    public void start(final Xid xid, final int flags) throws XAException {
        throw noWork();
    }

    @Override
    public void end(final Xid xid, final int flags) throws XAException {
        throw noWork();
    }

    @Override
    public int prepare(final Xid xid) throws XAException {
        throw noWork();
    }

    private static XAException noWork() {
        return RaXaResource.failure(XAException.XAER_PROTO, "this resource is for recovery alone");
    }

    @Override
    public boolean isSameRM(final @Nullable XAResource other) {
        return other instanceof RecoveryResource that && target.equals(that.target) && login.equals(that.login);
    }

    @Override
    public boolean setTransactionTimeout(final int seconds) {
        return false;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public String toString() {
        return "recovery of " + target + " as " + login;
    }
}
