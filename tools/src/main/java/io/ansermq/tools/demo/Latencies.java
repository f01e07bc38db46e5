package io.ansermq.tools.demo;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/** Times from before the send to the receipt. {@link #record} is thread safe, the rest belongs to one watcher. */
final class Latencies {

    private static final int DIGITS = 3;

    private final Recorder recorder = new Recorder(DIGITS);
    private final Histogram total = new Histogram(DIGITS);
    private @Nullable Histogram interval;

    /** Takes one time. */
    void record(final long elapsedNs) {
        recorder.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(elapsedNs)));
    }

    /** In microseconds, of those since the last call. Valid until the next one. */
    Histogram interval() {
        final Histogram latest = recorder.getIntervalHistogram(interval);
        interval = latest;
        total.add(latest);
        return latest;
    }

    /** In microseconds, of all up to the last {@link #interval}. */
    Histogram total() {
        return total;
    }
}
