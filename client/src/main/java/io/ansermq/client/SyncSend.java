package io.ansermq.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The callback of a send whose caller waits for the answer: the event loop settles it and wakes the caller. */
final class SyncSend implements SendCallback {
    private final Thread caller = Thread.currentThread();
    private final LongSupplier nanoClock;
    private @Nullable BrokerException failure;
    private volatile boolean settled;

    /** To be made by the thread that will wait. */
    SyncSend(final LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    @Override
    public void stored(final long sequence) {
        settled = true;
        LockSupport.unpark(caller);
    }

    @Override
    public void failed(final long sequence, final BrokerException e) {
        failure = e;
        settled = true;
        LockSupport.unpark(caller);
    }

    /** Returns when the message is stored; throws when it is not, or when nobody knows. */
    void await(final Destination destination, final int timeoutMs) throws BrokerException {
        final long deadlineNs = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (!settled) {
            final long remainingNs = deadlineNs - nanoClock.getAsLong();
            if (remainingNs <= 0) {
                throw new BrokerException(
                        BrokerException.TIMEOUT,
                        "no answer to a send to " + destination + " within " + timeoutMs
                                + " ms: it may or may not be stored; look at 'anser status' or raise sendTimeoutMs");
            }
            LockSupport.parkNanos(this, remainingNs);
            if (!settled && Thread.currentThread().isInterrupted()) {
                throw new BrokerException(
                        BrokerException.INTERRUPTED,
                        "interrupted while waiting for the answer to a send to " + destination
                                + ": it may or may not be stored");
            }
        }
        final BrokerException reason = failure;
        if (reason != null) {
            throw BrokerException.reaching(reason);
        }
    }
}
