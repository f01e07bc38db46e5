package io.ansermq.broker.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may be allowed to do. */
public enum Permission {
    /** Send messages to a destination. */
    SEND("send to a destination; end and recover transactions that send there"),
    /** Take messages from a destination, and have subscriptions there. */
    CONSUME(
            "consume, make and end durable subscriptions of its own client ID; end and recover transactions that received"
                    + " there"),
    /** Look at the messages of a queue without taking any. */
    BROWSE("look at the messages of a queue"),
    /** Make a destination. */
    CREATE("make a destination, by naming it or by `anser destination create`"),
    /** Delete a destination, move, purge and retry its messages, stop and start its delivery. */
    MANAGE(
            "delete, pause, purge, move, rewind and delete subscriptions; everything on its dead letter queue `DLQ.name`"),
    /** Everything, everywhere, and what concerns the broker as a whole. */
    ADMINISTER("do everything, everywhere: given by the role `admin` alone");

    private final String meaning;

    Permission(final String meaning) {
        this.meaning = meaning;
    }

    /** What it lets a user do, for the reference. */
    public String meaning() {
        return meaning;
    }

    /** Whether a role can be given it by a line of the file. */
    public boolean isGranted() {
        return this != ADMINISTER;
    }

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
