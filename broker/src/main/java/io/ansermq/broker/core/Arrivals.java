package io.ansermq.broker.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts committed messages into their lanes, live and in a replay: the index gets an entry, every subscription learns that
 * there is one more. A message that is there already changes nothing. Owned by the core agent.
 */
final class Arrivals {

    private @Nullable Dispatcher dispatcher;
    private @Nullable Expirations expirations;

    /** From now on messages wake subscriptions: replay is over. */
    void attach(final Dispatcher live, final Expirations watching) {
        dispatcher = live;
        expirations = watching;
    }

    /** A message that was sequenced when it was sent. */
    void enter(
            final Lane lane,
            final long offset,
            final long position,
            final int sizeBytes,
            final int expirySec,
            final long tagsCode,
            final int bits) {
        enter(lane, offset, position, sizeBytes, expirySec, tagsCode, bits, Long.MAX_VALUE);
    }

    /**
     * A message that was sent at another time.
     *
     * @param sentAt the log position of its sending: a subscription that was created later does not get the message
     */
    void enter(
            final Lane lane,
            final long offset,
            final long position,
            final int sizeBytes,
            final int expirySec,
            final long tagsCode,
            final int bits,
            final long sentAt) {
        lane.index.append(offset, position, sizeBytes, expirySec, tagsCode, bits);
        lane.nextOffset = Math.max(lane.nextOffset, offset + 1);
        if (expirySec != Expiry.NEVER && expirations != null) {
            expirations.entered(lane, offset, expirySec);
        }
        // Who has no consumer hears of it with the first one, unless it has to be told that the message is not its own.
        final List<SubscriptionState> subscriptions =
                sentAt == Long.MAX_VALUE ? lane.destination.active() : lane.destination.subscriptions();
        for (int i = 0; i < subscriptions.size(); i++) {
            final SubscriptionState subscription = subscriptions.get(i);
            final LaneLedger under = subscription.ledger(lane.number);
            if (under != null) {
                under.ledger.extend(offset + 1);
                if (sentAt < subscription.createdAt()) {
                    under.ledger.done(offset, offset);
                } else if (dispatcher != null) {
                    dispatcher.wake(subscription);
                }
            }
        }
        lane.wakeReader();
    }
}
