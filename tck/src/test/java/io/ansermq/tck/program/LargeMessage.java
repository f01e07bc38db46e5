package io.ansermq.tck.program;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import javax.naming.NamingException;

/**
 * Sends or receives one bytes message, and says how much memory was in use with the message in hand.
 *
 * <p>Arguments: queue, {@code send} or {@code receive}, MiB.
 */
final class LargeMessage {
    private static final int MIB = 1 << 20;
    private static final long RECEIVE_MS = 120_000;

    private LargeMessage() {}

    public static void main(String[] arguments) throws JMSException, NamingException {
        final Queue queue = Jndi.queue(arguments[0]);
        final int length = Integer.parseInt(arguments[2]) * MIB;
        try (Connection connection = Jndi.connectionFactory().createConnection()) {
            connection.start();
            final Session session = connection.createSession();
            if (arguments[1].equals("send")) {
                send(session, queue, length);
            } else {
                receive(session, queue, length);
            }
        }
    }

    private static void send(Session session, Queue queue, int length) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++) {
            body[i] = (byte) (i * 31 + (i >> 16));
        }
        message.writeBytes(body);
        body = new byte[0];
        session.createProducer(queue).send(message);
        System.out.println("OK sent, " + usedMiB() + " MiB in use with the message, " + body.length);
    }

    private static void receive(Session session, Queue queue, int length) throws JMSException {
        final BytesMessage message = (BytesMessage)
                Expect.present("the message", session.createConsumer(queue).receive(RECEIVE_MS));
        Expect.equal("length", (long) length, message.getBodyLength());
        final byte[] piece = new byte[MIB];
        for (int i = 0; i < length; i += MIB) {
            message.readBytes(piece);
            for (int j = 0; j < MIB; j++) {
                if (piece[j] != (byte) ((i + j) * 31 + ((i + j) >> 16))) {
                    throw new AssertionError("byte " + (i + j) + " is another one");
                }
            }
        }
        System.out.println("OK received, " + usedMiB() + " MiB in use with the message");
    }

    private static long usedMiB() {
        System.gc();
        final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getUsed() / MIB;
    }
}
