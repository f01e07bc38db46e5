package io.ansermq.jms.message;

import io.ansermq.jms.destination.AnserDestination;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Enumeration;

/**
 * Messages of other providers, which every session must be able to send (Jakarta Messaging 3.1, section 3.12). They are
 * read through their public methods alone.
 */
public final class ForeignMessages {
    private static final int CHUNK_BYTES = 8 * 1024;
    private static final String JMSX_PREFIX = "JMSX";
    private static final String GROUP_PREFIX = "JMSXGroup";

    private ForeignMessages() {}

    /**
     * A message of ours with the same body, properties and header fields that the application sets. A reply destination
     * that is not ours is left out, as the specification allows. Of the JMSX properties only the group's are copied:
     * the others are a provider's.
     */
    public static JmsMessage copy(final Message foreign, final MessageFactory factory) throws JMSException {
        final JmsMessage copy = copyBody(foreign, factory);
        copyProperties(foreign, copy);
        copy.setJMSCorrelationID(foreign.getJMSCorrelationID());
        copy.setJMSType(foreign.getJMSType());
        final Destination replyTo = foreign.getJMSReplyTo();
        if (replyTo instanceof AnserDestination) {
            copy.setJMSReplyTo(replyTo);
        }
        return copy;
    }

    /** Tells the foreign message what the send of its copy has set. */
    public static void copySendHeaders(final JmsMessage sent, final Message foreign) throws JMSException {
        foreign.setJMSDestination(sent.getJMSDestination());
        foreign.setJMSMessageID(sent.getJMSMessageID());
        foreign.setJMSDeliveryMode(sent.getJMSDeliveryMode());
        foreign.setJMSPriority(sent.getJMSPriority());
        foreign.setJMSTimestamp(sent.getJMSTimestamp());
        foreign.setJMSExpiration(sent.getJMSExpiration());
        foreign.setJMSDeliveryTime(sent.getJMSDeliveryTime());
    }

    private static JmsMessage copyBody(final Message foreign, final MessageFactory factory) throws JMSException {
        if (foreign instanceof TextMessage text) {
            return factory.text(text.getText());
        } else if (foreign instanceof BytesMessage bytes) {
            return copyBytes(bytes, factory.bytes());
        } else if (foreign instanceof MapMessage map) {
            return copyMap(map, factory.map());
        } else if (foreign instanceof StreamMessage stream) {
            return copyStream(stream, factory.stream());
        } else if (foreign instanceof ObjectMessage object) {
            return factory.object(object.getObject());
        }
        return factory.plain();
    }

    private static JmsMessage copyBytes(final BytesMessage from, final JmsBytesMessage to) throws JMSException {
        from.reset();
        final byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = from.readBytes(chunk); count > 0; count = from.readBytes(chunk)) {
            to.writeBytes(chunk, 0, count);
        }
        return to;
    }

    private static JmsMessage copyMap(final MapMessage from, final JmsMapMessage to) throws JMSException {
        final Enumeration<?> names = from.getMapNames();
        while (names.hasMoreElements()) {
            final String name = (String) names.nextElement();
            to.setObject(name, from.getObject(name));
        }
        return to;
    }

    private static JmsMessage copyStream(final StreamMessage from, final JmsStreamMessage to) throws JMSException {
        from.reset();
        try {
            while (true) {
                to.writeObject(from.readObject());
            }
        } catch (MessageEOFException e) {
            // The only way that a stream has to say that it is at its end.
            return to;
        }
    }

    private static void copyProperties(final Message from, final JmsMessage to) throws JMSException {
        final Enumeration<?> names = from.getPropertyNames();
        while (names.hasMoreElements()) {
            final String name = (String) names.nextElement();
            if (!name.startsWith(JMSX_PREFIX) || name.startsWith(GROUP_PREFIX)) {
                to.setObjectProperty(name, from.getObjectProperty(name));
            }
        }
    }
}
