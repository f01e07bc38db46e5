package io.ansermq.broker.ledger;

/**
 * Offsets of one ledger, collected during one turn of the core agent as few runs as possible: what becomes one ACK
 * record. Not thread safe; owned by the core agent. Empty again after {@link #clear()}, and then without allocation
 * until it holds more runs than ever before.
 */
@SuppressWarnings("DoNotCallSuggester") // an outline; the bodies follow
public final class RangeSet implements RangeSink {

    /** An empty set. */
    public RangeSet() {}

    /** Adds a run of offsets; it may touch or overlap what is there already. */
    @Override
    public void range(final long first, final long last) {
        throw new UnsupportedOperationException();
    }

    /** How many runs there are; no two of them touch. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** Whether there is no offset at all. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** The first offset of run {@code index}; runs are in ascending order. */
    public long first(final int index) {
        throw new UnsupportedOperationException();
    }

    /** The last offset of run {@code index}, included. */
    public long last(final int index) {
        throw new UnsupportedOperationException();
    }

    /** How many offsets all runs have together. */
    public long offsets() {
        throw new UnsupportedOperationException();
    }

    /** Hands all runs to {@code sink} in ascending order. */
    public void forEach(final RangeSink sink) {
        throw new UnsupportedOperationException();
    }

    /** Forgets all runs and keeps the memory. */
    public void clear() {
        throw new UnsupportedOperationException();
    }
}
