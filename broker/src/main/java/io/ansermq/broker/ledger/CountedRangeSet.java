package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlRecord;
import java.util.Arrays;
import java.util.Objects;

/**
 * What {@link Ledger#release} counted, with the delivery counts of that moment: what becomes one NACK record. Not thread
 * safe; owned by the core agent.
 */
public final class CountedRangeSet implements RangeSink, ControlRecord.CountedRanges {

    private static final int INITIAL_RUNS = 8;

    private final Ledger ledger;

    /** First and last offset of each run, in turn. */
    private long[] bounds = new long[2 * INITIAL_RUNS];

    private int[] deliveries = new int[INITIAL_RUNS];
    private int size;

    /** An empty set that takes its counts from {@code ledger}. */
    public CountedRangeSet(final Ledger ledger) {
        this.ledger = ledger;
    }

    /** Adds a run of offsets, which has to be above all that is here, with the count that each of them has now. */
    @Override
    public void range(final long first, final long last) {
        for (long offset = first; offset <= last; offset++) {
            add(offset, ledger.count(offset));
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long first(final int index) {
        return bounds[2 * Objects.checkIndex(index, size)];
    }

    @Override
    public long last(final int index) {
        return bounds[2 * Objects.checkIndex(index, size) + 1];
    }

    @Override
    public int deliveries(final int index) {
        return deliveries[Objects.checkIndex(index, size)];
    }

    private void add(final long offset, final int count) {
        if (size > 0 && offset <= last(size - 1)) {
            throw new IllegalArgumentException("offset " + offset + " is not above " + last(size - 1));
        }
        if (size > 0 && offset == last(size - 1) + 1 && count == deliveries[size - 1]) {
            bounds[2 * size - 1] = offset;
            return;
        }
        if (size == deliveries.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            deliveries = Arrays.copyOf(deliveries, 2 * deliveries.length);
        }
        bounds[2 * size] = offset;
        bounds[2 * size + 1] = offset;
        deliveries[size] = count;
        size++;
    }
}
