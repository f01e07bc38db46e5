package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.BrokerFigures;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.remoting.transport.LocalDays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * How many messages came and went: over the last seconds, minutes, hours and since midnight. Owned by the core agent;
 * begins anew with the process. Told the time, never asks.
 */
final class Stats {

    static final String TOPIC_PUT = "TOPIC_PUT_NUMS";
    static final String GROUP_GET = "GROUP_GET_NUMS";

    /** Topics and groups with figures of their own. */
    private static final int MAX_SERIES = 20_000;

    /** How far the figures look back, as RocketMQ's tools know it. */
    enum Span {
        SECONDS(2_000, 5),
        MINUTE(10_000, 6),
        MINUTES(60_000, 10),
        HOUR(600_000, 6),
        DAY(3_600_000, 24);

        /** Time between two samples. */
        final long stepMs;
        /** Samples that make the span. */
        final int steps;

        Span(final long stepMs, final int steps) {
            this.stepMs = stepMs;
            this.steps = steps;
        }
    }

    /** The last values of a counter at one distance in time, and when they were taken. */
    private static final class Ring {
        private final long[] values;
        private final long[] timesEpochMs;
        private int count;

        Ring(final int size) {
            values = new long[size];
            timesEpochMs = new long[size];
        }

        void add(final long value, final long epochMs) {
            final int at = count++ % values.length;
            values[at] = value;
            timesEpochMs[at] = epochMs;
        }

        private int oldest() {
            return count < values.length ? 0 : count % values.length;
        }

        long oldestValue() {
            return values[oldest()];
        }

        long oldestEpochMs() {
            return timesEpochMs[oldest()];
        }

        long newestEpochMs() {
            return timesEpochMs[(count - 1) % values.length];
        }
    }

    /** A count that only grows, with what it was a while ago. */
    static final class Series {
        private final Map<Span, Ring> rings = new EnumMap<>(Span.class);
        private long total;
        private long nowEpochMs;

        Series(final long nowEpochMs) {
            this.nowEpochMs = nowEpochMs;
            for (final Span span : Span.values()) {
                final Ring ring = new Ring(span.steps);
                ring.add(0, nowEpochMs);
                rings.put(span, ring);
            }
        }

        void set(final long value) {
            total = value;
        }

        void add(final long count) {
            total += count;
        }

        void sample(final long epochMs) {
            nowEpochMs = epochMs;
            for (final Map.Entry<Span, Ring> each : rings.entrySet()) {
                if (epochMs - each.getValue().newestEpochMs() >= each.getKey().stepMs) {
                    each.getValue().add(total, epochMs);
                }
            }
        }

        long total() {
            return total;
        }

        private Ring ring(final Span span) {
            return Objects.requireNonNull(rings.get(span));
        }

        /** What came within the span that ends now; less than a step of it is missing. */
        long within(final Span span) {
            return total - ring(span).oldestValue();
        }

        /** The mean over the span, or over the time since this is counted. */
        double perSecond(final Span span) {
            final long elapsedMs = nowEpochMs - ring(span).oldestEpochMs();
            return elapsedMs <= 0 ? 0 : within(span) * 1000.0 / elapsedMs;
        }
    }

    /** A count with what it was at the last two midnights. */
    private static final class Days {
        private long yesterdayMorning;
        private long todayMorning;

        void midnight(final long total) {
            yesterdayMorning = todayMorning;
            todayMorning = total;
        }
    }

    private final RocketMqState state;
    private final Map<String, Series> series = new HashMap<>();
    private final Series put;
    private final Series got;
    private final Series found;
    private final Series missed;
    private final Series timersIn;
    private final Series timersOut;
    private final Days putDays = new Days();
    private final Days gotDays = new Days();
    private final long startEpochMs;
    private long nowEpochMs;
    /** The day of the last sample. */
    private long today;

    private long timersBefore;
    private boolean begun;

    /** @param nowEpochMs when the broker started: what is said to come per second counts from then on */
    Stats(final RocketMqState state, final long nowEpochMs) {
        this.state = state;
        this.startEpochMs = nowEpochMs;
        this.nowEpochMs = nowEpochMs;
        put = new Series(nowEpochMs);
        got = new Series(nowEpochMs);
        found = new Series(nowEpochMs);
        missed = new Series(nowEpochMs);
        timersIn = new Series(nowEpochMs);
        timersOut = new Series(nowEpochMs);
    }

    /** When counting began. */
    long startEpochMs() {
        return startEpochMs;
    }

