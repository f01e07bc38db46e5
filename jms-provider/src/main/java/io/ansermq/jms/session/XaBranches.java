package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.WorkBatch;
import io.ansermq.jms.session.XaBranch.State;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The branches that the sessions of the connections to one broker work in, and the rules of XA about them: which call is
 * allowed in which state, and what it answers. Branches that are not here may be prepared in the broker all the same. Thread
 * safe.
 *
 * <p>The lock is not held while the broker is asked; every other call about the same branch is a protocol error then.
 */
final class XaBranches {

    private static final Logger LOG = LoggerFactory.getLogger(XaBranches.class);

    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<TransactionId, XaBranch> branches = new HashMap<>();

    XaBranches(final LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    // ---- Association

    /** A session begins, joins or resumes work in a branch; returns where what it does belongs. */
    Work start(final JmsXaResource resource, final TransactionId id, final int flags, final int timeoutSec)
            throws XAException {
        requireConnected(resource.link());
        lock.lock();
        try {
            final XaBranch known = branches.get(id);
            switch (flags) {
                case XAResource.TMNOFLAGS -> {
                    if (known != null) {
                        throw failure(XAException.XAER_DUPID, id, "exists already");
                    }
                    final XaBranch branch = new XaBranch(
                            timeoutSec == 0 ? null : nanoClock.getAsLong() + TimeUnit.SECONDS.toNanos(timeoutSec));
                    branches.put(id, branch);
                    return associate(branch, resource, id);
                }
                case XAResource.TMJOIN -> {
                    final XaBranch branch = require(known, id);
                    requireNotRollbackOnly(branch, id);
                    if (branch.isEnding()
                            || branch.state() == State.PREPARED
                            || branch.suspended().contains(resource)) {
                        throw wrongState(branch, id);
                    }
                    return associate(branch, resource, id);
                }
                case XAResource.TMRESUME -> {
                    final XaBranch branch = require(known, id);
                    if (!branch.suspended().remove(resource)) {
                        throw failure(XAException.XAER_PROTO, id, "is not suspended by this resource");
                    }
                    return associate(branch, resource, id);
                }
                default -> throw failure(XAException.XAER_INVAL, id, "cannot be started with flags " + flags);
            }
        } finally {
            lock.unlock();
        }
    }

    private Work associate(final XaBranch branch, final JmsXaResource resource, final TransactionId id) {
        branch.state(State.ACTIVE);
        branch.associated().add(resource);
        branch.participants().add(resource);
        final XaLink link = resource.link();
        return branch.works()
                .computeIfAbsent(link, by -> new Work(link.broker(), id, branch.remainingMs(nanoClock.getAsLong())));
    }

    /** A session ends or suspends its work in a branch; what it has received is with the branch already. */
    void end(final JmsXaResource resource, final TransactionId id, final int flags) throws XAException {
        requireConnected(resource.link());
        lock.lock();
        try {
            final XaBranch branch = require(branches.get(id), id);
            final boolean working = branch.associated().contains(resource);
            if (!working
                    && !(flags != XAResource.TMSUSPEND && branch.suspended().contains(resource))) {
                throw failure(XAException.XAER_PROTO, id, "is not what this resource works in");
            }
            branch.associated().remove(resource);
            branch.suspended().remove(resource);
            switch (flags) {
                case XAResource.TMSUSPEND -> branch.suspended().add(resource);
                case XAResource.TMFAIL -> branch.state(State.ROLLBACK_ONLY);
                default -> {
                    if (branch.state() == State.ACTIVE
                            && branch.associated().isEmpty()
                            && branch.suspended().isEmpty()) {
                        branch.state(State.IDLE);
                    }
                }
            }
            if (flags == XAResource.TMSUCCESS && branch.isLate(nanoClock.getAsLong())) {
                branch.state(State.ROLLBACK_ONLY);
                throw failure(XAException.XA_RBTIMEOUT, id, "took longer than its timeout");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether this is a branch that the resource may end, before its work is collected. */
    void requireMayEnd(final int flags, final TransactionId id) throws XAException {
        if (flags != XAResource.TMSUCCESS && flags != XAResource.TMFAIL && flags != XAResource.TMSUSPEND) {
            throw failure(XAException.XAER_INVAL, id, "cannot be ended with flags " + flags);
        }
    }

    // ---- Completion

    /** {@link XAResource#XA_OK} or {@link XAResource#XA_RDONLY}. */
    int prepare(final XaLink by, final TransactionId id) throws XAException {
        requireConnected(by);
        final XaBranch branch = beginEnd(id, State.IDLE);
        if (branch.state() == State.ROLLBACK_ONLY) {
            undo(by, branch, id);
            throw failure(XAException.XA_RBROLLBACK, id, "can only be rolled back, and has been");
        }
        if (worksOf(branch).stream().allMatch(Work::isEmpty)) {
            forgetBranch(id);
            return XAResource.XA_RDONLY;
        }
        final Work own = handOver(by, branch, id);
        State next = null;
        try {
            final boolean readOnly = Calls.awaitUninterruptibly(own.prepare());
            next = State.PREPARED;
            if (readOnly) {
                next = null;
                return XAResource.XA_RDONLY;
            }
            return XAResource.XA_OK;
        } catch (BrokerException e) {
            restore(branch);
            throw failure(e, id, XAException.XA_RBROLLBACK);
        } finally {
            finishEnd(id, branch, next);
        }
    }

    void commit(final XaLink by, final TransactionId id, final boolean onePhase) throws XAException {
        requireConnected(by);
        final XaBranch known = find(id);
        if (known == null) {
            if (onePhase) {
                throw unknown(id);
            }
            ask(by.broker().transactions().commit(id, false, new WorkBatch()), id);
            return;
        }
        final XaBranch branch = beginEnd(id, onePhase ? State.IDLE : State.PREPARED);
        if (branch.state() == State.ROLLBACK_ONLY) {
            undo(by, branch, id);
            throw failure(XAException.XA_RBROLLBACK, id, "can only be rolled back, and has been");
        }
        if (!onePhase) {
            State next = null;
            try {
                ask(by.broker().transactions().commit(id, false, new WorkBatch()), id);
            } catch (XAException e) {
                next = isOver(e) ? null : State.PREPARED;
                throw e;
            } finally {
                finishEnd(id, branch, next);
            }
            return;
        }
        final boolean empty = worksOf(branch).stream().allMatch(Work::isEmpty);
        final Work own = handOver(by, branch, id);
        try {
            if (!empty) {
                Calls.awaitUninterruptibly(own.commit(true));
            }
        } catch (BrokerException e) {
            if (e.error() > 0 || !isCommitted(by, id)) {
                restore(branch);
                throw failure(e, id, XAException.XA_RBROLLBACK);
            }
        } finally {
            finishEnd(id, branch, null);
        }
    }

    private static boolean isCommitted(final XaLink by, final TransactionId id) {
        try {
            return by.inquiry().stateOf(id) == TransactionState.COMMITTED;
        } catch (JMSException e) {
            return false;
        }
    }

    void rollback(final XaLink by, final TransactionId id) throws XAException {
        requireConnected(by);
        final XaBranch known = find(id);
        if (known == null) {
            ask(by.broker().transactions().rollback(id), id);
            return;
        }
        final XaBranch branch = beginEnd(id, State.ROLLBACK_ONLY);
        undo(by, branch, id);
    }

    /** Has the broker keep what other connections have done in a branch; returns the work of the one that ends it. */
    private Work handOver(final XaLink by, final XaBranch branch, final TransactionId id) throws XAException {
        final Work own;
        final List<Work> others = new ArrayList<>();
        lock.lock();
        try {
            branch.works().forEach((link, work) -> {
                if (!link.equals(by)) {
                    others.add(work);
                }
            });
            own = branch.works().computeIfAbsent(by, link -> new Work(link.broker(), id));
        } finally {
            lock.unlock();
        }
        for (final Work other : others) {
            try {
                other.handOver();
            } catch (BrokerException e) {
                undo(by, branch, id);
                throw failure(
                        XAException.XA_RBROLLBACK,
                        "branch " + id + " was rolled back: not all of its work came to the broker: " + e.getMessage(),
                        e);
            }
        }
        return own;
    }

    private List<Work> worksOf(final XaBranch branch) {
        lock.lock();
        try {
            return List.copyOf(branch.works().values());
        } finally {
            lock.unlock();
        }
    }

    /** Undoes a branch that is being ended, and forgets it. */
    private void undo(final XaLink by, final XaBranch branch, final TransactionId id) throws XAException {
        try {
            if (branch.state() == State.PREPARED) {
                ask(by.broker().transactions().rollback(id), id);
            } else {
                undoWork(branch, id);
            }
        } catch (JMSException e) {
            throw failure(
                    XAException.XAER_RMFAIL, id, "was rolled back by the end of its connection: " + e.getMessage());
        } finally {
            restore(branch);
            forgetBranch(id);
        }
    }

    private void undoWork(final XaBranch branch, final TransactionId id) throws XAException, JMSException {
        final List<Work> works = worksOf(branch);
        for (final Work work : works) {
            if (work.isConnected()) {
                work.keepReceived();
            }
        }
        for (final Work work : works) {
            final CompletableFuture<Void> known = work.isConnected() ? work.drop() : null;
            if (known != null) {
                ask(known, id);
            }
        }
    }

    /**
     * What was received comes again in its order, so what was sent ahead must come behind it. Giving that back takes all that
     * the sessions hold: what they have received in other branches the broker is to keep for those first.
     */
    private void restore(final XaBranch branch) {
        for (final Work other : worksBeside(branch)) {
            try {
                other.keepReceived();
            } catch (JMSException e) {
                LOG.debug("what another branch has received is gone, and its end will say so", e);
            }
        }
        branch.participants().forEach(JmsXaResource::releaseDeliveries);
    }

    /** What the same connections have done in other branches that the broker does not keep yet. */
    private List<Work> worksBeside(final XaBranch branch) {
        lock.lock();
        try {
            final Set<XaLink> links = new HashSet<>();
            branch.participants().forEach(each -> links.add(each.link()));
            final List<Work> works = new ArrayList<>();
            for (final XaBranch other : branches.values()) {
                if (other != branch && other.state() != State.PREPARED) {
                    other.works().forEach((link, work) -> {
                        if (links.contains(link)) {
                            works.add(work);
                        }
                    });
                }
            }
            return works;
        } finally {
            lock.unlock();
        }
    }

    void forget(final XaLink by, final TransactionId id) throws XAException {
        requireConnected(by);
        if (find(id) != null) {
            throw failure(XAException.XAER_PROTO, id, "has no heuristic outcome to forget");
        }
        ask(by.broker().transactions().forget(id), id);
    }

    static List<TransactionId> recover(final XaLink by) throws XAException {
        requireConnected(by);
        try {
            return by.broker().transactions().recover();
        } catch (BrokerException e) {
            throw failure(XAException.XAER_RMFAIL, "the branches in doubt cannot be listed: " + e.getMessage(), e);
        }
    }

    /** A connection is gone, and with it what was not prepared: work of other connections in the same branch as well. */
    void gone(final XaLink link) {
        lock.lock();
        try {
            branches.values().removeIf(branch -> {
                if (branch.works().remove(link) == null) {
                    return false;
                }
                branch.leave(link);
                if (branch.works().isEmpty()) {
                    return true;
                }
                if (branch.state() != State.PREPARED) {
                    branch.state(State.ROLLBACK_ONLY);
                }
                return false;
            });
        } finally {
            lock.unlock();
        }
    }

    // ---- State

    private @Nullable XaBranch find(final TransactionId id) {
        lock.lock();
        try {
            return branches.get(id);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a branch out of the reach of others to end it.
     *
     * @param wanted IDLE to prepare or commit in one phase, PREPARED to commit in two, ROLLBACK_ONLY to roll back
     */
    private XaBranch beginEnd(final TransactionId id, final State wanted) throws XAException {
        lock.lock();
        try {
            final XaBranch branch = require(branches.get(id), id);
            if (branch.state() == State.IDLE && branch.isLate(nanoClock.getAsLong())) {
                branch.state(State.ROLLBACK_ONLY);
            }
            final boolean allowed =
                    switch (wanted) {
                        case IDLE -> branch.state() == State.IDLE || branch.state() == State.ROLLBACK_ONLY;
                        case PREPARED -> branch.state() == State.PREPARED;
                        default ->
                            branch.state() == State.IDLE
                                    || branch.state() == State.ROLLBACK_ONLY
                                    || branch.state() == State.PREPARED;
                    };
            if (!allowed
                    || branch.isEnding()
                    || !branch.associated().isEmpty()
                    || !branch.suspended().isEmpty()) {
                throw wrongState(branch, id);
            }
            branch.ending(true);
            return branch;
        } finally {
            lock.unlock();
        }
    }

    private void finishEnd(final TransactionId id, final XaBranch branch, final @Nullable State next) {
        lock.lock();
        try {
            branch.ending(false);
            if (next == null) {
                branches.remove(id);
            } else {
                branch.state(next);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetBranch(final TransactionId id) {
        lock.lock();
        try {
            branches.remove(id);
        } finally {
            lock.unlock();
        }
    }

    // ---- Errors

    private static void requireConnected(final XaLink link) throws XAException {
        if (!link.broker().isOpen()) {
            throw failure(
                    XAException.XAER_RMFAIL,
                    "the connection to " + link.broker().remote() + " is closed or lost",
                    null);
        }
    }

    private static XaBranch require(final @Nullable XaBranch branch, final TransactionId id) throws XAException {
        if (branch == null) {
            throw unknown(id);
        }
        return branch;
    }

    private static void requireNotRollbackOnly(final XaBranch branch, final TransactionId id) throws XAException {
        if (branch.state() == State.ROLLBACK_ONLY) {
            throw failure(XAException.XA_RBROLLBACK, id, "can only be rolled back");
        }
    }

    private static XAException unknown(final TransactionId id) {
        return failure(XAException.XAER_NOTA, id, "is not known");
    }

    private static XAException wrongState(final XaBranch branch, final TransactionId id) {
        return failure(
                XAException.XAER_PROTO,
                id,
                "is " + branch.state() + ", " + branch.associated().size() + " sessions work in it and "
                        + branch.suspended().size() + " have suspended their work: the call is not allowed now");
    }

    private static XAException failure(final int code, final TransactionId id, final String what) {
        return failure(code, "branch " + id + ' ' + what, null);
    }

    private static void ask(final CompletableFuture<Void> answer, final TransactionId id) throws XAException {
        try {
            Calls.awaitUninterruptibly(answer);
        } catch (BrokerException e) {
            throw failure(e, id, XAException.XA_RBROLLBACK);
        }
    }

    /** Whether the broker knows nothing of a branch any more, or somebody else has decided about it. */
    private static boolean isOver(final XAException e) {
        return e.errorCode == XAException.XAER_NOTA
                || e.errorCode == XAException.XA_HEURCOM
                || e.errorCode == XAException.XA_HEURRB;
    }

    private static XAException failure(final BrokerException e, final TransactionId id, final int rolledBack) {
        final int code =
                switch (e.error()) {
                    case ErrorCodes.TRANSACTION_ROLLED_BACK -> rolledBack;
                    case ErrorCodes.TRANSACTION_UNKNOWN -> XAException.XAER_NOTA;
                    case ErrorCodes.TRANSACTION_STATE -> XAException.XAER_PROTO;
                    case ErrorCodes.HEURISTIC_COMMIT -> XAException.XA_HEURCOM;
                    case ErrorCodes.HEURISTIC_ROLLBACK -> XAException.XA_HEURRB;
                    case ErrorCodes.RESOURCE_LIMIT -> XAException.XA_RETRY;
                    default -> e.error() < 0 ? XAException.XAER_RMFAIL : XAException.XAER_RMERR;
                };
        return failure(code, "branch " + id + ": " + e.getMessage(), e);
    }

    static XAException failure(final int code, final String text, final @Nullable Throwable cause) {
        final XAException exception = new XAException(text);
        exception.errorCode = code;
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }
}
