package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Destination;
import io.ansermq.client.OutgoingMessage;
import io.ansermq.client.WorkBatch;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionId;
import jakarta.jms.JMSException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction has done so far. Messages wait here until its end, up to {@value #AHEAD_BYTES} bytes of them; more go
 * to the broker ahead, where nobody sees them, and so do acknowledgements of a consumer that is closed. Thread safe.
 */
final class Work {

    /** So much is kept here and goes with the commit, in one request and one frame of the log. */
    static final int AHEAD_BYTES = 1 << 20;

    /** Runs of messages for one destination, and consumers, that one request names at most. */
    private static final int AHEAD_PARTS = 8 * 1024;

    /** Requests under way; a sender waits for the oldest when there are more. */
    private static final int UNANSWERED = 4;

    private final BrokerSession broker;
    private final TransactionId id;
    private final int timeoutMs;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private WorkBatch batch = new WorkBatch();
    private final ArrayDeque<CompletableFuture<Void>> unanswered = new ArrayDeque<>();
    private boolean ahead;
    private boolean received;

    /** Work that may take as long as it takes. */
    Work(final BrokerSession broker, final TransactionId id) {
        this(broker, id, 0);
    }

    /**
     * Work of a transaction that the broker ends when it takes longer than {@code timeoutMs}, once it knows of it.
     *
     * @param timeoutMs 0 for no limit
     */
    Work(final BrokerSession broker, final TransactionId id, final int timeoutMs) {
        this.broker = broker;
        this.id = id;
        this.timeoutMs = timeoutMs;
    }

    /** Whether its connection can still be used. */
    boolean isConnected() {
        return broker.isOpen();
    }

    TransactionId id() {
        return id;
    }

    /** Sends a message with the commit. */
    void send(final Destination destination, final OutgoingMessage message) throws BrokerException {
        if (message.bodyLength() > broker.maxMessageBytes()) {
            throw new BrokerException(
                    ErrorCodes.MESSAGE_TOO_LARGE,
                    "a message for " + destination + " has a body of " + message.bodyLength()
                            + " bytes, the limit of the broker is " + broker.maxMessageBytes());
        }
        lock.lock();
        try {
            if (batch.bytes() > 0 && batch.bytes() + message.bodyLength() > AHEAD_BYTES) {
                sendAhead();
            }
            batch.add(destination, message);
            if (batch.bytes() >= AHEAD_BYTES || batch.parts() >= AHEAD_PARTS) {
                sendAhead();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Acknowledges with the commit. */
    void received(final WorkBatch acks) {
        lock.lock();
        try {
            batch.receivedToo(acks);
            received |= !acks.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Has the broker keep what was received, whatever becomes of its consumers; waits until it does. */
    void keepReceived() throws JMSException {
        final CompletableFuture<Void> answer;
        lock.lock();
        try {
            if (!received) {
                return;
            }
            received = false;
            answer = takeAhead();
        } finally {
            lock.unlock();
        }
        Calls.awaitDone(answer);
    }

    /** Has the broker keep everything so far, because another connection is going to end the transaction; waits for it. */
    void handOver() throws BrokerException {
        final CompletableFuture<Void> answer;
        lock.lock();
        try {
            received = false;
            if (batch.isEmpty() && unanswered.isEmpty()) {
                return;
            }
            answer = batch.isEmpty() ? CompletableFuture.completedFuture(null) : takeAhead();
            while (!unanswered.isEmpty()) {
                Calls.awaitUninterruptibly(unanswered.remove());
            }
        } finally {
            lock.unlock();
        }
        Calls.awaitUninterruptibly(answer);
    }

    private void sendAhead() throws BrokerException {
        unanswered.add(takeAhead());
        while (unanswered.size() > UNANSWERED
                || (!unanswered.isEmpty() && unanswered.element().isDone())) {
            Calls.awaitUninterruptibly(unanswered.remove());
        }
    }

    private CompletableFuture<Void> takeAhead() {
        ahead = true;
        return broker.transactions().sendAhead(id, timeoutMs, takeBatch());
    }

    private WorkBatch takeBatch() {
        final WorkBatch taken = batch;
        batch = new WorkBatch();
        return taken;
    }

    /** Whether there is nothing to commit. */
    boolean isEmpty() {
        lock.lock();
        try {
            return !ahead && batch.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link BrokerSession#commit}. */
    CompletableFuture<Void> commit(final boolean onePhase) {
        // With the lock, so that who finds nothing more to keep finds it asked for, and may end the consumers behind
        // it.
        lock.lock();
        try {
            return broker.transactions().commit(id, onePhase, takeAll());
        } finally {
            lock.unlock();
        }
    }

    /** See {@link BrokerSession#prepare}. */
    CompletableFuture<Boolean> prepare() {
        lock.lock();
        try {
            return broker.transactions().prepare(id, takeAll());
        } finally {
            lock.unlock();
        }
    }

    private WorkBatch takeAll() {
        unanswered.clear();
        received = false;
        return takeBatch();
    }

    /** Forgets everything, here and in the broker; null when the broker knows nothing of it. */
    @Nullable
    CompletableFuture<Void> drop() {
        final boolean known;
        lock.lock();
        try {
            final WorkBatch unused = takeBatch();
            unanswered.clear();
            received = false;
            known = ahead;
        } finally {
            lock.unlock();
        }
        return known ? broker.transactions().rollback(id) : null;
    }
}
