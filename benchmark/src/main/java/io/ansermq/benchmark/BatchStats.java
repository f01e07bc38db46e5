package io.ansermq.benchmark;

import org.HdrHistogram.Histogram;

/**
 * What a loop of batches came to.
 *
 * @param batches how many
 * @param bytes in all of them
 * @param durationNs how long all took
 * @param latencies one value per batch, in nanoseconds
 */
record BatchStats(long batches, long bytes, long durationNs, Histogram latencies) {

    double batchesPerSecond() {
        return batches * 1e9 / durationNs;
    }

    double megabytesPerSecond() {
        return bytes * 1e3 / durationNs;
    }

    double latencyUs(final double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
