package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Delivery;
import io.ansermq.client.DeliveryHandler;
import io.ansermq.client.GiveBack;
import io.ansermq.client.SharedQueues;
import io.ansermq.client.Subscriber;
import io.ansermq.client.Subscription;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A queue that a started consumer is attached to. What it was given and has not acknowledged goes back to the queue when
 * this ends. Thread safe.
 */
final class Attachment {
    private final String queue;
    private final boolean ranked;
    private final BrokerSession session;
    /** Set by whichever comes first, the answer of the broker or its first delivery. */
    private volatile @Nullable Subscriber subscriber;

    private final GiveBack giveBack;
    private volatile boolean ended;

    /** How often the connection was lost: what was delivered before that is not this consumer's any more. */
    private volatile int losses;

    /** A delivery on its way from the broker to the application. */
    record Received(Attachment from, Delivery delivery, int losses) {

        OmsMessage message() {
            return MessageDecoder.decode(delivery, from.queue, from.ranked);
        }

        /** Whether it went back to the queue, because the consumer has left that or has lost its connection. */
        boolean isGone() {
            return !from.has(this);
        }

        /** Whether its time is over. */
        boolean isOver(final long nowEpochMs) {
            final long stopEpochMs = MessageDecoder.stopTime(delivery);
            return stopEpochMs > 0 && stopEpochMs <= nowEpochMs;
        }
    }

    /**
     * Subscribes: as one of a group when there is one, else as those consumers of the queue that name none.
     *
     * @param prefetch how many messages the broker sends ahead
     */
    Attachment(
            final Service service,
            final String queue,
            final @Nullable String group,
            final int prefetch,
            final int prefetchBytes,
            final Inbox inbox) {
        this.queue = queue;
        this.session = service.session();
        this.giveBack = new GiveBack(session);
        final SharedQueues.Opened opened = service.open(queue);
        this.ranked = opened.ranked();
        try {
            subscriber = session.subscribe(
                    // The queue gets what those who name no group share when the first of them opens it.
                    group == null ? session.open(DestinationKind.QUEUE, queue) : opened.destination(),
                    group == null ? Subscription.QUEUE : Subscription.group(group),
                    prefetch,
                    prefetchBytes,
                    new Deliveries(inbox));
        } catch (BrokerException e) {
            service.forgetQueues();
            throw Errors.of(e);
        }
    }

    private Subscriber subscriber() {
        return Objects.requireNonNull(subscriber, "there is no delivery before there is a subscriber");
    }

    String queue() {
        return queue;
    }

    /** Whether a message is still this consumer's to handle: it has not left the queue, nor lost its connection. */
    private boolean has(final Received received) {
        return !ended && received.losses() == losses;
    }

    /** The application has it now; in the order of the deliveries. */
    void handed(final Delivery delivery) {
        subscriber().handed(delivery);
    }

    /** Instead: its time is over. */
    void expired(final Delivery delivery) {
        subscriber().expired(delivery);
    }

    /**
     * Acknowledges a message and waits until the broker has stored that.
     *
     * @throws io.openmessaging.exception.OMSRuntimeException when it was not: then the message comes again, perhaps to
     *     another consumer
     */
    void acknowledge(final Received received) {
        if (!has(received)) {
            throw Errors.of(
                    ErrorCode.NO_MESSAGE,
                    "the consumer has " + (ended ? "left" : "lost its connection to") + " queue '" + queue
                            + "' since, and what it had not acknowledged went back: the message comes again");
        }
        final Delivery delivery = received.delivery();
        final OffsetRange offset = new OffsetRange(delivery.lane(), delivery.offset(), delivery.offset());
        final int refused;
        try {
            refused = session.acknowledge(Map.of(subscriber(), List.of(offset))).get();
        } catch (ExecutionException e) {
            throw Errors.of(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Errors.of(ErrorCode.APPLICATION, "interrupted while waiting for an acknowledgement", e);
        }
        if (refused > 0) {
            throw Errors.of(
                    ErrorCode.NO_MESSAGE,
                    "a message of queue '" + queue
                            + "' was no longer this consumer's to acknowledge: it comes again, perhaps to another one");
        }
    }

    /** Has a message come again that the application has seen. */
    void giveBack(final Received received) {
        if (has(received)) {
            final Delivery delivery = received.delivery();
            var unused = giveBack.giveBack(
                    subscriber(), List.of(new OffsetRange(delivery.lane(), delivery.offset(), delivery.offset())));
        }
    }

    /** Leaves the queue, and waits for the broker to know, unless the connection is gone. */
    void end() {
        ended = true;
        try {
            subscriber().close().get();
        } catch (ExecutionException e) {
            // The broker takes everything back with the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Event loop: fills the inbox. */
    private final class Deliveries implements DeliveryHandler {
        private final Inbox inbox;

        Deliveries(final Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void onDeliveries(final Subscriber from, final Delivery[] batch, final int count) {
            subscriber = from;
            for (int i = 0; i < count; i++) {
                inbox.add(new Received(Attachment.this, batch[i], losses));
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // One connection after the other.
        public void onInterrupted(final Subscriber from) {
            losses++;
            inbox.dropGone();
        }
    }
}
