package io.ansermq.jms.session;

import io.ansermq.client.Delivery;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.message.Acknowledger;
import io.ansermq.jms.message.JmsMessage;
import io.ansermq.jms.message.MessageCodec;
import io.ansermq.jms.message.MessageRules;
import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands over what is in the {@link Inboxes} of a session: decides which message is next, and serves the receive methods.
 * Thread safe, by the lock of the inboxes.
 */
final class Intake {
    /** As a timeout: as long as it takes. */
    static final long FOREVER = 0;

    private final AckMode mode;
    private final Inboxes inboxes;
    private final Settlement settlement;
    private final MessageRules rules;
    private final Acknowledger session;
    private final LongSupplier epochMsClock;

    Intake(
            final AckMode mode,
            final Inboxes inboxes,
            final Settlement settlement,
            final MessageRules rules,
            final Acknowledger session,
            final LongSupplier epochMsClock) {
        this.mode = mode;
        this.inboxes = inboxes;
        this.settlement = settlement;
        this.rules = rules;
        this.session = session;
        this.epochMsClock = epochMsClock;
    }

    /**
     * The next message, handed over as the session's mode has it; null when the time is up or the consumer is closed.
     *
     * @param timeoutMs {@link #FOREVER} or the longest wait
     */
    @Nullable
    JmsMessage receive(final Inbox inbox, final long timeoutMs) throws JMSException {
        final JmsMessage message = receiveInTime(inbox, timeoutMs);
        // Time is up, but a message may be on its way, or in the broker behind others that came to nothing.
        return message == null ? receiveNoWait(inbox) : message;
    }

    private @Nullable JmsMessage receiveInTime(final Inbox inbox, final long timeoutMs) throws JMSException {
        final JmsMessage message;
        inboxes.lock();
        try {
            message = awaitNext(inbox, timeoutMs);
            if (message == null) {
                return null;
            }
            mode.received(inbox, inbox.inHand());
        } finally {
            inboxes.unlock();
        }
        settlement.confirmIfStrict();
        return message;
    }

    /** The next message if there is one here or in the broker: null is the broker's word. */
    @Nullable
    JmsMessage receiveNoWait(final Inbox inbox) throws JMSException {
        while (true) {
            final long lapsed = inbox.subscriber().lapsed();
            fetchIfEmpty(inbox);
            final JmsMessage message = receiveHere(inbox);
            if (message != null || inbox.subscriber().lapsed() == lapsed) {
                return message;
            }
        }
    }

    private @Nullable JmsMessage receiveHere(final Inbox inbox) throws JMSException {
        final JmsMessage message;
        inboxes.lock();
        try {
            inboxes.requireNotLost();
            message = next(inbox);
            if (message == null) {
                return null;
            }
            mode.received(inbox, inbox.inHand());
        } finally {
            inboxes.unlock();
        }
        settlement.confirmIfStrict();
        return message;
    }

    /** Asks the broker when that could bring something that is not here. A close waits until it has answered. */
    private void fetchIfEmpty(final Inbox inbox) throws JMSException {
        inboxes.lock();
        try {
            if (!inboxes.mayHand() || inboxes.isLost() || inbox.isClosed() || !inbox.isDrained()) {
                return;
            }
            inbox.enterReceive();
        } finally {
            inboxes.unlock();
        }
        boolean pulled = false;
        try {
            if (inbox.isPulling()) {
                Calls.await(inbox.subscriber().pull());
                pulled = true;
            } else {
                Calls.await(inbox.subscriber().fetch());
            }
        } catch (JMSException e) {
            // Nothing comes while there is no connection.
            if (!inboxes.isInterruption(e)) {
                throw e;
            }
        } finally {
            inboxes.lock();
            try {
                if (pulled) {
                    inbox.askedNoMore();
                }
                inbox.leaveReceive();
                inboxes.changed().signalAll();
            } finally {
                inboxes.unlock();
            }
        }
    }

