package io.ansermq.broker.core;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;

/**
 * Rings the core agent's {@link Doorbell} on every publication. Nobody waits on the ring itself: core polls it, together
 * with the watermarks of the log, and sleeps on the doorbell when there is nothing anywhere.
 */
final class DoorbellWaitStrategy implements WaitStrategy {

    private final Doorbell doorbell;

    DoorbellWaitStrategy(final Doorbell doorbell) {
        this.doorbell = doorbell;
    }

    @Override
    public long waitFor(
            final long sequence,
            final Sequence cursor,
            final Sequence dependentSequence,
            final SequenceBarrier barrier) {
        throw new IllegalStateException("the IN ring is polled, never waited on");
    }

    @Override
    public void signalAllWhenBlocking() {
        doorbell.ring();
    }
}
