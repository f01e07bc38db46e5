package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.DestinationState;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many messages came and went, sampled every ten seconds, for an hour by sample and for a day by hour. Owned by the
 * core agent; begins anew with the process.
 */
final class Stats {

    private static final long INTERVAL_MS = 10_000;
    private static final int MINUTE = 6;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24;
    /** Topics and groups with figures of their own. */
    private static final int MAX_SERIES = 20_000;

    /** A count that only grows, with what it was at the last samples. */
    static final class Series {
        private final ArrayDeque<Long> samples = new ArrayDeque<>();
        private final ArrayDeque<Long> hours = new ArrayDeque<>();
        private long total;

        void set(final long value) {
            total = value;
        }

        void add(final long count) {
            total += count;
        }

        void sample(final boolean hour) {
            if (samples.size() > HOUR) {
                samples.removeFirst();
            }
            samples.addLast(total);
            if (hour) {
                if (hours.size() > DAY) {
                    hours.removeFirst();
                }
                hours.addLast(total);
            }
        }

        long total() {
            return total;
        }

        /** What came within the last so many samples. */
        long within(final int count) {
            long before = 0;
            int skipped = samples.size() - count;
            for (final Long sample : samples) {
                if (skipped-- <= 0) {
                    break;
                }
                before = sample;
            }
            return total - before;
        }

        /** What came within the last day. */
        long withinDay() {
            return total - (hours.size() > DAY ? hours.getFirst() : 0);
        }
    }

    private final RocketMqState state;
    private final Map<String, Series> series = new HashMap<>();
    private final Series put = new Series();
    private final Series got = new Series();
    private long dueEpochMs;
    private int samples;

    Stats(final RocketMqState state) {
        this.state = state;
    }

    /** A consumer was given so many messages. */
    void pulled(final String group, final String topic, final int count) {
        got.add(count);
        series("GROUP_GET_NUMS", topic + "@" + group).add(count);
    }

    private Series series(final String name, final String key) {
        final String full = name + " " + key;
        final Series known = series.get(full);
        if (known != null) {
            return known;
        }
        final Series created = new Series();
        if (series.size() < MAX_SERIES) {
            series.put(full, created);
        }
        return created;
    }

    /** Takes a sample when one is due. */
    void sample(final long nowEpochMs) {
        if (nowEpochMs < dueEpochMs) {
            return;
        }
        dueEpochMs = nowEpochMs + INTERVAL_MS;
        samples++;
        final boolean hour = samples % HOUR == 0;
        long sum = 0;
        for (final DestinationState destination : state.desk().destinations()) {
            sum += destination.messagesIn();
            if (destination.messagesIn() > 0) {
                series("TOPIC_PUT_NUMS", destination.topic()).set(destination.messagesIn());
            }
        }
        put.set(sum);
        put.sample(hour);
        got.sample(hour);
        series.values().forEach(each -> each.sample(hour));
    }

    long messagesPut() {
        return put.total();
    }

    long messagesGot() {
        return got.total();
    }

    /** Messages per second over the last 10 s, minute and ten minutes, as RocketMQ's runtime information has them. */
    static String rates(final Series of) {
        return rate(of, 1) + " " + rate(of, MINUTE) + " " + rate(of, 10 * MINUTE);
    }

    String putRates() {
        return rates(put);
    }

    String gotRates() {
        return rates(got);
    }

    private static String rate(final Series of, final int count) {
        return Double.toString(of.within(count) * 1000.0 / (count * INTERVAL_MS));
    }

    /** RocketMQ's BrokerStatsData. */
    Map<String, Object> toJson(final String name, final String key) {
        final Series of = series.get(name + " " + key);
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("statsMinute", item(of == null ? 0 : of.within(MINUTE), 60));
        json.put("statsHour", item(of == null ? 0 : of.within(HOUR), 3600));
        json.put("statsDay", item(of == null ? 0 : of.withinDay(), 24 * 3600));
        return json;
    }

    private static Map<String, Object> item(final long sum, final int seconds) {
        final Map<String, Object> item = new LinkedHashMap<>();
        item.put("avgpt", 0.0);
        item.put("sum", sum);
        item.put("tps", (double) sum / seconds);
        return item;
    }
}