    /**
     * The body of the next message. When it is not of this type then the call was as if it had not been, or in the modes
     * that acknowledge later as if it had succeeded (Jakarta Messaging 3.1, section 8.6).
     *
     * @param wait whether to wait at all
     * @param timeoutMs {@link #FOREVER} or the longest wait
     */
    <T> @Nullable T receiveBody(final Inbox inbox, final Class<T> type, final boolean wait, final long timeoutMs)
            throws JMSException {
        final T inTime = wait ? receiveBodyInTime(inbox, type, true, timeoutMs) : null;
        if (inTime != null) {
            return inTime;
        }
        while (true) {
            final long lapsed = inbox.subscriber().lapsed();
            fetchIfEmpty(inbox);
            final T body = receiveBodyInTime(inbox, type, false, timeoutMs);
            if (body != null || inbox.subscriber().lapsed() == lapsed) {
                return body;
            }
        }
    }

    private <T> @Nullable T receiveBodyInTime(
            final Inbox inbox, final Class<T> type, final boolean wait, final long timeoutMs) throws JMSException {
        final JmsMessage message;
        final Delivery delivery;
        final int generation;
        inboxes.lock();
        try {
            inboxes.requireNotLost();
            message = wait ? awaitNext(inbox, timeoutMs) : next(inbox);
            if (message == null) {
                return null;
            }
            delivery = inbox.inHand();
            generation = inbox.generation();
            inbox.beginHanding();
        } finally {
            inboxes.unlock();
        }
        boolean converted = false;
        final T body;
        try {
            body = Bodies.require(message, type);
            converted = true;
        } finally {
            bodyRead(inbox, delivery, generation, converted);
        }
        settlement.confirmIfStrict();
        return body;
    }

    private void bodyRead(final Inbox inbox, final Delivery delivery, final int generation, final boolean converted) {
        inboxes.lock();
        try {
            inbox.endHanding();
            if (generation == inbox.generation()) {
                if (converted || mode.isDeferred()) {
                    mode.received(inbox, delivery);
                } else {
                    inbox.putBack(delivery);
                }
            } else if (converted && !mode.isDeferred() && !inbox.isLoaded() && inbox.isInterrupted(generation)) {
                inbox.doneAnyway(delivery);
            }
            inboxes.changed().signalAll();
        } finally {
            inboxes.unlock();
        }
    }

    /** With the lock held. */
    private @Nullable JmsMessage awaitNext(final Inbox inbox, final long timeoutMs) throws JMSException {
        long remainingNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        inbox.enterReceive();
        try {
            while (true) {
                final JmsMessage message = next(inbox);
                if (message != null || inbox.isClosed() || inboxes.isClosing()) {
                    return message;
                }
                inboxes.requireNotLost();
                if (inboxes.mayHand()) {
                    inbox.want();
                }
                if (timeoutMs == FOREVER) {
                    inboxes.changed().await();
                } else if (remainingNs > 0) {
                    remainingNs = inboxes.changed().awaitNanos(remainingNs);
                } else {
                    return null;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JmsErrors.withCause(new JMSException("interrupted while waiting for a message"), e);
        } finally {
            inbox.leaveReceive();
            inboxes.changed().signalAll();
        }
    }

    /** A message to look at; null when it has expired. */
    @Nullable
    JmsMessage browsed(final Delivery delivery, final AnserDestination from) {
        final JmsMessage message = MessageCodec.decode(delivery, from, rules);
        final long expirationEpochMs = message.getJMSExpiration();
        return expirationEpochMs == 0 || epochMsClock.getAsLong() < expirationEpochMs ? message : null;
    }

    /** With the lock held: the next message that may be handed over now; its delivery is the inbox's {@code inHand}. */
    @Nullable
    JmsMessage next(final Inbox inbox) {
        if (!inboxes.mayHand()) {
            return null;
        }
        for (Delivery delivery = inbox.poll(); delivery != null; delivery = inbox.poll()) {
            final JmsMessage message = MessageCodec.decode(delivery, inbox.destination(), rules);
            final long expirationEpochMs = message.getJMSExpiration();
            // What a connection consumer has loaded it has looked at.
            if (inbox.isLoaded() || expirationEpochMs == 0 || epochMsClock.getAsLong() < expirationEpochMs) {
                message.acknowledgeWith(session);
                return message;
            }
            // Section 3.4.9: clients should not receive messages that have expired.
            inbox.subscriber().expired(delivery);
        }
        return null;
    }
}
