package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;

/** Sending in all its ways, and push consumption of what was sent. */
class SendAndReceiveTest extends RocketMqScenario {

    @Test
    void shouldSendAndConsumeOnATopicThatTheFirstMessageCreates() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        final SendResult result = producer.send(message(topic, "hello"));

        assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        assertThat(result.getOffsetMsgId()).hasSize(32);
        assertThat(result.getMsgId()).isNotEmpty();

        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().equals(List.of("hello")));
        assertThat(inbox.messages.get(0).getMsgId()).isEqualTo(result.getMsgId());
        assertThat(inbox.messages.get(0).getQueueOffset()).isEqualTo(result.getQueueOffset());
    }

    @Test
    void shouldKeepKeysTagsAndProperties() throws Exception {
        final String topic = unique("topic");
        final Message message = message(topic, "red", "painted");
        message.setKeys("k1 k2");
        message.putUserProperty("colour", "rot & gr\u00fcn");
        message.setFlag(7);
        producer().send(message);

        final Inbox inbox = push(topic, "red");
        await().until(() -> inbox.size() == 1);
        assertThat(inbox.messages.get(0).getTags()).isEqualTo("red");
        assertThat(inbox.messages.get(0).getKeys()).isEqualTo("k1 k2");
        assertThat(inbox.messages.get(0).getUserProperty("colour")).isEqualTo("rot & gr\u00fcn");
        assertThat(inbox.messages.get(0).getFlag()).isEqualTo(7);
    }

    @Test
    void shouldSendAsynchronously() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        final List<CompletableFuture<SendResult>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            final CompletableFuture<SendResult> result = new CompletableFuture<>();
            results.add(result);
            producer.send(message(topic, "m" + i), new SendCallback() {
                @Override
                public void onSuccess(final SendResult sent) {
                    result.complete(sent);
                }

                @Override
                public void onException(final Throwable failure) {
                    result.completeExceptionally(failure);
                }
            });
        }
        for (final CompletableFuture<SendResult> result : results) {
            assertThat(result.get(10, TimeUnit.SECONDS).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        }
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 100);
    }

    @Test
    void shouldSendOneWay() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.send(message(topic, "known"));
        producer.sendOneway(message(topic, "gone"));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 2);
    }

    @Test
    void shouldSendABatchToOneQueue() throws Exception {
        final String topic = unique("topic");
        final List<Message> batch = List.of(message(topic, "a"), message(topic, "b"), message(topic, "c"));
        final SendResult result = producer().send(batch);

        assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        assertThat(result.getOffsetMsgId().split(",")).hasSize(3);
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 3);
        assertThat(inbox.bodies()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldDeliverWhileTheConsumerWaits() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.send(message(topic, "first"));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        for (int i = 0; i < 50; i++) {
            producer.send(message(topic, "later" + i));
        }
        await().until(() -> inbox.size() == 51);
    }

    @Test
    void shouldFilterByTags() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 30; i++) {
            producer.send(message(topic, List.of("A", "B", "C").get(i % 3), "m" + i));
        }
        final Inbox inbox = push(topic, "A || C");
        await().until(() -> inbox.size() == 20);
        assertThat(inbox.messages).allMatch(message -> !message.getTags().equals("B"));
    }

    @Test
    void shouldSendALargeCompressedBody() throws Exception {
        final String topic = unique("topic");
        final String body = "0123456789".repeat(20_000);
        producer().send(message(topic, body));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().equals(List.of(body)));
    }
}
