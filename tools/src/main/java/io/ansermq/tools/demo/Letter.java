package io.ansermq.tools.demo;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

/**
 * What the demo sends: a body of any size that begins with its number and the time at which it was sent.
 *
 * <pre>
 *   0        4               12
 *   +--------+----------------+---------------------+
 *   | number | sent (nanoTime) | filling ...        |
 *   +--------+----------------+---------------------+
 * </pre>
 *
 * @param number from 0, without gaps per destination
 * @param sentNs monotonic clock of this process
 */
record Letter(int number, long sentNs) {

    static final int MIN_BYTES = Integer.BYTES + Long.BYTES;

    /** The message to send; {@code filling} is what its body ends with. */
    BytesMessage write(final Session session, final byte[] filling) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        message.writeInt(number);
        message.writeLong(sentNs);
        message.writeBytes(filling);
        return message;
    }

    /** Reads what was sent. */
    static Letter read(final BytesMessage message) throws JMSException {
        return new Letter(message.readInt(), message.readLong());
    }
}
