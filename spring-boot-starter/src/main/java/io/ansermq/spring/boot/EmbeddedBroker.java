package io.ansermq.spring.boot;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The broker inside the JVM, for as long as the application context lives: it holds a connection open. Thread safe.
 */
final class EmbeddedBroker implements AutoCloseable {

    static final String CLASS_NAME = "io.ansermq.broker.Broker";

    private final String url;
    private final Connection connection;

    private EmbeddedBroker(final String url, final Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    /** Starts one, or joins that of another context with the same name. */
    static EmbeddedBroker start(final AnserProperties properties) throws JMSException {
        final AnserProperties.Embedded embedded = properties.getEmbedded();
        final String url = url(embedded);
        final Connection connection =
                new AnserConnectionFactory(properties.getUser(), properties.getPassword(), url).createConnection();
        try (Session session = connection.createSession()) {
            for (final String queue : embedded.getQueues()) {
                create(session, session.createQueue(queue));
            }
            for (final String topic : embedded.getTopics()) {
                create(session, session.createTopic(topic));
            }
            return new EmbeddedBroker(url, connection);
        } catch (final JMSException e) {
            connection.close();
            throw e;
        }
    }

    private static void create(final Session session, final Destination destination) throws JMSException {
        session.createConsumer(destination).close();
    }

    private static String url(final AnserProperties.Embedded embedded) {
        final Map<String, String> options = embedded.getOptions();
        final String given = options.entrySet().stream()
                .map(option -> "broker." + option.getKey() + "=" + encoded(option.getValue()))
                .collect(Collectors.joining("&"));
        final String data = embedded.isPersistent() ? "broker.data=" + encoded(embedded.getDataDirectory()) : "";
        final String all = given.isEmpty() || data.isEmpty() ? given + data : given + "&" + data;
        return "vm://" + embedded.getName() + (all.isEmpty() ? "" : "?" + all);
    }

    private static String encoded(final String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Its address. */
    String url() {
        return url;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
