package io.ansermq.client;

import java.util.Arrays;

/**
 * A set of offsets of one lane as sorted, disjoint, non-adjacent ranges in a primitive array. In steady state nothing
 * is allocated: acknowledgements mostly come in order and extend the last range.
 *
 * <p>Not thread safe; guarded by the lock of {@link AckQueue}.
 */
final class OffsetRanges {
    /** Takes one range, both ends included. */
    interface Sink {
        void range(long first, long last);
    }

    private static final int FIRST_CAPACITY = 8;

    /** Pairs (first, last), ascending. */
    private long[] bounds = new long[2 * FIRST_CAPACITY];

    private int count;

    /** How many ranges there are. */
    int count() {
        return count;
    }

    /** Adds all offsets from {@code first} to {@code last}, merging with what overlaps or touches. */
    void add(final long first, final long last) {
        if (count > 0 && first == lastOf(count - 1) + 1) {
            bounds[2 * count - 1] = last;
        } else {
            merge(first, last);
        }
    }

    private void merge(final long first, final long last) {
        final int from = firstTouching(first);
        int to = from;
        while (to < count && firstOf(to) <= last + 1) {
            to++;
        }
        if (from == to) {
            insert(from, first, last);
            return;
        }
        bounds[2 * from] = Math.min(first, firstOf(from));
        bounds[2 * from + 1] = Math.max(last, lastOf(to - 1));
        System.arraycopy(bounds, 2 * to, bounds, 2 * from + 2, 2 * (count - to));
        count -= to - from - 1;
    }

    /** The first range that ends at or behind the offset before {@code first}; {@code count} when all end earlier. */
    private int firstTouching(final long first) {
        int low = 0;
        int high = count;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (lastOf(middle) + 1 < first) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void insert(final int index, final long first, final long last) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        System.arraycopy(bounds, 2 * index, bounds, 2 * index + 2, 2 * (count - index));
        bounds[2 * index] = first;
        bounds[2 * index + 1] = last;
        count++;
    }

    /** Hands over the ranges in ascending order, at most {@code limit} of them, and forgets those; returns how many. */
    int drain(final int limit, final Sink sink) {
        final int drained = Math.min(limit, count);
        for (int i = 0; i < drained; i++) {
            sink.range(firstOf(i), lastOf(i));
        }
        System.arraycopy(bounds, 2 * drained, bounds, 0, 2 * (count - drained));
        count -= drained;
        return drained;
    }

    private long firstOf(final int index) {
        return bounds[2 * index];
    }

    private long lastOf(final int index) {
        return bounds[2 * index + 1];
    }
}
