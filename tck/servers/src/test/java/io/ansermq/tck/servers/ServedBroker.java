package io.ansermq.tck.servers;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.security.UserFile;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.servers.app.Definitions;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The broker that the server's adapter connects to: can be stopped and started, keeping address and data. */
final class ServedBroker {
    private final Path data;
    private final Map<String, String> options;
    private final int port;
    private Broker broker;

    ServedBroker(final Path data, final Map<String, String> options) {
        this.data = data;
        this.options = options;
        port = URI.create(Definitions.BROKER).getPort();
    }

    void start() throws IOException {
        // Servers recover as a user of their configuration.
        new UserFile(data.resolve("users")).put("anser", "anser");
        broker = Broker.start(BrokerOptions.builder()
                .set("port", String.valueOf(port))
                .set("data", data.toString())
                .set("segment-size", "16MiB")
                .set("staging-size", "9MiB")
                .set("min-free-disk", "32MiB")
                .setAll(options)
                .build());
    }

    void stop() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }

    String uri() {
        return "anser://127.0.0.1:" + port;
    }

    JMSContext connect() {
        return new AnserConnectionFactory(uri()).createContext();
    }

    void send(final String queue, final String... texts) {
        try (JMSContext context = connect()) {
            final Destination to = context.createQueue(queue);
            for (final String text : texts) {
                context.createProducer().send(to, text);
            }
        }
    }

    void publish(final String topic, final String text) {
        try (JMSContext context = connect()) {
            context.createProducer().send(context.createTopic(topic), text);
        }
    }

    /** All that a queue holds, and what comes within the wait after that; empties it. */
    List<String> drain(final String queue, final int atLeast) throws Exception {
        final List<String> texts = new ArrayList<>();
        try (JMSContext context = connect();
                var consumer = context.createConsumer(context.createQueue(queue))) {
            while (true) {
                final Message message = texts.size() < atLeast ? consumer.receive(30_000) : consumer.receiveNoWait();
                if (message == null) {
                    return texts;
                }
                texts.add(message.getBody(String.class));
            }
        }
    }
}
