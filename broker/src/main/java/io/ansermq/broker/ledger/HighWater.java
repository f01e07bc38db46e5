package io.ansermq.broker.ledger;

/**
 * How far a ledger may lease, recorded ahead of its cursor: leases are not recorded, so after a crash whatever is unfinished
 * below this counts as delivered once (Jakarta Messaging 3.1, section 3.4.7: JMSRedelivered). Not thread safe; owned by its
 * {@link Ledger}.
 *
 * <p>It is recorded {@value #RESERVE_AHEAD} offsets ahead of the cursor when that is within {@value #RESERVE_BELOW} of it: one
 * small record in 1,024 first deliveries, and never one that these wait for.
 */
final class HighWater {
    /** How far ahead of the cursor a new high water is. */
    private static final int RESERVE_AHEAD = 1536;

    /** How close the cursor gets before the next one is due. */
    private static final int RESERVE_BELOW = 512;

    /** Durable: offsets below this may be leased. */
    private long value;

    // Volatile: gone with the process.
    private long requested;

    /** One past the furthest offset that somebody wants to lease beyond the cursor. */
    private long reach;

    /** That of a ledger that may lease below {@code first} alone; {@link Long#MAX_VALUE} for one that needs no records. */
    HighWater(final long first) {
        value = first;
        requested = first;
    }

    /** Offsets below this may be leased. */
    long value() {
        return value;
    }

    /** Applies an HW record: the last one counts. It is lower than the one before after an orderly end of the broker alone. */
    void recorded(final long recorded) {
        requested = recorded < value ? recorded : Math.max(requested, recorded);
        value = recorded;
    }

    /** {@link #wanted} is to allow for leases of offsets up to this one, too. */
    void reach(final long offset) {
        reach = Math.max(reach, offset + 1);
    }

    /** The one to record now, or {@link Ledger#NONE}. Says each value once, so the caller must record it. */
    long wanted(final long cursor) {
        final long needed = Math.max(cursor, reach);
        if (requested - needed > RESERVE_BELOW) {
            return Ledger.NONE;
        }
        requested = needed + RESERVE_AHEAD;
        return requested;
    }
}
