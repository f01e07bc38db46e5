package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.SmallBroker;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as delivered after the broker was stopped and started again: what an application was given, and nothing else. */
class OrderlyStopTest {
    private static final long PATIENCE_MS = 20_000;

    @TempDir
    private Path directory;

    private Broker broker;

    @BeforeEach
    void start() throws IOException {
        broker = Broker.start(SmallBroker.options(directory).build());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldNotMarkWhatNobodyWasSent() throws Exception {
        send("a", "b", "c");
        try (JMSContext context = connect(JMSContext.AUTO_ACKNOWLEDGE)) {
            assertThat(receive(context, 1)).containsExactly("a 1");
        }
        restart();
        restart();
        send("d");
        try (JMSContext context = connect(JMSContext.AUTO_ACKNOWLEDGE)) {
            assertThat(receive(context, 3)).containsExactly("b 1", "c 1", "d 1");
        }
    }

    @Test
    void shouldMarkWhatAnApplicationWasGiven() throws Exception {
        send("a", "b", "c");
        try (JMSContext context = connect(JMSContext.CLIENT_ACKNOWLEDGE)) {
            assertThat(receive(context, 2)).containsExactly("a 1", "b 1");
        }
        restart();
        try (JMSContext context = connect(JMSContext.AUTO_ACKNOWLEDGE)) {
            assertThat(receive(context, 3)).containsExactly("a 2 again", "b 2 again", "c 1");
        }
    }

    /** All of a subscription that nobody shares is sent ahead. */
    @ParameterizedTest
    @ValueSource(strings = {"anser://127.0.0.1:%d", "failover:(anser://127.0.0.1:%d)"})
    void shouldTellWhatAConnectedApplicationWasGivenFromWhatOnlyWaitedForIt(final String uri) throws Exception {
        try (JMSContext context = connect(JMSContext.CLIENT_ACKNOWLEDGE, uri)) {
            context.setClientID("auditor");
            final JMSConsumer consumer = context.createDurableConsumer(context.createTopic("prices"), "all");
            try (JMSContext sending = connect(JMSContext.AUTO_ACKNOWLEDGE)) {
                final JMSProducer producer = sending.createProducer();
                List.of("a", "b", "c", "d").forEach(text -> producer.send(sending.createTopic("prices"), text));
            }
            assertThat(receive(consumer, 2)).containsExactly("a 1", "b 1");
            restart();
        }
        try (JMSContext context = connect(JMSContext.AUTO_ACKNOWLEDGE)) {
            context.setClientID("auditor");
            final JMSConsumer consumer = context.createDurableConsumer(context.createTopic("prices"), "all");
            assertThat(receive(consumer, 4)).containsExactly("a 2 again", "b 2 again", "c 1", "d 1");
        }
    }

    private void restart() throws IOException {
        broker.close();
        start();
    }

    private JMSContext connect(final int mode) {
        return connect(mode, "anser://127.0.0.1:%d");
    }

    private JMSContext connect(final int mode, final String uri) {
        return new AnserConnectionFactory(String.format(uri, broker.port())).createContext(mode);
    }

    private void send(final String... texts) {
        try (JMSContext context = connect(JMSContext.AUTO_ACKNOWLEDGE)) {
            for (final String text : texts) {
                context.createProducer().send(context.createQueue("orders"), text);
            }
        }
    }

    private static List<String> receive(final JMSContext context, final int count) throws JMSException {
        return receive(context.createConsumer(context.createQueue("orders")), count);
    }

    /** Text, delivery count, mark. */
    private static List<String> receive(final JMSConsumer consumer, final int count) throws JMSException {
        final List<String> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Message message = consumer.receive(PATIENCE_MS);
            assertThat(message).as("message %d of %d", i + 1, count).isNotNull();
            received.add(message.getBody(String.class) + " " + message.getIntProperty("JMSXDeliveryCount")
                    + (message.getJMSRedelivered() ? " again" : ""));
        }
        return received;
    }
}
