package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.WorkBatch;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.security.SystemRandom;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of one transacted session, one after the other (Jakarta Messaging 3.1, section 6.2.7). Used by one thread
 * at a time, except {@link #drop}, and {@link #keepReceived}: consumers may be closed by any thread, and what they have received
 * belongs either to the transaction that another thread ends meanwhile or to the next one.
 */
final class LocalTransactions {

    /** Finds out what became of a transaction whose commit was not answered. */
    interface Inquiry {
        /** Never ACTIVE or PREPARED for a local transaction, for the question decides. */
        TransactionState stateOf(TransactionId id) throws JMSException;
    }

    private final BrokerSession broker;
    private final Inboxes inboxes;
    private final Settlement settlement;
    private final Inquiry inquiry;
    private final long session = SystemRandom.INSTANCE.nextLong();

    /**
     * Held while received messages become a transaction's or are given back, and one transaction follows another. Comes before the
     * inboxes' lock.
     */
    private final ReentrantLock turn = new ReentrantLock();

    private long sequence;
    private volatile Work work;
    /** Guarded by {@code turn}. */
    private boolean dropped;

    LocalTransactions(
            final BrokerSession broker, final Inboxes inboxes, final Settlement settlement, final Inquiry inquiry) {
        this.broker = broker;
        this.inboxes = inboxes;
        this.settlement = settlement;
        this.inquiry = inquiry;
        work = next();
    }

    private Work next() {
        return new Work(broker, TransactionId.local(session, sequence++));
    }

    /** What the session does now belongs to this. */
    Work work() {
        return work;
    }

    /**
     * Commits, and begins the next transaction.
     *
     * @throws TransactionRolledBackException when nothing of it has happened; what it received comes again
     * @throws JMSException when it is not known, because the broker does not answer any more
     */
    void commit() throws JMSException {
        final Work ending;
        final CompletableFuture<Void> answer;
        turn.lock();
        try {
            if (dropped) {
                throw new IllegalStateException("the session was closed while it was to commit: it is rolled back");
            }
            ending = work;
            final WorkBatch received = new WorkBatch();
            inboxes.takeReceived(received);
            ending.received(received);
            if (ending.isEmpty()) {
                return;
            }
            work = next();
            // Before a consumer may end whose messages it acknowledges.
            answer = ending.commit(true);
        } catch (TransactionRolledBackException e) {
            rollback();
            throw e;
        } finally {
            turn.unlock();
        }
        try {
            Calls.awaitUninterruptibly(answer);
        } catch (BrokerException e) {
            if (e.error() > 0 || !isCommitted(ending.id(), e)) {
                throw rolledBack(ending, e);
            }
        }
    }

    private boolean isCommitted(final TransactionId id, final BrokerException reason) throws JMSException {
        try {
            return inquiry.stateOf(id) == TransactionState.COMMITTED;
        } catch (JMSException e) {
            final JMSException doubt = new JMSException(
                    "whether transaction " + id + " is committed is not known: " + reason.getMessage()
                            + "; and asking what became of it failed: " + e.getMessage(),
                    String.valueOf(reason.error()));
            throw JmsErrors.withCause(doubt, reason);
        }
    }

    private TransactionRolledBackException rolledBack(final Work ending, final BrokerException reason) {
        final TransactionRolledBackException exception = JmsErrors.withCause(
                new TransactionRolledBackException(reason.getMessage(), String.valueOf(reason.error())), reason);
        try {
            final CompletableFuture<Void> known = ending.drop();
            if (known != null) {
                await(known);
            }
            settlement.recover();
        } catch (JMSException e) {
            exception.addSuppressed(e);
        }
        return exception;
    }

    /** Undoes everything since the last commit or rollback; what was received comes again. */
    void rollback() throws JMSException {
        turn.lock();
        try {
            final Work ending = work;
            work = next();
            final CompletableFuture<Void> known = ending.drop();
            try {
                if (known != null) {
                    // First, so that what the broker holds is back in its place when the rest is.
                    await(known);
                }
            } finally {
                // Still with the lock: a consumer that is closed now must not keep it for the next transaction.
                settlement.recover();
            }
        } finally {
            turn.unlock();
        }
    }

    /** Waits for a rollback; a connection that is lost has done it. */
    private void await(final CompletableFuture<Void> rolledBack) throws JMSException {
        try {
            Calls.awaitDone(rolledBack);
        } catch (JMSException e) {
            if (!inboxes.isInterruption(e)) {
                throw e;
            }
        }
    }

    /** A consumer is about to end: what was received by it stays this transaction's. */
    void keepReceived(final Inbox inbox) throws JMSException {
        final Work keeping;
        turn.lock();
        try {
            keeping = work;
            final WorkBatch received = new WorkBatch();
            inboxes.takeReceived(inbox, received);
            keeping.received(received);
        } finally {
            turn.unlock();
        }
        keeping.keepReceived();
    }

    /** The session ends; undoes what is not committed, without waiting. A commit that comes later is refused. */
    @Nullable
    CompletableFuture<Void> drop() {
        turn.lock();
        try {
            dropped = true;
            return work.drop();
        } finally {
            turn.unlock();
        }
    }
}
