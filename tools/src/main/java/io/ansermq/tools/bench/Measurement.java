package io.ansermq.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The measured part of a round: what workers finish inside it counts, and the CPU is read at its two ends.
 *
 * <p>{@link #begin}, {@link #end} and {@link #result} belong to the thread that runs the round; each worker records in a
 * {@link Tally} of its own.
 */
final class Measurement {

    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final CpuMeter cpu;
    private final List<Tally> tallies = new ArrayList<>();

    private volatile boolean measuring;
    private volatile boolean over;

    private CpuMeter.@Nullable Sample began;
    private CpuMeter.@Nullable Sample ended;

    Measurement(final CpuMeter cpu) {
        this.cpu = cpu;
    }

    /** A worker's own record; thread safe. */
    Tally tally() {
        final Tally tally = new Tally();
        synchronized (tallies) {
            tallies.add(tally);
        }
        return tally;
    }

    /** From now on what is recorded counts. */
    void begin() {
        began = cpu.sample();
        measuring = true;
    }

    /** What is recorded from now on is ignored, and {@link #isOver} tells the workers to finish. */
    void end() {
        measuring = false;
        ended = cpu.sample();
        over = true;
    }

    /** Whether the workers should stop; thread safe. */
    boolean isOver() {
        return over;
    }

    /** Measures workers for a time: first a ramp that does not count. Comes back early when one of them fails. */
    void runFor(final Workers workers, final long rampMs, final long measureMs) throws InterruptedException {
        try {
            workers.await(rampMs);
            begin();
            workers.await(measureMs);
        } finally {
            end();
        }
    }

    /**
     * The figures of all tallies together. Only after all workers are done.
     *
     * @param note what a reader of the figures should know, often empty
     */
    RoundResult result(final Workload workload, final Round round, final String note) {
        if (began == null || ended == null) {
            throw new IllegalStateException("nothing was measured");
        }
        final Histogram sum = newHistogram();
        synchronized (tallies) {
            tallies.forEach(tally -> sum.add(tally.latencies));
        }
        return new RoundResult(workload, round.target().name(), round.number(), sum, ended.since(began), note);
    }

    static Histogram newHistogram() {
        return new Histogram(LONGEST_NS, DIGITS);
    }

    /** The operations of one worker; confined to its thread. */
    final class Tally {

        private final Histogram latencies = newHistogram();

        /** One operation is done now. */
        void record(final long latencyNs) {
            record(latencyNs, 1);
        }

        /** So many messages are done now, and what took so long was for all of them. */
        void record(final long latencyNs, final int messages) {
            if (measuring) {
                latencies.recordValueWithCount(Math.max(0, Math.min(latencyNs, LONGEST_NS)), messages);
            }
        }
    }
}
