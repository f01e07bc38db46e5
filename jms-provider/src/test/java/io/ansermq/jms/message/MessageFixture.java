package io.ansermq.jms.message;

import io.ansermq.client.Deliveries;
import io.ansermq.jms.destination.AnserQueue;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;

/** Sends a message to nowhere and receives it from there. */
final class MessageFixture {
    static final AnserQueue ORDERS = new AnserQueue("orders");
    static final long NOW_EPOCH_MS = 1_800_000_000_000L;

    static final MessageFactory FACTORY = new MessageFactory(MessageRules.DEFAULT);

    private MessageFixture() {}

    /** What a consumer gets of this message. */
    @SuppressWarnings("unchecked")
    static <M extends JmsMessage> M received(final M message) throws JMSException {
        return (M) received(message, MessageRules.DEFAULT);
    }

    static JmsMessage received(final JmsMessage message, final MessageRules rules) throws JMSException {
        return MessageCodec.decode(
                Deliveries.of(
                        new MessageCodec().encode(message, ORDERS, DeliveryMode.PERSISTENT, 4, 0, 0, NOW_EPOCH_MS)),
                ORDERS,
                rules);
    }
}
