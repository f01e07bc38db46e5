package io.ansermq.store.commitlog;

import io.ansermq.store.StoreOptions;

/**
 * How long segments are. Each follows from the one before it alone, so that {@code core}, which lays out frames,
 * {@code log}, which writes them, and {@code aux}, which prepares files, agree without a word: a store starts small and
 * doubles up to the full length.
 */
final class SegmentSizes {
    private final int initial;
    private final int full;

    SegmentSizes(final StoreOptions options) {
        initial = options.initialSegmentBytes();
        full = options.segmentBytes();
    }

    int initial() {
        return initial;
    }

    /** The length of the segment behind one of a given length. */
    int after(final int length) {
        return (int) Math.min(full, Math.max(initial, 2L * length));
    }

    boolean isFull(final int length) {
        return length == full;
    }
}
