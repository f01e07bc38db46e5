package io.ansermq.store.commitlog;

/**
 * Where a recovered log goes on.
 *
 * @param position where the next frame starts
 * @param segmentStart where the segment of that position starts
 * @param segmentEnd where it ends
 * @param nextSequence the next frame's sequence number
 * @param epoch the epoch of this life of the store
 * @param storeEpochMs the latest store time so far
 */
record LogTail(long position, long segmentStart, long segmentEnd, long nextSequence, int epoch, long storeEpochMs) {}
