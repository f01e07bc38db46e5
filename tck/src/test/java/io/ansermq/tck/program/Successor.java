package io.ansermq.tck.program;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import javax.naming.NamingException;

/**
 * Receives what a killed {@link Holder} left behind: first what it held, flagged as redelivered, then what it never saw,
 * all in order.
 *
 * <p>Arguments: queue, first message, first message that the holder never saw, end.
 */
final class Successor {
    private Successor() {}

    public static void main(String[] arguments) throws JMSException, NamingException {
        final Queue queue = Jndi.queue(arguments[0]);
        final int first = Integer.parseInt(arguments[1]);
        final int unseen = Integer.parseInt(arguments[2]);
        final int end = Integer.parseInt(arguments[3]);
        try (Connection connection = Jndi.connectionFactory().createConnection();
                Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE)) {
            connection.start();
            final MessageConsumer consumer = session.createConsumer(queue);
            for (int i = first; i < end; i++) {
                final TextMessage message = (TextMessage) Expect.present("message " + i, consumer.receive(20_000));
                Expect.equal("text", "letter " + i, message.getText());
                // What was on its way to the holder may be flagged or not: nobody can tell whether it was seen.
                if (i < unseen) {
                    Expect.that(message.getJMSRedelivered(), "letter " + i + " should be flagged as redelivered");
                    Expect.that(
                            message.getIntProperty("JMSXDeliveryCount") > 1,
                            "letter " + i + " should have a delivery count above 1");
                }
                message.acknowledge();
            }
            Expect.equal("message too many", null, consumer.receive(100));
        }
        System.out.println("OK " + (end - first) + " messages taken over");
    }
}
