package io.ansermq.benchmark;

import io.ansermq.tools.bench.CpuMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** The measured time of one workload against one peer. Thread safe but for {@link #begin} and {@link #end}. */
final class RocketMqRound {

    private static final long MAX_NS = TimeUnit.SECONDS.toNanos(120);

    private final List<CpuMeter> meters = new ArrayList<>();
    private final LongAdder messages = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder triedAgain = new LongAdder();
    private final Histogram latencies = new ConcurrentHistogram(MAX_NS, 3);
    private final List<CpuMeter.Sample> before = new ArrayList<>();
    private double seconds;
    private double serverUs;
    private double clientUs;
    private double foreignCores;

    RocketMqRound(final RocketMqPeer peer) {
        peer.pids().forEach(pid -> meters.add(new CpuMeter(OptionalLong.of(pid))));
    }

    /** The measured time begins. */
    void begin() {
        before.clear();
        meters.forEach(meter -> before.add(meter.sample()));
        messages.reset();
        failures.reset();
        latencies.reset();
    }

    /** The measured time ends. */
    void end() {
        double brokerNs = 0;
        for (int i = 0; i < meters.size(); i++) {
            final CpuMeter.Use use = meters.get(i).sample().since(before.get(i));
            brokerNs += use.brokerNs();
            if (i == 0) {
                seconds = use.wallNs() / 1e9;
                clientUs = use.clientNs() / 1e3;
                foreignCores = use.foreignCores();
            } else {
                // The first meter took this process for a foreign one.
                foreignCores -= use.brokerNs() / use.wallNs();
            }
        }
        serverUs = brokerNs / 1e3;
    }

    void done(final int count) {
        messages.add(count);
    }

    void done(final int count, final long elapsedNs) {
        messages.add(count);
        latencies.recordValue(Math.max(0, Math.min(elapsedNs, MAX_NS)));
    }

    void failed() {
        failures.increment();
    }

    /** A send before the measured time was refused or not answered, and comes again. */
    void triedAgain() {
        triedAgain.increment();
    }

    double perSecond() {
        return messages.sum() / seconds;
    }

    double serverUsPerMessage() {
        return serverUs / messages.sum();
    }

    double clientUsPerMessage() {
        return clientUs / messages.sum();
    }

    double foreignCores() {
        return Math.max(0, foreignCores);
    }

    long failures() {
        return failures.sum();
    }

    /** Sends before the measured time that came again. */
    long triedBefore() {
        return triedAgain.sum();
    }

    /** NaN where nothing has a latency. */
    double latencyUs(final double percentile) {
        return latencies.getTotalCount() == 0 ? Double.NaN : latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
