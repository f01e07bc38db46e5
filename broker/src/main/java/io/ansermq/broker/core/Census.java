package io.ansermq.broker.core;

/**
 * How much of each segment is still wanted, and which of them are worth cleaning. Owned by the core agent.
 *
 * <p>The last segment is the one that is written to: it is never cleaned, and takes part of the copies.
 */
final class Census {

    /** Of a log without segments. */
    static final Census NONE = new Census(new long[] {0});

    private final long[] bounds;
    private final long[] wanted;
    private int segment;
    private long wantedBytes;

    /** @param bounds the starts of all segments in order, and the end of the last one */
    Census(final long[] bounds) {
        this.bounds = bounds;
        this.wanted = new long[bounds.length - 1];
    }

    /** Where the log started. */
    long start() {
        return bounds[0];
    }

    /** A message is wanted; what stands in front of the log or behind it does not count. */
    void count(final long position, final int size) {
        if (position < bounds[0] || position >= bounds[wanted.length]) {
            return;
        }
        if (position < bounds[segment] || position >= bounds[segment + 1]) {
            segment = find(position);
        }
        wanted[segment] += size;
        wantedBytes += size;
    }

    private int find(final long position) {
        int low = 0;
        int high = wanted.length - 1;
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (bounds[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Bytes of all wanted messages. */
    long wantedBytes() {
        return wantedBytes;
    }

    /** Bytes of those that stand below a position where a segment starts. */
    long wantedBelow(final long position) {
        long sum = 0;
        for (int i = 0; i < wanted.length && bounds[i] < position; i++) {
            sum += wanted[i];
        }
        return sum;
    }

    /**
     * Where to clean up to, or 0 when nothing is gained by it. Segments in front of everything wanted go without our help.
     *
     * <p>First choice is the run of oldest segments with the greatest gain, its bytes less {@code ratio} times what is
     * wanted in it: with a ratio of 2 no message is copied unless that frees at least its size for others. What such runs
     * leave is at most {@code ratio} times what is wanted <em>and</em> the segment that is written to <em>and</em> the one
     * prepared behind it, which is too much of a log of few segments. So when all of it together is more than
     * {@code ratio} times what is wanted, a run will do that frees a segment at least, and at least one byte for each
     * {@code ratio} bytes that are copied. Either way each cleaning makes the log shorter, so they come to an end.
     *
     * @param ratio how many times as large as what is wanted in it the log may be
     * @param mostBytes how much may be copied
     */
    long target(final int ratio, final long mostBytes) {
        int first = 0;
        while (first < wanted.length - 1 && wanted[first] == 0) {
            first++;
        }
        final long written = wanted.length == 0 ? 0 : bounds[wanted.length] - bounds[wanted.length - 1];
        // The prepared segment is not in the log yet; it has the length of the one before it, or more.
        final boolean tooLarge = bounds[wanted.length] - bounds[first] + written > ratio * wantedBytes;
        long best = 0;
        long bestGain = 0;
        long secondBest = 0;
        long secondGain = 0;
        long below = 0;
        for (int i = first; i < wanted.length - 1; i++) {
            below += wanted[i];
            if (below > mostBytes) {
                break;
            }
            final long bytes = bounds[i + 1] - bounds[first];
            if (bytes - ratio * below > bestGain) {
                bestGain = bytes - ratio * below;
                best = bounds[i + 1];
            }
            final long freed = bytes - below;
            if (tooLarge && freed >= Math.max(written, below / ratio) && freed > secondGain) {
                secondGain = freed;
                secondBest = bounds[i + 1];
            }
        }
        return best > 0 ? best : secondBest;
    }
}
