package io.ansermq.tck.program;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;

/**
 * Every subscriber of a topic gets every message that is sent after it came, once and in order, and none that was sent
 * before.
 *
 * <p>Arguments: topic, subscribers, messages.
 */
final class TopicSubscribers {
    private TopicSubscribers() {}

    public static void main(String[] arguments) throws JMSException, NamingException {
        final Topic topic = Jndi.topic(arguments[0]);
        final int subscribers = Integer.parseInt(arguments[1]);
        final int messages = Integer.parseInt(arguments[2]);
        final ConnectionFactory factory = Jndi.connectionFactory();
        final List<Connection> connections = new ArrayList<>();
        try (Connection publishing = factory.createConnection();
                Session session = publishing.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final MessageProducer producer = session.createProducer(topic);
            producer.send(session.createTextMessage("too early"));
            final List<MessageConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < subscribers; i++) {
                final Connection connection = factory.createConnection();
                connections.add(connection);
                connection.start();
                consumers.add(connection
                        .createSession(false, Session.AUTO_ACKNOWLEDGE)
                        .createConsumer(topic));
            }
            for (int i = 0; i < messages; i++) {
                producer.send(session.createTextMessage("news " + i));
            }
            for (int i = 0; i < subscribers; i++) {
                expectAll(consumers.get(i), i, messages);
            }
        } finally {
            for (final Connection connection : connections) {
                connection.close();
            }
        }
        System.out.println("OK " + messages + " messages to each of " + subscribers + " subscribers");
    }

    private static void expectAll(MessageConsumer consumer, int subscriber, int messages) throws JMSException {
        for (int i = 0; i < messages; i++) {
            final Message message =
                    Expect.present("message " + i + " for subscriber " + subscriber, consumer.receive(20_000));
            Expect.equal("text at subscriber " + subscriber, "news " + i, ((TextMessage) message).getText());
        }
        Expect.equal("message too many at subscriber " + subscriber, null, consumer.receive(100));
    }
}
