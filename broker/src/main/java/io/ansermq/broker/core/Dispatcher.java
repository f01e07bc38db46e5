package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.store.index.Queue;
import java.util.ArrayDeque;

/**
 * Brings available messages together with consumers that have credit. Owned by the core agent.
 *
 * <p>Only subscriptions that may have work stand in the ready queue, so a hundred thousand idle ones cost nothing; each
 * turn a subscription gives one consumer a run of at most {@link #RUN} messages and goes to the end of the queue.
 */
final class Dispatcher {

    /** Messages one consumer gets before the next consumer and the next subscription have their turn. */
    static final int RUN = 64;

    /** Messages per turn of core, so that commands and commits are never kept waiting long. */
    private static final int TURN = 2048;

    private final ArrayDeque<SubscriptionState> ready = new ArrayDeque<>();
    private final Settlement settlement;
    private final Outgoing outgoing;
    private final long firstPositionOfEpoch;

    /** @param firstPositionOfEpoch where this life of the broker began in the log: older non-persistent messages are void */
    Dispatcher(final Settlement settlement, final Outgoing outgoing, final long firstPositionOfEpoch) {
        this.settlement = settlement;
        this.outgoing = outgoing;
        this.firstPositionOfEpoch = firstPositionOfEpoch;
    }

    /** Something changed that may let this subscription deliver: a message, a credit, a release. */
    void wake(final SubscriptionState subscription) {
        if (!subscription.ready && subscription.hasConsumers()) {
            subscription.ready = true;
            ready.addLast(subscription);
        }
    }

    /** Whether a turn would find something to do. */
    boolean hasWork() {
        return !ready.isEmpty();
    }

    /** Delivers for one turn of core. */
    void dispatch(final long nowEpochMs) {
        int left = TURN;
        while (left > 0) {
            final SubscriptionState subscription = ready.pollFirst();
            if (subscription == null) {
                return;
            }
            subscription.ready = false;
            final Consumer consumer = subscription.nextWithCredit();
            if (consumer != null) {
                final int taken = run(subscription, consumer, nowEpochMs);
                left -= taken;
                if (taken > 0 && subscription.hasAvailable() && subscription.hasCredit()) {
                    wake(subscription);
                }
            }
        }
    }

    /** Delivers to this consumer what it may have now. */
    void dispatch(final Consumer consumer, final long nowEpochMs) {
        while (consumer.hasCredit() && run(consumer.subscription, consumer, nowEpochMs) > 0) {
            // each run is bounded; credit bounds the runs
        }
    }

    private int run(final SubscriptionState subscription, final Consumer consumer, final long nowEpochMs) {
        int taken = 0;
        LaneLedger from = subscription.firstAvailable();
        while (from != null && taken < RUN && consumer.hasCredit()) {
            final long offset = from.ledger.lease(consumer.id, consumer.nextTag());
            if (offset == Ledger.NONE) {
                from = subscription.firstAvailable();
            } else {
                taken++;
                deliver(from, offset, consumer, nowEpochMs);
            }
        }
        settlement.reserveHighWater(subscription);
        return taken;
    }

    private void deliver(final LaneLedger from, final long offset, final Consumer consumer, final long nowEpochMs) {
        final Queue index = from.lane.index;
        final long position = index.position(offset);
        if (isVoid(index, offset, position, nowEpochMs)) {
            settlement.drop(from, consumer, offset);
            return;
        }
        final int size = index.size(offset);
        outgoing.touch(consumer.link);
        consumer.link.deliver(
                consumer.number,
                consumer.nextTag(),
                from.lane.number,
                offset,
                position,
                size,
                from.ledger.deliveries(offset));
        consumer.delivered(size);
        from.lane.destination.messagesOut++;
    }

    /** Whether a message must not be delivered any more: it has expired, or was not to survive the last restart. */
    boolean isVoid(final Queue index, final long offset, final long position, final long nowEpochMs) {
        return Expiry.isPast(index.expirySec(offset), nowEpochMs)
                || (position < firstPositionOfEpoch && (index.bits(offset) & EntryBits.NON_PERSISTENT) != 0);
    }

    /** Forgets a subscription that is gone. */
    void forget(final SubscriptionState subscription) {
        if (subscription.ready) {
            ready.remove(subscription);
            subscription.ready = false;
        }
    }
}
