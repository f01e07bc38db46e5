package io.ansermq.benchmark;

import org.HdrHistogram.Histogram;

/**
 * What a cell of {@link LogAppend} came to.
 *
 * @param messages committed in the measured time
 * @param bytes of their records
 * @param batches forces in the fsync cells, else writes; 0 where the log made no call (mapped, page cache)
 * @param durationNs the measured time
 * @param allocatedBytes by the sequencer and the threads of the store
 * @param latencies offer to commit of each message in nanoseconds, in the fsync cells
 */
record LogStats(long messages, long bytes, long batches, long durationNs, long allocatedBytes, Histogram latencies) {

    double messagesPerSecond() {
        return messages * 1e9 / durationNs;
    }

    double batchesPerSecond() {
        return batches == 0 ? Double.NaN : batches * 1e9 / durationNs;
    }

    double messagesPerBatch() {
        return batches == 0 ? Double.NaN : (double) messages / batches;
    }

    double megabytesPerSecond() {
        return bytes * 1e3 / durationNs;
    }

    double allocatedPerMessage() {
        return (double) allocatedBytes / messages;
    }

    double latencyUs(final double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
