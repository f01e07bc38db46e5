package io.ansermq.jms.session;

import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of the classic API and of both legacy ones. Used by one thread at a time, except {@link #close}. The
 * messages are the business of its session's {@link Intake} and
 * {@link Listeners}.
 */
final class JmsConsumer implements QueueReceiver, TopicSubscriber {
    private final Inboxes inboxes;
    private final Intake intake;
    private final Listeners listeners;
    private final Inbox inbox;
    private final Lifetime lifetime;

    JmsConsumer(
            final Inboxes inboxes,
            final Intake intake,
            final Listeners listeners,
            final Inbox inbox,
            final Lifetime session) {
        this.inboxes = inboxes;
        this.intake = intake;
        this.listeners = listeners;
        this.inbox = inbox;
        lifetime = new Lifetime("consumer", session);
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        lifetime.requireOpen();
        return inbox.subscription().selector();
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        lifetime.requireOpen();
        return inbox.subscription().noLocal();
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        lifetime.requireOpen();
        return inbox.destination() instanceof AnserQueue queue ? queue : null;
    }

    @Override
    public @Nullable Topic getTopic() throws JMSException {
        lifetime.requireOpen();
        return inbox.destination() instanceof AnserTopic topic ? topic : null;
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        lifetime.requireOpen();
        return inbox.listener();
    }

    @Override
    public void setMessageListener(final @Nullable MessageListener listener) throws JMSException {
        lifetime.requireOpen();
        listeners.requireNotDistinguished();
        listeners.listen(inbox, listener);
    }

    @Override
    public @Nullable Message receive() throws JMSException {
        requireSynchronous();
        return intake.receive(inbox, Intake.FOREVER);
    }

    @Override
    public @Nullable Message receive(final long timeout) throws JMSException {
        requireSynchronous();
        return intake.receive(inbox, requireTimeout(timeout));
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        requireSynchronous();
        return intake.receiveNoWait(inbox);
    }

    /** For the simplified API: the body of the next message. */
    <T> @Nullable T receiveBody(final Class<T> type, final boolean wait, final long timeout) throws JMSException {
        requireSynchronous();
        return intake.receiveBody(inbox, type, wait, requireTimeout(timeout));
    }

    /** Either a listener or receive, never both: section 6.2.5. */
    private void requireSynchronous() throws JMSException {
        lifetime.requireOpen();
        listeners.requireNotDistinguished();
        if (inbox.listener() != null) {
            throw new IllegalStateException("this consumer has a message listener: its messages go there");
        }
    }

    private static long requireTimeout(final long timeoutMs) throws JMSException {
        if (timeoutMs < 0) {
            throw new JMSException("a timeout of " + timeoutMs + " ms is negative; 0 waits for ever");
        }
        return timeoutMs;
    }

    @Override
    public void close() throws JMSException {
        final boolean wasOpen = lifetime.isOpen();
        if (lifetime.close() && wasOpen) {
            inboxes.close(inbox, listeners.isDispatching());
        }
    }
}
