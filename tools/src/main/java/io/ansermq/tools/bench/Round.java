package io.ansermq.tools.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Random;

/**
 * What one run of a workload is given.
 *
 * @param target the broker under load
 * @param number counts from 1; 0 is the warm-up
 * @param queue name of a queue that nobody else uses
 * @param messageBytes size of a body
 * @param measureMs length of the measured part
 * @param backlogMessages how many messages a drain finds waiting
 */
record Round(LoadTarget target, int number, String queue, int messageBytes, long measureMs, int backlogMessages) {

    private static final long LONGEST_RAMP_MS = 500;

    /** Time at its start that is not measured, for connections, credits and queues to settle. */
    long rampMs() {
        return Math.min(LONGEST_RAMP_MS, measureMs);
    }

    /** A measurement of this process and the target's. */
    Measurement measurement() {
        return new Measurement(new CpuMeter(target.brokerPid()));
    }

    /** A connection, not started. */
    Connection connect() throws JMSException {
        return target.factory().createConnection();
    }

    /** The same bytes in every run: a body that does not compress, so that nothing profits from its being regular. */
    byte[] body() {
        final byte[] body = new byte[messageBytes];
        new Random(messageBytes).nextBytes(body);
        return body;
    }

    /** A producer of persistent messages for the queue. */
    MessageProducer producer(final Session session) throws JMSException {
        return session.createProducer(session.createQueue(queue));
    }

    /** A new message, as an application makes one per send. */
    static BytesMessage message(final Session session, final byte[] body) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        return message;
    }
}
