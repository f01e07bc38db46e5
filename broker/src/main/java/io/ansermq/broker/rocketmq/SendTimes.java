package io.ansermq.broker.rocketmq;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long sends take from the moment their request is read until they can be answered, and how much they bring. Thread
 * safe: event loops write, core reads.
 */
final class SendTimes {

    /** Each power of two of microseconds is divided into so many steps, so a percentile is at most a quarter too high. */
    private static final int STEPS = 4;

    private static final int POWERS = 36;

    private static final String[] NAMES = {
        "[<=0ms]",
        "[0~10ms]",
        "[10~50ms]",
        "[50~100ms]",
        "[100~200ms]",
        "[200~500ms]",
        "[500ms~1s]",
        "[1~2s]",
        "[2~3s]",
        "[3~4s]",
        "[4~5s]",
        "[5~10s]",
        "[10s~]"
    };
    /** The milliseconds that each of these ends before. */
    private static final long[] ENDS_MS = {1, 10, 50, 100, 200, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 10_000};

    private final LongAdder[] steps = adders(POWERS * STEPS);
    private final LongAdder[] ranges = adders(NAMES.length);
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile long maxMs;

    private static LongAdder[] adders(final int count) {
        final LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** A request with so many messages of so many bytes was stored after so long. */
    @SuppressWarnings(
            "NonAtomicVolatileUpdate") // Two at once may lose the lesser of two maxima; good enough for a figure.
    void stored(final int count, final long size, final long elapsedNs) {
        messages.add(count);
        bytes.add(size);
        final long micros = Math.max(0, elapsedNs / 1_000);
        steps[step(micros)].increment();
        final long millis = micros / 1_000;
        int range = 0;
        while (range < ENDS_MS.length && millis >= ENDS_MS[range]) {
            range++;
        }
        ranges[range].increment();
        if (millis > maxMs) {
            maxMs = millis;
        }
    }

    /** A request was refused. */
    void refused() {
        failed.increment();
    }

    private static int step(final long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        final int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        final int within = (int) (micros >>> (power - 2)) & (STEPS - 1);
        return Math.min((power - 1) * STEPS + within, POWERS * STEPS - 1);
    }

    /** The microseconds that a step ends before. */
    private static long end(final int step) {
        if (step < STEPS) {
            return step + 1L;
        }
        final int power = step / STEPS + 1;
        return (long) (STEPS + step % STEPS + 1) << (power - 2);
    }

    /** The time within which this share of the sends was done, in milliseconds, rounded up to a step; 0 without sends. */
    double percentileMs(final double share) {
        long total = 0;
        for (final LongAdder step : steps) {
            total += step.sum();
        }
        long left = (long) Math.ceil(total * share);
        for (int i = 0; total > 0 && i < steps.length; i++) {
            left -= steps[i].sum();
            if (left <= 0) {
                return end(i) / 1_000.0;
            }
        }
        return 0;
    }

    /** Writes what RocketMQ's runtime information says of sends. */
    void describe(final Map<String, String> table) {
        final long count = messages.sum();
        final StringBuilder distribution = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            distribution.append(NAMES[i]).append(':').append(ranges[i].sum()).append(' ');
        }
        table.put("putMessageDistributeTime", distribution.toString().strip());
        table.put("putMessageEntireTimeMax", Long.toString(maxMs));
        table.put("putMessageTimesTotal", Long.toString(count));
        table.put("putMessageSizeTotal", Long.toString(bytes.sum()));
        table.put("putMessageAverageSize", Double.toString(count == 0 ? 0 : (double) bytes.sum() / count));
        table.put("putMessageFailedTimes", Long.toString(failed.sum()));
        table.put("putLatency99", Double.toString(percentileMs(0.99)));
        table.put("putLatency999", Double.toString(percentileMs(0.999)));
    }
}
