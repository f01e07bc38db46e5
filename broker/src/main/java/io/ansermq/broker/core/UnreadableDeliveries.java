package io.ansermq.broker.core;

import org.jspecify.annotations.Nullable;

/**
 * The way back to core of deliveries whose messages cannot be read. Thread safe: network threads offer, core takes.
 */
public final class UnreadableDeliveries {

    private final Inbox inbox;

    // Core.
    private @Nullable SetAside setAside;
    private @Nullable Dispatcher dispatcher;

    UnreadableDeliveries(final Inbox inbox) {
        this.inbox = inbox;
    }

    void attach(final SetAside damages, final Dispatcher deliveries) {
        setAside = damages;
        dispatcher = deliveries;
    }

    /**
     * This delivery never left, and the client was told so: its message is damaged. Never blocks.
     *
     * @param position where it was read
     * @return false when core has no room to take this now; the connection should be closed then
     */
    public boolean offer(
            final ClientLink link,
            final int consumer,
            final int lane,
            final long offset,
            final long position,
            final int size) {
        return offer(link, nowEpochMs -> take(link, consumer, lane, offset, position, size));
    }

    /**
     * This message was left out of an answer to a client that counts for itself what it has. Never blocks.
     *
     * @param from the lane it was to be read from, which is looked at by core alone
     * @return false when core has no room to take this now
     */
    public boolean offer(final ClientLink link, final Lane from, final long offset, final long position) {
        return offer(link, nowEpochMs -> {
            if (setAside != null) {
                setAside.damaged(from, offset, position);
            }
        });
    }

    private boolean offer(final ClientLink link, final CoreTask task) {
        final boolean taken = inbox.offer(link, task);
        inbox.wake();
        return taken;
    }

    private void take(
            final ClientLink link,
            final int number,
            final int lane,
            final long offset,
            final long position,
            final int size) {
        final Consumer consumer = link.consumers.get(number);
        if (consumer == null || setAside == null || dispatcher == null) {
            return;
        }
        final Lane in = consumer.subscription.destination.lane(lane);
        if (in != null) {
            setAside.damaged(in, offset, position);
        }
        consumer.grant(1, size);
        dispatcher.wake(consumer.subscription);
    }
}
