package io.ansermq.tck.servers;

import io.ansermq.broker.security.UserFile;
import io.ansermq.ra.TestBroker;
import io.ansermq.tck.servers.app.Definitions;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The broker that the server's adapter connects to. */
final class ServedBroker extends TestBroker {
    private static final int PORT = URI.create(Definitions.BROKER).getPort();

    private final Path data;
    private CommitGate gate;

    ServedBroker(final Path data, final Map<String, String> options) {
        super(data, options, PORT);
        this.data = data;
    }

    @Override
    public void start() throws IOException {
        // Servers recover as a user of their configuration.
        new UserFile(data.resolve("users")).put("anser", "anser");
        super.start();
    }

    /** Starts it where nobody looks for it, and at its address a gate that holds commits. */
    CommitGate startBehindGate() throws IOException {
        gate = new CommitGate(PORT, start(0));
        return gate;
    }

    @Override
    public void stop() {
        if (gate != null) {
            gate.close();
            gate = null;
        }
        super.stop();
    }

    void publish(final String topic, final String text) {
        try (JMSContext context = outside()) {
            context.createProducer().send(context.createTopic(topic), text);
        }
    }

    /** All that a queue holds, and what comes within the wait after that; empties it. */
    List<String> drain(final String queue, final int atLeast) throws Exception {
        final List<String> texts = new ArrayList<>();
        try (JMSContext context = outside();
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
