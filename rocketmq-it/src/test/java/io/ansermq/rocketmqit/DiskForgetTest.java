package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.junit.jupiter.api.Test;

/** A disk that retention would fill: the oldest messages go before their time, and producers go on. */
class DiskForgetTest extends AdminScenario {

    private static final int MESSAGES = 4_000;
    private static final int BODY_BYTES = 60_000;

    @Override
    Map<String, String> options() {
        return Map.of("max-disk", "128MiB", "image-interval", "500ms");
    }

    @Test
    void shouldGiveUpTheOldestMessagesRatherThanRefuseNewOnes() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        final Random random = new Random(1);
        // The client makes nothing of zeros.
        final byte[] body = new byte[BODY_BYTES];
        for (int i = 0; i < MESSAGES; i++) {
            random.nextBytes(body);
            assertThat(producer.send(new Message(topic, body)).getSendStatus())
                    .as("message %d", i)
                    .isEqualTo(SendStatus.SEND_OK);
        }

        final DefaultMQAdminExt admin = admin();
        long kept = 0;
        for (final MessageQueue queue : producer.fetchPublishMessageQueues(topic)) {
            kept += admin.maxOffset(queue) - admin.minOffset(queue);
        }
        assertThat(kept * BODY_BYTES).isBetween(32L << 20, 128L << 20);
    }
}
