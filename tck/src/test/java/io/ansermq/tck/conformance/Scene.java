package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.remoting.vm.VmBrokers;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one case plays with: a way to the broker, destinations that nobody else uses, and connections that are closed when
 * the case is over. Used by the thread of the case; what it hands out may be used as the API says.
 */
final class Scene implements AutoCloseable {
    /** How long to wait for what must come. */
    static final long PATIENCE_MS = 10_000;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String uri;
    private final String name = "case-" + COUNT.incrementAndGet();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Connection connection;

    Scene(final String uri) {
        this.uri = uri;
    }

    // ---- Ways in

    AnserConnectionFactory factory() {
        return new AnserConnectionFactory(uri);
    }

    /** A factory with options of the URI: {@code "prefetch=1&jms.clientID=c"}. */
    AnserConnectionFactory factory(final String options) {
        return new AnserConnectionFactory(uri + (uri.contains("?") ? '&' : '?') + options);
    }

    /** The connection of this case, started. */
    Connection connection() throws JMSException {
        if (connection == null) {
            connection = newConnection();
        }
        return connection;
    }

    /** A further connection, started. */
    Connection newConnection() throws JMSException {
        return newConnection(factory());
    }

    /** A further connection, started. */
    Connection newConnection(final ConnectionFactory factory) throws JMSException {
        final Connection another = closeLater(factory.createConnection());
        another.start();
        return another;
    }

    /** A session of this case's connection that acknowledges by itself. */
    Session session() throws JMSException {
        return connection().createSession();
    }

    /** A session of this case's connection. */
    Session session(final int mode) throws JMSException {
        return connection().createSession(mode);
    }

    /** What an administrator has, beside the API: another way to the same broker. */
    BrokerSession administrator() throws IOException, BrokerException {
        final ConnectionUri broker = ConnectionUri.parse(uri);
        final ClientOptions.Builder options = ClientOptions.builder();
        if (broker.embedded()) {
            options.address(closeLater(VmBrokers.acquire(broker.address(), broker.brokerOptions(), false))
                    .address());
        } else {
            options.addresses(broker.address());
        }
        return closeLater(BrokerSession.connect(options.build()));
    }

    /** A context with a connection of its own. */
    JMSContext context() {
        return context(JMSContext.AUTO_ACKNOWLEDGE);
    }

    /** A context with a connection of its own. */
    JMSContext context(final int mode) {
        return closeLater(factory().createContext(mode));
    }

    /** Has something closed when the case is over, whatever comes of it. */
    <C extends AutoCloseable> C closeLater(final C resource) {
        opened.push(resource);
        return resource;
    }

    // ---- Destinations of this case alone

    /** A name that no other case uses. */
    String name(final String what) {
        return name + '-' + what;
    }

    Queue queue() throws JMSException {
        return queue("queue");
    }

    Queue queue(final String what) throws JMSException {
        return session().createQueue(name(what));
    }

    Topic topic() throws JMSException {
        return topic("topic");
    }

    Topic topic(final String what) throws JMSException {
        return session().createTopic(name(what));
    }

    // ---- Sending and receiving

    /** Sends texts with a session of their own. */
    void send(final Destination to, final String... texts) throws JMSException {
        final Session session = session();
        final MessageProducer producer = session.createProducer(to);
        for (final String text : texts) {
            producer.send(session.createTextMessage(text));
        }
        session.close();
    }

    /** The next message, which must come. */
    static Message receive(final MessageConsumer consumer) throws JMSException {
        final Message message = consumer.receive(PATIENCE_MS);
        assertThat(message).as("a message within %d ms", PATIENCE_MS).isNotNull();
        return message;
    }

    /** The next message, which must come. */
    static Message receive(final JMSConsumer consumer) {
        final Message message = consumer.receive(PATIENCE_MS);
        assertThat(message).as("a message within %d ms", PATIENCE_MS).isNotNull();
        return message;
    }

    /** The text of the next message, which must come. */
    static String text(final MessageConsumer consumer) throws JMSException {
        return ((TextMessage) receive(consumer)).getText();
    }

    /** The texts of the next messages, which must come. */
    static List<String> texts(final MessageConsumer consumer, final int count) throws JMSException {
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(consumer));
        }
        return texts;
    }

    /** All texts there are now, here and in the broker. */
    static List<String> rest(final MessageConsumer consumer) throws JMSException {
        final List<String> texts = new ArrayList<>();
        for (Message next = consumer.receiveNoWait(); next != null; next = consumer.receiveNoWait()) {
            texts.add(((TextMessage) next).getText());
        }
        return texts;
    }

    /** The broker has nothing for this consumer now; asks it, so there is nothing to wait for. */
    static void expectNone(final MessageConsumer consumer) throws JMSException {
        assertThat(consumer.receiveNoWait())
                .as("a message that should not be there")
                .isNull();
    }

    /** The names in an enumeration of the API, which has no type for them. */
    static List<String> names(final Enumeration<?> enumeration) {
        return Collections.list(enumeration).stream().map(String.class::cast).toList();
    }

    @Override
    public void close() throws Exception {
        Exception first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
