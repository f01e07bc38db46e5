package io.ansermq.tools.console;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.Locale;

/**
 * A destination as it stands on a command line: {@code orders}, {@code queue://orders} or {@code topic://prices}.
 *
 * @param kind a queue when nothing is said
 * @param name its name
 */
public record DestinationName(DestinationKind kind, String name) {

    private static final String QUEUE = "queue://";
    private static final String TOPIC = "topic://";

    /** Reads it. */
    public static DestinationName of(final String text) {
        if (text.startsWith(TOPIC)) {
            return new DestinationName(DestinationKind.TOPIC, text.substring(TOPIC.length()));
        }
        return new DestinationName(
                DestinationKind.QUEUE, text.startsWith(QUEUE) ? text.substring(QUEUE.length()) : text);
    }

    /** {@code queue://orders}. */
    public String uri() {
        return (kind == DestinationKind.QUEUE ? QUEUE : TOPIC) + name;
    }

    /** {@code queue 'orders'}. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " '" + name + "'";
    }
}
