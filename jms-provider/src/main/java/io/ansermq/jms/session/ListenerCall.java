package io.ansermq.jms.session;

import io.ansermq.client.Delivery;
import io.ansermq.jms.message.JmsMessage;
import jakarta.jms.MessageListener;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One call of a listener, from taking its message to its return. Reused by its dispatcher, whose thread owns it. */
final class ListenerCall {
    private @Nullable Inbox inbox;
    private @Nullable Delivery delivery;
    private int generation;
    private @Nullable JmsMessage message;
    private @Nullable MessageListener listener;

    void set(
            final Inbox newInbox,
            final Delivery newDelivery,
            final int newGeneration,
            final JmsMessage newMessage,
            final MessageListener newListener) {
        inbox = newInbox;
        delivery = newDelivery;
        generation = newGeneration;
        message = newMessage;
        listener = newListener;
    }

    /** So that a session that waits for its next message does not keep the last one. */
    void clear() {
        inbox = null;
        delivery = null;
        message = null;
        listener = null;
    }

    Inbox inbox() {
        return Objects.requireNonNull(inbox, "set before use");
    }

    Delivery delivery() {
        return Objects.requireNonNull(delivery, "set before use");
    }

    int generation() {
        return generation;
    }

    JmsMessage message() {
        return Objects.requireNonNull(message, "set before use");
    }

    MessageListener listener() {
        return Objects.requireNonNull(listener, "set before use");
    }
}
