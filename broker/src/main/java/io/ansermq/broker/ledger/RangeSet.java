package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlRecord;
import java.util.Arrays;
import java.util.Objects;

/**
 * Offsets of one ledger, collected during one turn of the core agent as few runs as possible: what becomes one ACK
 * record. Not thread safe; owned by the core agent.
 *
 * <p>Runs stay sorted and apart, whatever comes in; a run that follows the newest one costs two array writes at most.
 * After {@link #clear()} the set is used again without allocation, until it holds more runs than ever before.
 */
public final class RangeSet implements RangeSink, ControlRecord.Ranges {

    private static final int INITIAL_RUNS = 8;

    /** Of all sets that were never used: there are several for each of very many ledgers. */
    private static final long[] NONE = {};

    /** First and last offset of each run, in turn. */
    private long[] bounds = NONE;

    private int size;

    /** An empty set. */
    public RangeSet() {}

    /** Adds a run of offsets; it may touch or overlap what is there already. */
    @Override
    public void range(final long first, final long last) {
        if (first > last) {
            throw new IllegalArgumentException("not a run: " + first + " to " + last);
        }
        if (size == 0 || first > last(size - 1) + 1) {
            insert(size, first, last);
        } else if (first >= first(size - 1)) {
            bounds[2 * size - 1] = Math.max(last, bounds[2 * size - 1]);
        } else {
            merge(first, last);
        }
    }

    /** How many runs there are; no two of them touch. */
    @Override
    public int size() {
        return size;
    }

    /** Whether there is no offset at all. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** The first offset of run {@code index}; runs are in ascending order. */
    @Override
    public long first(final int index) {
        return bounds[2 * Objects.checkIndex(index, size)];
    }

    /** The last offset of run {@code index}, included. */
    @Override
    public long last(final int index) {
        return bounds[2 * Objects.checkIndex(index, size) + 1];
    }

    /** How many offsets all runs have together. */
    public long offsets() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += last(i) - first(i) + 1;
        }
        return sum;
    }

    /** Hands all runs to {@code sink} in ascending order. */
    public void forEach(final RangeSink sink) {
        for (int i = 0; i < size; i++) {
            sink.range(first(i), last(i));
        }
    }

    /** Forgets all runs and keeps the memory. */
    public void clear() {
        size = 0;
    }

    /** Gives memory back that an empty set does not need. */
    public void trim() {
        if (size == 0) {
            bounds = NONE;
        }
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("[");
        forEach((first, last) ->
                text.append(text.length() == 1 ? "" : ", ").append(first).append(first == last ? "" : "-" + last));
        return text.append(']').toString();
    }

    /** Adds a run that begins before the newest one does. */
    private void merge(final long first, final long last) {
        final int from = runsBelow(first - 1);
        int to = from;
        while (to < size && first(to) <= last + 1) {
            to++;
        }
        if (from == to) {
            insert(from, first, last);
            return;
        }
        // The runs from..to-1 touch the new one: the first of them takes it in and the others go.
        bounds[2 * from] = Math.min(first, first(from));
        bounds[2 * from + 1] = Math.max(last, last(to - 1));
        System.arraycopy(bounds, 2 * to, bounds, 2 * (from + 1), 2 * (size - to));
        size -= to - from - 1;
    }

    /** How many runs end before {@code offset}. */
    private int runsBelow(final long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (last(middle) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void insert(final int index, final long first, final long last) {
        if (2 * size == bounds.length) {
            bounds = Arrays.copyOf(bounds, Math.max(2 * INITIAL_RUNS, 2 * bounds.length));
        }
        System.arraycopy(bounds, 2 * index, bounds, 2 * (index + 1), 2 * (size - index));
        bounds[2 * index] = first;
        bounds[2 * index + 1] = last;
        size++;
    }
}
