package io.ansermq.broker.ledger;

/**
 * What a selector has found so far on one lane: how far it has looked, and which of the offsets that match nobody has
 * taken yet. Shared by all consumers of one selector. Owned by the core agent.
 *
 * <pre>
 *   | . c . . c . c c . . | ? ? ? ? ? ? ? ? |
 *   floor             scanned            end
 * </pre>
 *
 * Each offset below {@code scanned} was looked at once, or was not free when it could have been; whoever owns this offers
 * offsets that become free again ({@link Ledger#onReturned}) anew. A candidate may be taken by somebody else at any time,
 * which shows when its turn comes: candidates are hints, the ledger decides.
 */
public final class LaneView {

    private final Ledger ledger;
    private long scanned;
    private OffsetSet candidates = OffsetSet.EMPTY;

    /** A view that begins to look at {@code from}. */
    public LaneView(final Ledger ledger, final long from) {
        this.ledger = ledger;
        scanned = from;
    }

    /** Offsets below this were looked at. */
    public long scanned() {
        return scanned;
    }

    /** Moves to the next offset that is free and not looked at, below {@code limit}; {@link Ledger#NONE} if none is. */
    public long nextToScan(final long limit) {
        final long end = Math.min(limit, ledger.end());
        scanned = Math.max(scanned, Math.min(end, ledger.nextUndone(scanned)));
        while (scanned < end && !ledger.isFree(scanned)) {
            scanned++;
        }
        return scanned < end ? scanned : Ledger.NONE;
    }

    /** The offset that {@link #nextToScan} gave does, or does not, match. */
    public void scanned(final boolean matches) {
        if (matches) {
            add(scanned);
        }
        scanned++;
    }

    /** An offset matches that was looked at out of turn. */
    public void add(final long offset) {
        candidates = candidates.orNew();
        candidates.add(offset, offset);
    }

    /** Looks again from {@code offset} on: too much there is free again to offer each. */
    public void rewind(final long offset) {
        scanned = Math.min(scanned, offset);
    }

    /** An offset that matches is somebody else's to offer again. */
    public void drop(final long offset) {
        candidates.remove(offset);
    }

    /** How many candidates there are, counting those that are no longer free. */
    public long candidates() {
        return candidates.cardinality();
    }

    /** The smallest offset that matches and is free, or {@link Ledger#NONE}. */
    public long next() {
        while (!candidates.isEmpty()) {
            final long offset = candidates.first();
            if (ledger.isFree(offset)) {
                return offset;
            }
            candidates.remove(offset);
        }
        return Ledger.NONE;
    }

    /** Leases what {@link #next} gives; {@link Ledger#NONE} when there is nothing, or when it must wait. */
    public long lease(final int consumer, final long tag) {
        final long offset = next();
        if (offset == Ledger.NONE) {
            return Ledger.NONE;
        }
        // All that is known to be wanted, so that one record of a high water does for many leases.
        ledger.reach(candidates.last());
        if (!ledger.lease(offset, consumer, tag)) {
            return Ledger.NONE;
        }
        candidates.remove(offset);
        return offset;
    }

    /** Whether the next candidate waits for a record of a higher high water. */
    public boolean waitsForHighWater() {
        final long offset = next();
        return offset != Ledger.NONE && ledger.isAboveHighWater(offset);
    }
}
