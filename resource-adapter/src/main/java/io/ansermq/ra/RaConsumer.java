package io.ansermq.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.jspecify.annotations.Nullable;

/** A consumer of an application: receives, and ends with its session. Listeners are not for application servers. */
final class RaConsumer implements MessageConsumer, QueueReceiver, TopicSubscriber {
    private final RaSession session;
    private final MessageConsumer consumer;

    RaConsumer(final RaSession session, final MessageConsumer consumer) {
        this.session = session;
        this.consumer = consumer;
    }

    @Override
    public String getMessageSelector() throws JMSException {
        return consumer.getMessageSelector();
    }

    @Override
    public Message receive() throws JMSException {
        return consumer.receive();
    }

    @Override
    public Message receive(final long timeout) throws JMSException {
        return consumer.receive(timeout);
    }

    @Override
    public Message receiveNoWait() throws JMSException {
        return consumer.receiveNoWait();
    }

    @Override
    public void close() throws JMSException {
        session.closed(this);
        consumer.close();
    }

    @Override
    public Queue getQueue() throws JMSException {
        return ((QueueReceiver) consumer).getQueue();
    }

    @Override
    public Topic getTopic() throws JMSException {
        return ((TopicSubscriber) consumer).getTopic();
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        return ((TopicSubscriber) consumer).getNoLocal();
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        session.requireOpen();
        return null;
    }

    @Override
    public void setMessageListener(final @Nullable MessageListener listener) throws JMSException {
        session.requireOpen();
        throw RaConnection.forbidden("setMessageListener");
    }
}
