package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.security.SystemRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives back some of what a consumer has, where a release would give back all: a transaction of their own takes them and is
 * rolled back. They count as delivered. Thread safe.
 */
public final class GiveBack {

    private final BrokerSession broker;
    private final long name = SystemRandom.INSTANCE.nextLong();
    private final AtomicLong sequence = new AtomicLong();

    /** For consumers of this session. */
    public GiveBack(final BrokerSession broker) {
        this.broker = broker;
    }

    /** Completes when the broker has them back. */
    public CompletableFuture<Void> giveBack(final Subscriber subscriber, final List<OffsetRange> ranges) {
        if (ranges.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        final TransactionId id = TransactionId.local(name, sequence.incrementAndGet());
        final WorkBatch taken = new WorkBatch();
        taken.received(subscriber, ranges);
        final CompletableFuture<Void> held = broker.transactions().sendAhead(id, 0, taken);
        // Behind it on the same connection, whatever its answer.
        return CompletableFuture.allOf(held, broker.transactions().rollback(id));
    }
}
