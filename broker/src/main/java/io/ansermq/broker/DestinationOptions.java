package io.ansermq.broker;

import io.ansermq.broker.core.DestinationPolicy;
import io.ansermq.broker.security.NamePattern;
import io.ansermq.store.FlushLevel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What single destinations are set to: {@code option.NAME}, for most options also by a pattern, before the broker's own
 * {@code option}. Immutable and thread safe.
 */
final class DestinationOptions {

    /** Of the one option that is not set by patterns. */
    static final String FLUSH_PREFIX = "flush.";

    private static final String DEAD_LETTER_PREFIX = "DLQ.";

    private final Map<String, String> values;

    /** @param values all options that are set, checked */
    DestinationOptions(final Map<String, String> values) {
        this.values = values;
    }

    /** When a persistent send to it is answered. */
    FlushLevel flush(final String destination) {
        final String own = values.get(FLUSH_PREFIX + destination);
        return OptionValues.flush(own == null ? OptionTable.text(values, "flush") : own);
    }

    /** To whom its messages go, and what becomes of those that cannot be delivered. */
    DestinationPolicy policy(final String destination) {
        if (destination.startsWith(DEAD_LETTER_PREFIX)) {
            // What is in such a queue stays there until somebody takes it out.
            return DestinationPolicy.NONE;
        }
        return new DestinationPolicy(
                (int) number("max-deliveries", destination),
                number("redelivery-delay", destination),
                Double.parseDouble(text("redelivery-delay-multiplier", destination)),
                number("max-redelivery-delay", destination),
                queueName(text("dead-letter-queue", destination), destination),
                queueName(text("expiry-queue", destination), destination),
                Boolean.parseBoolean(text("exclusive", destination)),
                own("retention", destination) != null);
    }

    /** How long its messages are kept; {@code otherwise} when nothing is said for it. */
    long retentionMs(final String destination, final long otherwise) {
        final String own = own("retention", destination);
        return own == null ? otherwise : OptionValues.number(OptionTable.of("retention"), own);
    }

    private static String queueName(final String option, final String destination) {
        return option.equals("none") ? "" : option.replace("*", destination);
    }

    private long number(final String option, final String destination) {
        return OptionValues.number(OptionTable.of(option), text(option, destination));
    }

    /** The option of the destination, else the broker's. */
    private String text(final String option, final String destination) {
        final String own = own(option, destination);
        return own == null ? OptionTable.text(values, option) : own;
    }

    /** The option under the destination's name, else under the pattern with the most text, else null. */
    private @Nullable String own(final String option, final String destination) {
        final String named = values.get(option + '.' + destination);
        if (named != null) {
            return named;
        }
        String best = null;
        int bestLength = -1;
        for (final Map.Entry<String, String> value : values.entrySet()) {
            final String name = value.getKey();
            if (name.startsWith(option + '.') && name.indexOf('*') >= 0) {
                final String pattern = name.substring(option.length() + 1);
                final int length = pattern.replace("*", "").length();
                if (length > bestLength && NamePattern.matches(pattern, destination)) {
                    best = value.getValue();
                    bestLength = length;
                }
            }
        }
        return best;
    }
}
