package io.ansermq.broker.core;

import io.ansermq.broker.ledger.RangeSet;
import java.util.PriorityQueue;

/**
 * What becomes of messages that come back from consumers: they are delivered again at once, after a while, or not any
 * more, as the policy of their destination says. Owned by the core agent.
 *
 * <p>A message that waits is held in its ledger, so those behind it are delivered meanwhile. Waiting is not recorded: after
 * a restart it is over. The number of messages that wait is limited by that of leases.
 */
final class Redelivery {

    /** A message that waits. */
    private record Waiting(long dueNs, long order, LaneLedger from, long offset) implements Comparable<Waiting> {
        @Override
        public int compareTo(final Waiting other) {
            final int byTime = Long.compare(dueNs - other.dueNs, 0);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    private static final long NS_PER_MS = 1_000_000L;

    private final DeadLetters deadLetters;
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
    private long nowNs;
    private long count;

    Redelivery(final DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** A turn of core begins. */
    void turn(final long monotonicNs) {
        nowNs = monotonicNs;
    }

    /**
     * Messages that an application has seen came back.
     *
     * @param seen their offsets; they are available again and have been counted
     */
    void cameBack(final LaneLedger from, final RangeSet seen) {
        final DestinationPolicy policy = from.lane.destination.policy;
        if (policy.maxDeliveries() == 0 && policy.redeliveryDelayMs() == 0) {
            return;
        }
        seen.forEach((first, last) -> {
            for (long offset = first; offset <= last; offset++) {
                cameBack(from, offset, policy);
            }
        });
    }

    private void cameBack(final LaneLedger from, final long offset, final DestinationPolicy policy) {
        final int deliveries = from.ledger.reportedDeliveries(offset);
        if (policy.isDead(deliveries)) {
            deadLetters.bury(from, offset);
            return;
        }
        final long delayMs = policy.delayMs(deliveries);
        if (delayMs > 0) {
            from.ledger.hold(offset, offset);
            waiting.add(new Waiting(nowNs + delayMs * NS_PER_MS, count++, from, offset));
        }
    }

    /** Whether a message was delivered so often already that it must not be delivered again. */
    static boolean isDead(final LaneLedger from, final long offset) {
        final DestinationPolicy policy = from.lane.destination.policy;
        return policy.maxDeliveries() > 0 && policy.isDead(from.ledger.reportedDeliveries(offset));
    }

    /** How many messages wait. */
    int waiting() {
        return waiting.size();
    }

    /** How long until the next message has waited enough; 0 or less when it has. */
    long nextInNs(final long monotonicNs) {
        final Waiting next = waiting.peek();
        return next == null ? Long.MAX_VALUE : next.dueNs - monotonicNs;
    }

    /** Makes messages available whose wait is over; returns how many. */
    int giveBack(final Dispatcher dispatcher) {
        int given = 0;
        for (Waiting next = waiting.peek(); next != null && next.dueNs - nowNs <= 0; next = waiting.peek()) {
            waiting.remove();
            next.from.ledger.giveBack(next.offset, next.offset);
            dispatcher.wake(next.from.subscription);
            given++;
        }
        return given;
    }
}
