package io.ansermq.ra;

import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The XA resource of a managed connection, one for its whole life while sessions behind it are renewed. When the connection is
 * lost, what is decided about prepared branches goes over a new one. Thread safe: a manager may roll back from another thread.
 */
final class RaXaResource implements XAResource {
    private final AnserManagedConnection connection;
    private volatile boolean associated;

    RaXaResource(final AnserManagedConnection connection) {
        this.connection = connection;
    }

    private XAResource session() {
        return connection.session().getXAResource();
    }

    /** Whether the session works in a branch now. */
    boolean isAssociated() {
        return associated;
    }

    @Override
    public void start(final Xid xid, final int flags) throws XAException {
        session().start(xid, flags);
        associated = true;
    }

    @Override
    public void end(final Xid xid, final int flags) throws XAException {
        try {
            session().end(xid, flags);
        } finally {
            associated = (flags & TMSUSPEND) != 0;
        }
    }

    /** Never over another connection: what this one has done is gone with it. */
    @Override
    public int prepare(final Xid xid) throws XAException {
        return session().prepare(xid);
    }

    @Override
    public void commit(final Xid xid, final boolean onePhase) throws XAException {
        if (!connection.isLost()) {
            session().commit(xid, onePhase);
        } else if (onePhase) {
            throw failure(
                    XAException.XA_RBCOMMFAIL, "the connection was lost before the commit, so all of it was undone");
        } else {
            connection.recovery().commit(xid, false);
        }
    }

    @Override
    public void rollback(final Xid xid) throws XAException {
        if (connection.isLost()) {
            connection.recovery().rollback(xid);
        } else {
            session().rollback(xid);
        }
    }

    @Override
    public void forget(final Xid xid) throws XAException {
        if (connection.isLost()) {
            connection.recovery().forget(xid);
        } else {
            session().forget(xid);
        }
    }

    @Override
    public Xid[] recover(final int flag) throws XAException {
        return connection.isLost()
                ? connection.recovery().recover(flag)
                : session().recover(flag);
    }

    @Override
    public boolean isSameRM(final @Nullable XAResource other) throws XAException {
        if (other == this) {
            return true;
        }
        return other instanceof RaXaResource that
                && connection.factory().effective().joinsBranches()
                && session().isSameRM(that.session());
    }

    @Override
    public boolean setTransactionTimeout(final int seconds) throws XAException {
        return session().setTransactionTimeout(seconds);
    }

    @Override
    public int getTransactionTimeout() throws XAException {
        return session().getTransactionTimeout();
    }

    static XAException failure(final int code, final String text) {
        final XAException exception = new XAException(text);
        exception.errorCode = code;
        return exception;
    }

    @Override
    public String toString() {
        return "XA resource of " + connection;
    }
}
