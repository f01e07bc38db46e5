package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;

/** A disk that is full of messages nobody has consumed: RocketMQ's producers are told so, and go on once there is room. */
class DiskFullTest extends RocketMqScenario {

    private static final int SERVICE_NOT_AVAILABLE = 14;
    private static final int MOST_MESSAGES = 4_000;
    private static final int BODY_BYTES = 60_000;

    @Override
    Map<String, String> options() {
        return Map.of("max-disk", "128MiB", "disk-wait", "100ms");
    }

    @Test
    void shouldSayThatTheDiskIsFullUntilSomebodyConsumes() throws Exception {
        try (JMSContext context = new AnserConnectionFactory("anser://" + server.brokerAddress()).createContext()) {
            final String name = unique("kept");
            final JMSConsumer consumer = context.createConsumer(context.createQueue(name));
            context.createProducer().send(context.createQueue(name), "makes it a queue");
            assertThat(consumer.receive(10_000)).isNotNull();
            consumer.close();
            final DefaultMQProducer producer = producer();

            final MQClientException full = catchThrowableOfType(MQClientException.class, () -> fill(producer, name));

            assertThat(full.getResponseCode()).isEqualTo(SERVICE_NOT_AVAILABLE);
            assertThat(full.getCause()).hasMessageContaining("the disk is full").hasMessageContaining(name);
            drain(context, name);
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> producer.send(message(name, "there is room")).getSendStatus() == SendStatus.SEND_OK);
        }
    }

    private static void fill(final DefaultMQProducer producer, final String name) throws Exception {
        final Random random = new Random(1);
        // The client makes nothing of zeros.
        final byte[] body = new byte[BODY_BYTES];
        for (int i = 0; i < MOST_MESSAGES; i++) {
            random.nextBytes(body);
            producer.send(new Message(name, body));
        }
    }

    private static void drain(final JMSContext context, final String name) {
        try (JMSConsumer consumer = context.createConsumer(context.createQueue(name))) {
            while (consumer.receive(1_000) != null) {
                // settled by its receipt
            }
        }
    }
}
