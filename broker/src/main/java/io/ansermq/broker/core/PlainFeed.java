package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** For consumers that take whatever comes: the next message of the ledgers. Owned by the core agent. */
final class PlainFeed extends Feed {

    private @Nullable LaneLedger current;
    private boolean metGroup;

    PlainFeed(final SubscriptionState subscription) {
        super(subscription);
    }

    /**
     * Whether the next message belongs to a group, which needs a view: then the order of taking is no longer that of the
     * ledger.
     */
    boolean metGroup() {
        return metGroup;
    }

    @Override
    void beginRun(final Consumer consumer) {
        metGroup = false;
        current = subscription.firstAvailable();
    }

    @Override
    long take(final Consumer consumer) {
        while (current != null) {
            final long next = current.ledger.next();
            if (next != Ledger.NONE && (current.lane.index.bits(next) & EntryBits.GROUPED) != 0) {
                metGroup = true;
                return Ledger.NONE;
            }
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
