package io.ansermq.tck.program;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import javax.naming.NamingException;

/**
 * Sends messages to a queue, receives some of them, acknowledges a few, and then sits there until somebody kills it.
 *
 * <p>Arguments: queue, messages to send, to receive, to acknowledge of them.
 */
final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws JMSException, NamingException, IOException {
        final Queue queue = Jndi.queue(arguments[0]);
        final int send = Integer.parseInt(arguments[1]);
        final int receive = Integer.parseInt(arguments[2]);
        final int acknowledge = Integer.parseInt(arguments[3]);
        final Connection connection = Jndi.connectionFactory().createConnection();
        connection.start();
        final Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
        final MessageProducer producer = session.createProducer(queue);
        for (int i = 0; i < send; i++) {
            producer.send(session.createTextMessage("letter " + i));
        }
        final MessageConsumer consumer = session.createConsumer(queue);
        for (int i = 0; i < receive; i++) {
            final TextMessage message = (TextMessage) Expect.present("message " + i, consumer.receive(20_000));
            Expect.equal("text", "letter " + i, message.getText());
            if (i + 1 == acknowledge) {
                message.acknowledge();
            }
        }
        System.out.println("HOLDING");
        // Nothing is ever written to its input: this waits for the end.
        final int input = System.in.read();
        throw new AssertionError("should have been killed by now: " + input);
    }
}
