package io.ansermq.benchmark;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread sleep until others have something for it, as the agents of the broker do. Thread safe; one sleeper.
 *
 * <p>The sleeper says that it will sleep before it looks for work a last time, and a ringer makes its work visible
 * before it looks for a sleeper: with a full fence on either side one of them sees the other.
 */
final class Bell implements WaitStrategy {

    private volatile @Nullable Thread sleeper;

    /** Wakes the sleeper if there is one; cheap if not. */
    void ring() {
        VarHandle.fullFence();
        final Thread thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /** Sleeps until the condition holds; the caller's thread only. */
    void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            sleeper = Thread.currentThread();
            VarHandle.fullFence();
            if (!condition.getAsBoolean()) {
                LockSupport.park(this);
            }
            sleeper = null;
        }
    }

    @Override
    public void signalAllWhenBlocking() {
        ring();
    }

    @Override
    public long waitFor(
            final long sequence, final Sequence cursor, final Sequence dependent, final SequenceBarrier barrier) {
        throw new UnsupportedOperationException("the sequencer polls");
    }
}
