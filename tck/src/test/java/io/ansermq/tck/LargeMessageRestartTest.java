package io.ansermq.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of a large message stay as long as the message does, whatever is freed around them, over restarts. */
class LargeMessageRestartTest {
    private static final long SEED = 7;
    private static final long PATIENCE_MS = 20_000;
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void shouldKeepTheBodyOfALargeMessageOverRestarts() throws IOException {
        final byte[] body = new byte[20 * MIB];
        new SplittableRandom(SEED).nextBytes(body);
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            context.createProducer().send(context.createQueue("large"), body);
            passThrough(context);
        }
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            passThrough(context);
        }
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            final JMSConsumer consumer = context.createConsumer(context.createQueue("large"));
            assertThat(consumer.receiveBody(byte[].class, PATIENCE_MS)).isEqualTo(body);
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    /** More than a segment of messages that are settled at once, some of them large. */
    private static void passThrough(final JMSContext context) {
        final Queue queue = context.createQueue("small");
        final JMSConsumer consumer = context.createConsumer(queue);
        for (int i = 0; i < 12; i++) {
            final byte[] body = new byte[i % 2 == 0 ? 3 * MIB : MIB / 2];
            context.createProducer().send(queue, body);
            assertThat(consumer.receiveBody(byte[].class, PATIENCE_MS)).hasSize(body.length);
        }
    }

    private Broker start() throws IOException {
        return Broker.start(SmallBroker.options(directory.resolve("data"))
                .set("image-interval", "100ms")
                .build());
    }

    private static JMSContext connect(final Broker broker) {
        return new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createContext();
    }
}
