package io.ansermq.jms.session;

import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/** A consumer of the simplified API on one of the classic API. Used by one thread at a time, except {@link #close}. */
final class ContextConsumer implements JMSConsumer {
    private final JmsConsumer consumer;

    ContextConsumer(final JmsConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public @Nullable String getMessageSelector() {
        try {
            return consumer.getMessageSelector();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        try {
            return consumer.getMessageListener();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void setMessageListener(final @Nullable MessageListener listener) {
        try {
            consumer.setMessageListener(listener);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public @Nullable Message receive() {
        try {
            return consumer.receive();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public @Nullable Message receive(final long timeout) {
        try {
            return consumer.receive(timeout);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public @Nullable Message receiveNoWait() {
        try {
            return consumer.receiveNoWait();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public <T> @Nullable T receiveBody(final Class<T> type) {
        return receiveBody(type, true, Intake.FOREVER);
    }

    @Override
    public <T> @Nullable T receiveBody(final Class<T> type, final long timeout) {
        return receiveBody(type, true, timeout);
    }

    @Override
    public <T> @Nullable T receiveBodyNoWait(final Class<T> type) {
        return receiveBody(type, false, Intake.FOREVER);
    }

    private <T> @Nullable T receiveBody(final Class<T> type, final boolean wait, final long timeout) {
        try {
            return consumer.receiveBody(type, wait, timeout);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public void close() {
        try {
            consumer.close();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }
}
