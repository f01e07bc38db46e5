package io.ansermq.tools.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The figures of one round.
 *
 * @param workload what was run
 * @param target against what
 * @param round counts from 1
 * @param latencies one value in nanoseconds per message; all zero where the workload has no latency ({@link Drain})
 * @param cpu what it cost
 * @param note what a reader should know, often empty
 */
public record RoundResult(
        Workload workload, String target, int round, Histogram latencies, CpuMeter.Use cpu, String note) {

    /** How many messages were sent, received, or both, in the measured time. */
    public long messages() {
        return latencies.getTotalCount();
    }

    /** Messages per second. */
    public double rate() {
        return messages() * (double) TimeUnit.SECONDS.toNanos(1) / cpu.wallNs();
    }

    /** A percentile of the latency in microseconds; NaN where the workload has no latency. */
    public double latencyUs(final double percentile) {
        return latencies.getMaxValue() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }

    /** CPU microseconds of the broker per message; NaN when its process is not known or nothing was done. */
    public double brokerUsPerMessage() {
        return usPerMessage(cpu.brokerNs());
    }

    /** CPU microseconds of this process per message, the load generator's own work included; NaN as above. */
    public double clientUsPerMessage() {
        return usPerMessage(cpu.clientNs());
    }

    private double usPerMessage(final double ns) {
        return messages() == 0 ? Double.NaN : ns / 1e3 / messages();
    }
}
