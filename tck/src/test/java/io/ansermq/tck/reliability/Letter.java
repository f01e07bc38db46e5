package io.ansermq.tck.reliability;

import io.ansermq.tck.history.ConsumerLog;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * What the load sends: bytes of any size, with the sender's name and number as properties.
 *
 * @param body     the content
 * @param priority one of two, so that two lanes are in use
 */
record Letter(byte[] body, int priority) {
    private static final String PRODUCER = "producer";
    private static final String SEQUENCE = "sequence";
    private static final int USUAL_BYTES = 1500;
    private static final int LARGE_BYTES = 200_000;

    static final int DELIVERY_MODE = DeliveryMode.PERSISTENT;

    /** Mostly small; one in a hundred is larger than what goes into one batch. */
    static Letter random(SplittableRandom random) {
        final byte[] body = new byte[random.nextInt(random.nextInt(100) == 0 ? LARGE_BYTES : USUAL_BYTES)];
        random.nextBytes(body);
        return new Letter(body, random.nextInt(4) == 0 ? 8 : 4);
    }

    long digest() {
        return digest(body);
    }

    Message toMessage(Session session, String producer, long sequence) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        message.setStringProperty(PRODUCER, producer);
        message.setLongProperty(SEQUENCE, sequence);
        message.writeBytes(body);
        return message;
    }

    /** Writes down what arrived. */
    static void record(Message message, ConsumerLog log) throws JMSException {
        log.received(
                Load.QUEUE,
                String.valueOf(message.getStringProperty(PRODUCER)),
                message.propertyExists(SEQUENCE) ? message.getLongProperty(SEQUENCE) : -1,
                message.getJMSPriority(),
                digest(message),
                message.getJMSRedelivered(),
                message.getIntProperty("JMSXDeliveryCount"));
    }

    private static long digest(Message message) throws JMSException {
        final BytesMessage bytes = (BytesMessage) message;
        final byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
        bytes.readBytes(body);
        return digest(body);
    }

    private static long digest(byte[] body) {
        final CRC32 crc = new CRC32();
        crc.update(body);
        return crc.getValue();
    }
}