    /** A consumer was given so many messages. */
    void pulled(final String group, final String topic, final int count) {
        found.add(1);
        got.add(count);
        series(GROUP_GET, topic + "@" + group).add(count);
    }

    /** A consumer asked and there was nothing for it. */
    void missed() {
        missed.add(1);
    }

    private Series series(final String name, final String key) {
        final String full = name + " " + key;
        final Series known = series.get(full);
        if (known != null) {
            return known;
        }
        // It is here from now on, and was 0 before.
        final Series created = new Series(Math.max(startEpochMs, nowEpochMs - Span.SECONDS.stepMs));
        if (series.size() < MAX_SERIES) {
            series.put(full, created);
        }
        return created;
    }

    /** Brings all figures up to date; every few seconds. */
    void sample(final long epochMs) {
        nowEpochMs = epochMs;
        for (final DestinationState destination : state.desk().destinations()) {
            final long in = destination.messagesIn();
            if (in > 0) {
                series(TOPIC_PUT, destination.topic()).set(in);
            }
        }
        final BrokerFigures figures = state.desk().figures();
        final long day = LocalDays.at(TimeZone.getDefault(), epochMs);
        if (!begun) {
            begun = true;
            today = day;
            timersBefore = figures.delayed();
        }
        put.set(figures.messagesIn());
        timersOut.set(figures.fired());
        // One that is recalled leaves without having been due.
        timersIn.set(Math.max(timersIn.total(), figures.fired() + figures.delayed() - timersBefore));
        for (final Series each : new Series[] {put, got, found, missed, timersIn, timersOut}) {
            each.sample(epochMs);
        }
        for (final Series each : series.values()) {
            each.sample(epochMs);
        }
        if (day != today) {
            today = day;
            putDays.midnight(put.total());
            gotDays.midnight(got.total());
        }
    }

    /** Writes what RocketMQ's runtime information says of messages. */
    void describe(final Map<String, String> table) {
        table.put("putTps", rates(put));
        table.put("getTransferredTps", rates(got));
        table.put("getFoundTps", rates(found));
        table.put("getMissTps", rates(missed));
        table.put("getTotalTps", rates(found, missed));
        table.put("msgPutTotalYesterdayMorning", Long.toString(putDays.yesterdayMorning));
        table.put("msgPutTotalTodayMorning", Long.toString(putDays.todayMorning));
        table.put("msgPutTotalTodayNow", Long.toString(put.total()));
        table.put("msgGetTotalYesterdayMorning", Long.toString(gotDays.yesterdayMorning));
        table.put("msgGetTotalTodayMorning", Long.toString(gotDays.todayMorning));
        table.put("msgGetTotalTodayNow", Long.toString(got.total()));
        table.put("timerEnqueueTps", Double.toString(timersIn.perSecond(Span.SECONDS)));
        table.put("timerDequeueTps", Double.toString(timersOut.perSecond(Span.SECONDS)));
    }

    /** Per second over the last 10 s, minute and ten minutes. */
    private static String rates(final Series... of) {
        final StringBuilder text = new StringBuilder();
        for (final Span span : new Span[] {Span.SECONDS, Span.MINUTE, Span.MINUTES}) {
            double sum = 0;
            for (final Series each : of) {
                sum += each.perSecond(span);
            }
            text.append(text.isEmpty() ? "" : " ").append(sum);
        }
        return text.toString();
    }

    /** Messages per second over the last minute; 0 for what was never counted. */
    double perSecond(final String name, final String key) {
        final Series of = series.get(name + " " + key);
        return of == null ? 0 : of.perSecond(Span.MINUTE);
    }

    /** RocketMQ's BrokerStatsData. */
    Map<String, Object> toJson(final String name, final String key) {
        final DestinationState destination =
                name.equals(TOPIC_PUT) ? state.desk().destination(key) : null;
        if (destination != null && destination.messagesIn() > 0) {
            series(name, key).set(destination.messagesIn());
        }
        final Series of = series.get(name + " " + key);
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("statsMinute", item(of, Span.MINUTE));
        json.put("statsHour", item(of, Span.HOUR));
        json.put("statsDay", item(of, Span.DAY));
        return json;
    }

    private static Map<String, Object> item(final @Nullable Series of, final Span span) {
        final Map<String, Object> item = new LinkedHashMap<>();
        item.put("avgpt", 0.0);
        item.put("sum", of == null ? 0L : of.within(span));
        item.put("tps", of == null ? 0.0 : of.perSecond(span));
        return item;
    }
}
