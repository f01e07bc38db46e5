package io.ansermq.broker.core;

import io.ansermq.broker.ledger.RangeSet;

/**
 * What becomes of messages that come back from consumers: they are delivered again at once, after a while, or not any
 * more, as the policy of their destination says. Owned by the core agent.
 */
final class Redelivery {

    private final DeadLetters deadLetters;
    private final Waits waits;

    Redelivery(final DeadLetters deadLetters, final Waits waits) {
        this.deadLetters = deadLetters;
        this.waits = waits;
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
            waits.add(from, offset, delayMs);
        }
    }

    /** Whether a message was delivered so often already that it must not be delivered again. */
    static boolean isDead(final LaneLedger from, final long offset) {
        final DestinationPolicy policy = from.lane.destination.policy;
        return policy.maxDeliveries() > 0 && policy.isDead(from.ledger.reportedDeliveries(offset));
    }
}
