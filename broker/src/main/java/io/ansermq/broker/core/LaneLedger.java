package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.broker.ledger.RangeSink;

/** The ledger of one subscription on one lane, with what this turn of core has accepted for it. Owned by core. */
final class LaneLedger implements RangeSink {
    final SubscriptionState subscription;
    final Lane lane;
    final Ledger ledger;
    /** Acknowledged in this turn, not yet in a record. */
    final RangeSet acknowledged = new RangeSet();
    /** Dropped in this turn (void since the last restart), not yet in a record. */
    final RangeSet dropped = new RangeSet();
    /** Expired in this turn, not yet in a record. */
    final RangeSet expired = new RangeSet();
    /** Released in this turn after the application saw them: their delivery counts are to be recorded. */
    final RangeSet counted = new RangeSet();
    /** Free again, and not yet offered to the subscription's views. */
    final RangeSet returned = new RangeSet();
    /** The high water to record in this turn, or {@link Ledger#NONE}. */
    long wantedHighWater = Ledger.NONE;
    /** Whether it stands in the settlement's list for this turn. */
    boolean touched;

    private boolean toldFull;

    LaneLedger(final SubscriptionState subscription, final Lane lane, final Ledger ledger) {
        this.subscription = subscription;
        this.lane = lane;
        this.ledger = ledger;
        ledger.onReturned(this);
    }

    /** Whether all leases are given out that there may be, and that was not asked since they were. */
    boolean isNewlyFull() {
        final boolean full = ledger.inFlight() >= Ledger.MAX_IN_FLIGHT;
        final boolean newly = full && !toldFull;
        toldFull = full;
        return newly;
    }

    /** Nobody consumes any more: gives back what an idle ledger does not need. */
    void trim() {
        ledger.trim();
        acknowledged.trim();
        dropped.trim();
        expired.trim();
        counted.trim();
        returned.trim();
    }

    @Override
    public void range(final long first, final long last) {
        if (subscription.hasViews()) {
            returned.range(first, last);
        }
    }
}
