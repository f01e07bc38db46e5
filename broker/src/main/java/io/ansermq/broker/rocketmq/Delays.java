package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.MessageProperties;
import java.util.Map;
import java.util.function.LongSupplier;

/** RocketMQ's ways to say when a message is due. Thread safe. */
final class Delays {

    /** The property with the delay level. */
    static final String LEVEL = "DELAY";

    /** The property with the time at which a timer message is due. */
    static final String DUE = "TIMER_OUT_MS";

    static final long MAX_DELAY_MS = 40L * 24 * 3600 * 1000;

    /** RocketMQ's delay levels from 1 on, in milliseconds. */
    private static final long[] LEVELS_MS = {
        0, 1_000, 5_000, 10_000, 30_000, 60_000, 120_000, 180_000, 240_000, 300_000, 360_000, 420_000, 480_000, 540_000,
        600_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000
    };

    /** The same as RocketMQ's configuration has it. */
    static final String LEVELS_TEXT = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    private final LongSupplier epochMs;

    Delays(final LongSupplier epochMs) {
        this.epochMs = epochMs;
    }

    /** The delay of a level; what lies above the highest counts as the highest. */
    static long ofLevel(final long level) {
        return LEVELS_MS[(int) Math.max(0, Math.min(level, LEVELS_MS.length - 1))];
    }

    /**
     * The properties with the delivery time in our form, if they say one in RocketMQ's: a delay level, or a timer.
     *
     * @throws RefusedException when the time cannot be read or is too far away
     */
    String apply(final String properties) {
        return mayBeDelayed(properties) ? delayed(properties) : properties;
    }

    /** The properties without a delay level. */
    static String without(final String properties) {
        if (!mayBeDelayed(properties)) {
            return properties;
        }
        final Map<String, String> all = PropertyText.parse(properties);
        all.remove(LEVEL);
        return PropertyText.of(all);
    }

    private static boolean mayBeDelayed(final String properties) {
        return properties.contains(LEVEL + (char) MessageProperties.NAME_END) || properties.contains("TIMER_D");
    }

    private String delayed(final String text) {
        final Map<String, String> properties = PropertyText.parse(text);
        final String level = properties.remove(LEVEL);
        final long nowEpochMs = epochMs.getAsLong();
        long dueEpochMs = 0;
        if (properties.containsKey("TIMER_DELIVER_MS")) {
            dueEpochMs = number(properties, "TIMER_DELIVER_MS");
        } else if (properties.containsKey("TIMER_DELAY_MS")) {
            dueEpochMs = later(nowEpochMs, number(properties, "TIMER_DELAY_MS"));
        } else if (properties.containsKey("TIMER_DELAY_SEC")) {
            dueEpochMs = later(nowEpochMs, Math.min(number(properties, "TIMER_DELAY_SEC"), MAX_DELAY_MS) * 1000);
        } else if (level != null && !level.equals("0")) {
            dueEpochMs = nowEpochMs + ofLevel(parse(LEVEL, level));
        }
        if (dueEpochMs > nowEpochMs + MAX_DELAY_MS) {
            throw new RefusedException(
                    ResponseCodes.MESSAGE_ILLEGAL, "the message is due in more than 40 days, which is the limit");
        }
        if (dueEpochMs > nowEpochMs) {
            if (level == null) {
                properties.put(DUE, Long.toString(dueEpochMs));
            }
            properties.put(MessageProperties.JMS_DELIVERY_TIME, Long.toString(dueEpochMs));
        }
        return PropertyText.of(properties);
    }

    private static long later(final long nowEpochMs, final long delayMs) {
        return nowEpochMs + Math.min(delayMs, 2 * MAX_DELAY_MS);
    }

    private static long number(final Map<String, String> properties, final String name) {
        return parse(name, properties.getOrDefault(name, ""));
    }

    private static long parse(final String name, final String value) {
        try {
            return Long.parseLong(value);
        } catch (final NumberFormatException e) {
            throw new RefusedException(
                    ResponseCodes.MESSAGE_ILLEGAL, "the property " + name + " is not a number: " + value);
        }
    }
}
