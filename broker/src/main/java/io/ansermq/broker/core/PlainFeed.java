package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** For consumers that take whatever comes: the next message of the ledgers. Owned by the core agent. */
final class PlainFeed extends Feed {

    private @Nullable LaneLedger current;

    PlainFeed(final SubscriptionState subscription) {
        super(subscription);
    }

    @Override
    void beginRun() {
        current = subscription.firstAvailable();
    }

    @Override
    long take(final Consumer consumer) {
        while (current != null) {
            final long offset = current.ledger.lease(consumer.id, consumer.nextTag());
            if (offset != Ledger.NONE) {
                leasedFrom(current);
                return offset;
            }
            current = subscription.firstAvailable();
        }
        return Ledger.NONE;
    }

    @Override
    boolean hasAvailable() {
        return subscription.hasAvailable();
    }

    @Override
    boolean waitsForHighWater() {
        return subscription.waitsForHighWater();
    }
}
