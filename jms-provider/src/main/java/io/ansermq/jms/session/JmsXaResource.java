package io.ansermq.jms.session;

import io.ansermq.client.WorkBatch;
import io.ansermq.remoting.protocol.TransactionId;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a transaction manager has of one XA session: which branch the session works in, and the ends of branches. Thread
 * safe, for a manager may roll back from another thread; outlives its session, as long as the connection is open.
 */
final class JmsXaResource implements XAResource {
    private static final Logger LOG = LoggerFactory.getLogger(JmsXaResource.class);

    private final XaBranches branches;
    private final XaLink link;
    private final Inboxes inboxes;
    private final Settlement settlement;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock; current also read without.
    private volatile @Nullable Work current;
    private @Nullable TransactionId currentId;
    private @Nullable Work last;
    private int timeoutSec;
    private boolean scanning;

    private volatile boolean sessionClosed;

    JmsXaResource(final XaBranches branches, final XaLink link, final Inboxes inboxes, final Settlement settlement) {
        this.branches = branches;
        this.link = link;
        this.inboxes = inboxes;
        this.settlement = settlement;
    }

    /** The connection of its session. */
    XaLink link() {
        return link;
    }

    /** The transaction that the session works in now, or null. */
    @Nullable
    Work work() {
        return current;
    }

    /** A consumer is about to end: what was received by it stays its branch's. */
    void keepReceived(final Inbox inbox) throws JMSException {
        final Work work;
        final Work ended;
        lock.lock();
        try {
            work = current;
            ended = last;
            if (work != null) {
                final WorkBatch received = new WorkBatch();
                inboxes.takeReceived(inbox, received);
                work.received(received);
            }
        } finally {
            lock.unlock();
        }
        if (work != null) {
            work.keepReceived();
        }
        if (ended != null) {
            ended.keepReceived();
        }
    }

    /** The session is about to end: what it has done stays its branches'. */
    void sessionCloses() throws JMSException {
        lock.lock();
        try {
            sessionClosed = true;
            collect();
            final Work work = work();
            if (work != null) {
                work.keepReceived();
            }
            if (last != null) {
                last.keepReceived();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the broker send again what is not settled, in order. */
    void releaseDeliveries() {
        if (sessionClosed || current != null) {
            return;
        }
        try {
            settlement.recover();
        } catch (JMSException e) {
            LOG.debug("what a branch had received comes again with the next connection", e);
        }
    }

    private void collect() throws JMSException {
        final Work work = current;
        if (work != null) {
            final WorkBatch received = new WorkBatch();
            inboxes.takeReceived(received);
            work.received(received);
        }
    }

    // ---- Association

    @Override
    public void start(final Xid xid, final int flags) throws XAException {
        final TransactionId id = idOf(xid);
        lock.lock();
        try {
            if (flags != TMNOFLAGS && flags != TMJOIN && flags != TMRESUME) {
                throw XaBranches.failure(XAException.XAER_INVAL, "start has no flags " + flags, null);
            }
            if (current != null) {
                throw XaBranches.failure(
                        XAException.XAER_PROTO, "the session works in branch " + currentId + " already", null);
            }
            final Work work = branches.start(this, id, flags, timeoutSec);
            settleLast(work);
            current = work;
            currentId = id;
        } finally {
            lock.unlock();
        }
    }

    /** Messages of an earlier branch that is not complete must not be mixed with those of the next one. */
    private void settleLast(final Work next) throws XAException {
        if (last != null && last != next) {
            try {
                last.keepReceived();
            } catch (JMSException e) {
                LOG.warn("an earlier branch of the session can only be rolled back: {}", e.getMessage());
            }
        }
        last = null;
    }

    @Override
    public void end(final Xid xid, final int flags) throws XAException {
        final TransactionId id = idOf(xid);
        lock.lock();
        try {
            branches.requireMayEnd(flags, id);
            final Work working = id.equals(currentId) ? current : null;
            if (working != null) {
                collectForEnd(working, flags);
                current = null;
                currentId = null;
                last = working;
            }
            branches.end(this, id, flags);
        } finally {
            lock.unlock();
        }
    }

    private void collectForEnd(final Work working, final int flags) throws XAException {
        try {
            collect();
            if (flags == TMSUSPEND) {
                // The session's next messages may belong to another branch, or to none.
                working.keepReceived();
            }
        } catch (JMSException e) {
            throw XaBranches.failure(XAException.XAER_RMFAIL, String.valueOf(e.getMessage()), e);
        }
    }

    // ---- Completion

    @Override
    public int prepare(final Xid xid) throws XAException {
        return branches.prepare(link, idOf(xid));
    }

    @Override
    public void commit(final Xid xid, final boolean onePhase) throws XAException {
        branches.commit(link, idOf(xid), onePhase);
    }

    @Override
    public void rollback(final Xid xid) throws XAException {
        branches.rollback(link, idOf(xid));
    }

    @Override
    public void forget(final Xid xid) throws XAException {
        branches.forget(link, idOf(xid));
    }

    /** The whole list with the start of a scan, and nothing more until its end. */
    @Override
    public Xid[] recover(final int flag) throws XAException {
        if ((flag & ~(TMSTARTRSCAN | TMENDRSCAN)) != 0) {
            throw XaBranches.failure(XAException.XAER_INVAL, "recover has no flags " + flag, null);
        }
        lock.lock();
        try {
            if ((flag & TMSTARTRSCAN) == 0 && !scanning) {
                throw XaBranches.failure(XAException.XAER_PROTO, "no scan has been started", null);
            }
            final List<TransactionId> found = (flag & TMSTARTRSCAN) == 0 ? List.of() : XaBranches.recover(link);
            scanning = (flag & TMENDRSCAN) == 0;
            return found.stream().map(AnserXid::new).toArray(Xid[]::new);
        } finally {
            lock.unlock();
        }
    }

    // ---- Options

    /** Whether both lead to the same run of the same broker, unless branches are not shared by connections. */
    @Override
    public boolean isSameRM(final @Nullable XAResource other) {
        return other instanceof JmsXaResource resource
                && resource.branches == branches
                && resource.link.broker().brokerIncarnation() == link.broker().brokerIncarnation();
    }

    /** For branches that are started from now on; until they are prepared, as the specification says. */
    @Override
    public boolean setTransactionTimeout(final int seconds) throws XAException {
        if (seconds < 0) {
            throw XaBranches.failure(XAException.XAER_INVAL, "a timeout of " + seconds + " s", null);
        }
        lock.lock();
        try {
            timeoutSec = seconds;
        } finally {
            lock.unlock();
        }
        return true;
    }

    @Override
    public int getTransactionTimeout() {
        lock.lock();
        try {
            return timeoutSec;
        } finally {
            lock.unlock();
        }
    }

    private static TransactionId idOf(final @Nullable Xid xid) throws XAException {
        if (xid == null
                || xid.getGlobalTransactionId() == null
                || xid.getBranchQualifier() == null
                || xid.getGlobalTransactionId().length > Xid.MAXGTRIDSIZE
                || xid.getBranchQualifier().length > Xid.MAXBQUALSIZE) {
            throw XaBranches.failure(XAException.XAER_INVAL, "this is no Xid: " + xid, null);
        }
        return AnserXid.idOf(xid);
    }
}
