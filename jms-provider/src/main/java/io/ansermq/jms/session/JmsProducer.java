package io.ansermq.jms.session;

import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueSender;
import jakarta.jms.Topic;
import jakarta.jms.TopicPublisher;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the classic API and of both legacy ones. With a destination of its own, or without one and then told with
 * each send. Used by one thread at a time, except {@link #close}.
 */
final class JmsProducer implements MessageProducer, QueueSender, TopicPublisher {
    private final @Nullable AnserDestination destination;
    private final Outlet outlet;
    private final Lifetime lifetime;
    private final SendOptions options = new SendOptions();

    JmsProducer(final @Nullable AnserDestination destination, final Outlet outlet, final Lifetime session) {
        this.destination = destination;
        this.outlet = outlet;
        lifetime = new Lifetime("producer", session);
    }

    @Override
    public void setDisableMessageID(final boolean value) throws JMSException {
        lifetime.requireOpen();
        options.setDisableMessageId(value);
    }

    @Override
    public boolean getDisableMessageID() throws JMSException {
        lifetime.requireOpen();
        return options.disableMessageId();
    }

    @Override
    public void setDisableMessageTimestamp(final boolean value) throws JMSException {
        lifetime.requireOpen();
        options.setDisableMessageTimestamp(value);
    }

    @Override
    public boolean getDisableMessageTimestamp() throws JMSException {
        lifetime.requireOpen();
        return options.disableMessageTimestamp();
    }

    @Override
    public void setDeliveryMode(final int deliveryMode) throws JMSException {
        lifetime.requireOpen();
        options.setDeliveryMode(deliveryMode);
    }

    @Override
    public int getDeliveryMode() throws JMSException {
        lifetime.requireOpen();
        return options.deliveryMode();
    }

    @Override
    public void setPriority(final int defaultPriority) throws JMSException {
        lifetime.requireOpen();
        options.setPriority(defaultPriority);
    }

    @Override
    public int getPriority() throws JMSException {
        lifetime.requireOpen();
        return options.priority();
    }

    @Override
    public void setTimeToLive(final long timeToLive) throws JMSException {
        lifetime.requireOpen();
        options.setTimeToLiveMs(timeToLive);
    }

    @Override
    public long getTimeToLive() throws JMSException {
        lifetime.requireOpen();
        return options.timeToLiveMs();
    }

    @Override
    public void setDeliveryDelay(final long deliveryDelay) throws JMSException {
        lifetime.requireOpen();
        options.setDeliveryDelayMs(deliveryDelay);
    }

    @Override
    public long getDeliveryDelay() throws JMSException {
        lifetime.requireOpen();
        return options.deliveryDelayMs();
    }

    @Override
    public @Nullable Destination getDestination() throws JMSException {
        lifetime.requireOpen();
        return destination;
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        lifetime.requireOpen();
        return destination instanceof AnserQueue queue ? queue : null;
    }

    @Override
    public @Nullable Topic getTopic() throws JMSException {
        lifetime.requireOpen();
        return destination instanceof AnserTopic topic ? topic : null;
    }

    /** Waits for the completion listeners of this producer: section 7.3.4. */
    @Override
    public void close() throws JMSException {
        if (outlet.isCallback()) {
            throw new IllegalStateException("a completion listener cannot close its own producer");
        }
        outlet.awaitCompletions();
        lifetime.close();
    }

    // ---- To the producer's own destination

    @Override
    public void send(final @Nullable Message message) throws JMSException {
        outlet.send(own(), message, options, null);
    }

    @Override
    public void send(final @Nullable Message message, final int deliveryMode, final int priority, final long timeToLive)
            throws JMSException {
        outlet.send(own(), message, new SendOptions(options, deliveryMode, priority, timeToLive), null);
    }

    @Override
    public void send(final @Nullable Message message, final @Nullable CompletionListener listener) throws JMSException {
        outlet.send(own(), message, options, require(listener));
    }

    @Override
    public void send(
            final @Nullable Message message,
            final int deliveryMode,
            final int priority,
            final long timeToLive,
            final @Nullable CompletionListener listener)
            throws JMSException {
        outlet.send(own(), message, new SendOptions(options, deliveryMode, priority, timeToLive), require(listener));
    }

    @Override
    public void publish(final @Nullable Message message) throws JMSException {
        send(message);
    }

    @Override
    public void publish(
            final @Nullable Message message, final int deliveryMode, final int priority, final long timeToLive)
            throws JMSException {
        send(message, deliveryMode, priority, timeToLive);
    }

    // ---- To a destination of each send

    @Override
    public void send(final @Nullable Destination to, final @Nullable Message message) throws JMSException {
        outlet.send(given(to), message, options, null);
    }

    @Override
    public void send(
            final @Nullable Destination to,
            final @Nullable Message message,
            final int deliveryMode,
            final int priority,
            final long timeToLive)
            throws JMSException {
        outlet.send(given(to), message, new SendOptions(options, deliveryMode, priority, timeToLive), null);
    }

    @Override
    public void send(
            final @Nullable Destination to,
            final @Nullable Message message,
            final @Nullable CompletionListener listener)
            throws JMSException {
        outlet.send(given(to), message, options, require(listener));
    }

    @Override
    public void send(
            final @Nullable Destination to,
            final @Nullable Message message,
            final int deliveryMode,
            final int priority,
            final long timeToLive,
            final @Nullable CompletionListener listener)
            throws JMSException {
        outlet.send(
                given(to), message, new SendOptions(options, deliveryMode, priority, timeToLive), require(listener));
    }

    @Override
    public void send(final @Nullable Queue to, final @Nullable Message message) throws JMSException {
        send((Destination) to, message);
    }

    @Override
    public void send(
            final @Nullable Queue to,
            final @Nullable Message message,
            final int deliveryMode,
            final int priority,
            final long timeToLive)
            throws JMSException {
        send((Destination) to, message, deliveryMode, priority, timeToLive);
    }

    @Override
    public void publish(final @Nullable Topic to, final @Nullable Message message) throws JMSException {
        send(to, message);
    }

    @Override
    public void publish(
            final @Nullable Topic to,
            final @Nullable Message message,
            final int deliveryMode,
            final int priority,
            final long timeToLive)
            throws JMSException {
        send(to, message, deliveryMode, priority, timeToLive);
    }

    private AnserDestination own() throws JMSException {
        lifetime.requireOpen();
        if (destination == null) {
            throw new UnsupportedOperationException(
                    "this producer was made without a destination: name one with each send");
        }
        return destination;
    }

    private AnserDestination given(final @Nullable Destination to) throws JMSException {
        lifetime.requireOpen();
        if (destination != null) {
            throw new UnsupportedOperationException(
                    "this producer was made for " + destination + ": it cannot send elsewhere");
        }
        return Destinations.require(to);
    }

    private static CompletionListener require(final @Nullable CompletionListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("an asynchronous send needs a completion listener, this one is null");
        }
        return listener;
    }
}
