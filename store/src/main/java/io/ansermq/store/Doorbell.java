package io.ansermq.store;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one agent sleep until another thread has something for it, without spinning and without polling. Thread safe;
 * one sleeper.
 *
 * <p>The sleeper arms the bell, looks for work once more, and only then sleeps. A ringer publishes its work first and
 * looks at the bell second. Between the two steps each side has a full fence, so at least one of them sees the other:
 * no wake-up is lost, and nobody is unparked who does not sleep.
 *
 * <p>As a wait strategy of a ring it is rung by each publication. The ring's consumer polls, so nothing ever waits in
 * {@link #waitFor}.
 */
public final class Doorbell implements WaitStrategy, Runnable {
    private volatile @Nullable Thread sleeper;

    /** Wakes the agent if it sleeps or is about to. */
    public void ring() {
        VarHandle.fullFence();
        final Thread thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /** Rings, for those who tell a listener of whatever kind. */
    @Override
    public void run() {
        ring();
    }

    /** Announces that the calling agent will sleep; it must look for work once more before it does. */
    public void arm() {
        sleeper = Thread.currentThread();
        VarHandle.fullFence();
    }

    /** Takes {@link #arm} back. */
    public void disarm() {
        sleeper = null;
    }

    /**
     * Sleeps until rung, or for no reason. The caller looks for work again in any case.
     *
     * @param timeoutNs the longest sleep; {@link Long#MAX_VALUE} for no limit
     */
    public void sleep(final long timeoutNs) {
        if (sleeper != null) {
            if (timeoutNs == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, timeoutNs);
            }
        }
        sleeper = null;
    }

    @Override
    public void signalAllWhenBlocking() {
        ring();
    }

    @Override
    public long waitFor(
            final long sequence, final Sequence cursor, final Sequence dependent, final SequenceBarrier barrier) {
        throw new IllegalStateException("whoever owns this doorbell polls its ring and never waits on it");
    }
}
