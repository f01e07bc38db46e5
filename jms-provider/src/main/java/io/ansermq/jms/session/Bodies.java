package io.ansermq.jms.session;

import io.ansermq.jms.message.JmsMessage;
import io.ansermq.jms.message.JmsPlainMessage;
import io.ansermq.jms.message.JmsStreamMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;

/** What {@code receiveBody} makes of a message. */
final class Bodies {
    private Bodies() {}

    /** The body as this type; anything else is an error, a message without a body too (section 8.6). */
    static <T> T require(final JmsMessage message, final Class<T> type) throws JMSException {
        if (message instanceof JmsStreamMessage || message instanceof JmsPlainMessage) {
            throw new MessageFormatException(
                    "receiveBody cannot be used for a " + message.getClass().getSimpleName() + ": use receive");
        }
        final T body = message.getBody(type);
        if (body == null) {
            throw new MessageFormatException("the message has no body: use receive");
        }
        return body;
    }
}
