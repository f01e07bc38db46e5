package io.ansermq.tools.deadletters;

import org.jspecify.annotations.Nullable;

/**
 * The destination whose dead letters are meant.
 *
 * @param uri as messages say it: {@code queue://orders}
 * @param queue the queue that they lie in
 */
record Origin(String uri, String queue) {

    private static final String QUEUE = "queue://";
    private static final String TOPIC = "topic://";
    private static final String DEAD_LETTERS = "DLQ.";

    /**
     * Of what the user wrote.
     *
     * @param name {@code orders} or {@code queue://orders}, or {@code topic://prices}
     * @param from the queue to look in, if it is not the one that the name gives
     */
    static Origin of(final String name, final @Nullable String from) {
        final boolean qualified = name.startsWith(QUEUE) || name.startsWith(TOPIC);
        final String plain = qualified ? name.substring(QUEUE.length()) : name;
        return new Origin(qualified ? name : QUEUE + name, from == null ? DEAD_LETTERS + plain : from);
    }

    /** Whether a queue holds dead letters, by its name. */
    static boolean isDeadLetterQueue(final String name) {
        return name.startsWith(DEAD_LETTERS);
    }
}
