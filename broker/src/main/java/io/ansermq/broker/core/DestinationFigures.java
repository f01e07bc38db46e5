package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;

/**
 * One queue or topic at one moment. Immutable. The counters begin at 0 with each start of the broker.
 *
 * @param kind queue or topic
 * @param name its name in Jakarta Messaging
 * @param backlog messages that are not settled, summed over its subscriptions
 * @param inFlight those of them that a consumer has
 * @param consumers open consumers
 * @param messagesIn messages that came
 * @param messagesOut deliveries
 * @param redeliveries those of them that were not the first of their message
 * @param oldestPosition where the oldest unsettled message stands in the log; {@link #NONE} when there is none
 */
public record DestinationFigures(
        DestinationKind kind,
        String name,
        long backlog,
        long inFlight,
        int consumers,
        long messagesIn,
        long messagesOut,
        long redeliveries,
        long oldestPosition) {

    /** In place of a position. */
    public static final long NONE = -1;

    static DestinationFigures of(final DestinationState destination) {
        long backlog = 0;
        long inFlight = 0;
        int consumers = 0;
        long oldest = NONE;
        for (final SubscriptionState subscription : destination.subscriptions()) {
            backlog += subscription.backlog();
            inFlight += subscription.inFlight();
            consumers += subscription.consumers().size();
            oldest = older(oldest, subscription.oldestPosition());
        }
        return new DestinationFigures(
                destination.kind,
                destination.name,
                backlog,
                inFlight,
                consumers,
                destination.messagesIn,
                destination.messagesOut,
                destination.redeliveries,
                oldest);
    }

    /** The smaller of two positions, of which each may be none. */
    static long older(final long one, final long other) {
        if (one == NONE || other == NONE) {
            return Math.max(one, other);
        }
        return Math.min(one, other);
    }
}
