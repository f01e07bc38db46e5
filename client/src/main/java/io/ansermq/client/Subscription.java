package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer subscribes as: whose messages it shares, and which of them it wants.
 *
 * @param type whom it shares messages with, and what stays when it is closed
 * @param name the name of a shared or durable subscription; together with the connection's client ID it says which
 * @param selector the message selector, or null for all messages
 * @param noLocal whether messages that this connection (or one of its client ID) has sent are left out
 */
public record Subscription(
        SubscriptionType type,
        @Nullable String name,
        @Nullable String selector,
        boolean noLocal) {

    /** A consumer of a queue, competing with its others. */
    public static final Subscription QUEUE = new Subscription(SubscriptionType.QUEUE, null, null, false);

    /** A subscription of a topic that lasts as long as its one consumer. */
    public static final Subscription VOLATILE = new Subscription(SubscriptionType.VOLATILE, null, null, false);

    /** A consumer of a group, which has every message of the destination. */
    public static Subscription group(final String name) {
        return new Subscription(SubscriptionType.GROUP, name, null, false);
    }

    /** Whether other consumers get what one of them leaves. */
    boolean isShareable() {
        return switch (type) {
            case QUEUE, SHARED, SHARED_DURABLE, GROUP -> true;
            case VOLATILE, DURABLE, BROWSER -> false;
        };
    }

    /** The plain consumer of a destination of this kind. */
    public static Subscription plain(final DestinationKind kind) {
        return kind == DestinationKind.QUEUE ? QUEUE : VOLATILE;
    }
}
