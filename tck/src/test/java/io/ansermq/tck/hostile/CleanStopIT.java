package io.ansermq.tck.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM ends a server cleanly, and the next one on the same data goes on where it was. */
class CleanStopIT {
    private static final int MESSAGES = 2000;
    private static final int ACKNOWLEDGED = 700;
    private static final int HELD = 50;
    private static final int RECEIVE_MS = 20_000;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @ParameterizedTest(name = "flush={0}")
    @ValueSource(strings = {"async", "sync"})
    void shouldStopOnSigtermAndLoseNothing(String flush) throws JMSException {
        final ServerProcess server =
                ServerProcess.with(evidence).set("flush", flush).start();
        try (JMSContext context =
                new AnserConnectionFactory(server.uri()).createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            final Queue queue = context.createQueue("kept");
            final JMSProducer producer = context.createProducer();
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(queue, "message " + i);
            }
            final JMSConsumer consumer = context.createConsumer(queue);
            for (int i = 0; i < ACKNOWLEDGED; i++) {
                expect(i, consumer.receive(RECEIVE_MS));
            }
            context.acknowledge();
            for (int i = 0; i < HELD; i++) {
                expect(ACKNOWLEDGED + i, consumer.receive(RECEIVE_MS));
            }

            assertThat(server.stop()).as(server.process()::tail).isIn(0, 128 + 15);
        }
        assertThat(server.process().errors()).doesNotContain("\tat ");

        server.start();
        try (JMSContext context = new AnserConnectionFactory(server.uri()).createContext()) {
            final JMSConsumer consumer = context.createConsumer(context.createQueue("kept"));
            for (int i = ACKNOWLEDGED; i < MESSAGES; i++) {
                final Message message = consumer.receive(RECEIVE_MS);
                expect(i, message);
                if (i < ACKNOWLEDGED + HELD) {
                    assertThat(message.getJMSRedelivered()).as("message " + i).isTrue();
                }
            }
            assertThat(consumer.receive(100)).isNull();
        }
    }

    private static void expect(int number, Message message) throws JMSException {
        assertThat(message).as("message " + number).isNotNull();
        assertThat(message.getBody(String.class)).isEqualTo("message " + number);
    }
}
