package io.ansermq.ra;

import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/** The same as {@link RaConsumer} for the simplified API. */
final class RaContextConsumer implements JMSConsumer {
    private final RaSession session;
    private final JMSConsumer consumer;

    RaContextConsumer(final RaSession session, final JMSConsumer consumer) {
        this.session = session;
        this.consumer = consumer;
    }

    @Override
    public String getMessageSelector() {
        return consumer.getMessageSelector();
    }

    @Override
    public Message receive() {
        return consumer.receive();
    }

    @Override
    public Message receive(final long timeout) {
        return consumer.receive(timeout);
    }

    @Override
    public Message receiveNoWait() {
        return consumer.receiveNoWait();
    }

    @Override
    public <T> T receiveBody(final Class<T> type) {
        return consumer.receiveBody(type);
    }

    @Override
    public <T> T receiveBody(final Class<T> type, final long timeout) {
        return consumer.receiveBody(type, timeout);
    }

    @Override
    public <T> T receiveBodyNoWait(final Class<T> type) {
        return consumer.receiveBodyNoWait(type);
    }

    @Override
    public void close() {
        session.closed(this);
        consumer.close();
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        return null;
    }

    @Override
    public void setMessageListener(final @Nullable MessageListener listener) {
        throw new IllegalStateRuntimeException("setMessageListener is not for applications in a Jakarta EE server");
    }
}
