package io.ansermq.broker.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may be allowed to do. */
public enum Permission {
    /** Send messages to a destination. */
    SEND,
    /** Take messages from a destination, and have subscriptions there. */
    CONSUME,
    /** Look at the messages of a queue without taking any. */
    BROWSE,
    /** Make a destination. */
    CREATE,
    /** Delete a destination, move, purge and retry its messages, stop and start its delivery. */
    MANAGE,
    /** Everything, everywhere, and what concerns the broker as a whole. */
    ADMINISTER;

    /** As it stands in files, commands and messages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The permission of this text.
     *
     * @throws IllegalArgumentException when there is none; the text lists all
     */
    public static Permission of(final String text) {
        for (final Permission each : values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no permission; there are "
                + Arrays.stream(values()).map(Permission::text).collect(Collectors.joining(", ")));
    }
}
