package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets of offsets, one per lane. In steady state nothing is allocated, see {@link OffsetRanges}.
 *
 * <p>Not thread safe; guarded by the lock of {@link AckQueue}.
 */
final class LaneRanges {
    /** The broker numbers a lane with 16 bits. */
    private static final int MAX_LANE = 0xFFFF;

    /** By lane; lanes without offsets have none. */
    private @Nullable OffsetRanges[] lanes = new OffsetRanges[10];

    private int count;

    /** How many ranges there are. */
    int count() {
        return count;
    }

    /** Adds offsets, both ends included. */
    void add(final int lane, final long first, final long last) {
        if (lane > MAX_LANE) {
            throw new IllegalArgumentException("lane " + lane + " is beyond the last possible one, " + MAX_LANE);
        }
        if (lane >= lanes.length) {
            lanes = Arrays.copyOf(lanes, lane + 1);
        }
        OffsetRanges ranges = lanes[lane];
        if (ranges == null) {
            ranges = new OffsetRanges();
            lanes[lane] = ranges;
        }
        count -= ranges.count();
        ranges.add(first, last);
        count += ranges.count();
    }

    /** Adds all of these. */
    void addAll(final List<OffsetRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            final OffsetRange range = ranges.get(i);
            add(range.lane(), range.first(), range.last());
        }
    }

    /** Moves at most {@code limit} ranges from here to {@code into}. */
    void drainTo(final List<OffsetRange> into, final int limit) {
        final int before = into.size();
        for (int i = 0; i < lanes.length; i++) {
            final OffsetRanges ranges = lanes[i];
            if (ranges != null) {
                final int lane = i;
                ranges.drain(
                        limit - (into.size() - before), (first, last) -> into.add(new OffsetRange(lane, first, last)));
            }
        }
        count -= into.size() - before;
    }

    void clear() {
        for (final OffsetRanges ranges : lanes) {
            if (ranges != null) {
                ranges.drain(Integer.MAX_VALUE, (first, last) -> {});
            }
        }
        count = 0;
    }
}
