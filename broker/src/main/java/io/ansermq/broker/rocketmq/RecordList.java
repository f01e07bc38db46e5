package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where messages stand in the log and which place in their queue they have. Filled by core, then read by an event loop. */
final class RecordList {

    private long[] positions = new long[8];
    private int[] sizes = new int[8];
    private int[] lanes = new int[8];
    private long[] offsets = new long[8];
    private int[] deliveries = new int[8];
    private @Nullable Lane[] from = new Lane[8];
    private int count;
    private long bytes;

    /**
     * Adds a message of a queue.
     *
     * @param earlier how often the message was delivered before
     */
    void add(final Lane lane, final long offset, final int earlier) {
        add(lane.number(), offset, lane.position(offset), lane.size(offset), earlier);
        from[count - 1] = lane;
    }

    /** Adds a message by its place in the log alone. */
    void add(final int lane, final long offset, final long position, final int size, final int earlier) {
        if (count == positions.length) {
            final int larger = count * 2;
            positions = Arrays.copyOf(positions, larger);
            sizes = Arrays.copyOf(sizes, larger);
            lanes = Arrays.copyOf(lanes, larger);
            offsets = Arrays.copyOf(offsets, larger);
            deliveries = Arrays.copyOf(deliveries, larger);
            from = Arrays.copyOf(from, larger);
        }
        positions[count] = position;
        sizes[count] = size;
        lanes[count] = lane;
        offsets[count] = offset;
        deliveries[count] = earlier;
        count++;
        bytes += size;
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long bytes() {
        return bytes;
    }

    long position(final int index) {
        return positions[index];
    }

    int size(final int index) {
        return sizes[index];
    }

    int lane(final int index) {
        return lanes[index];
    }

    long offset(final int index) {
        return offsets[index];
    }

    int deliveries(final int index) {
        return deliveries[index];
    }

    /** The queue that the message was taken from, only to be named to core; null for one found by its place in the log. */
    @Nullable
    Lane from(final int index) {
        return from[index];
    }
}
