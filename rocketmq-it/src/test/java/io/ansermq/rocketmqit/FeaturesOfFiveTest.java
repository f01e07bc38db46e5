package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.RequestTimeoutException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.compression.CompressionType;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the client of RocketMQ 5 can do besides, and request and reply in all its forms. */
class FeaturesOfFiveTest extends RocketMqScenario {

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void shouldCarryABodyThatIsCompressedInAnyWay(final CompressionType type) throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.setCompressType(type);
        final String body = "0123456789".repeat(2_000);
        producer.send(message(topic, body));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().equals(List.of(body)));
        assertThat(inbox.messages.get(0).getStoreSize()).isLessThan(body.length() / 2);
    }

    @Test
    void shouldTakeWhatTheClientGathersIntoBatches() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        producer.setAutoBatch(true);
        final List<CompletableFuture<SendResult>> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            final String body = "m" + i;
            sent.add(inBackground(() -> producer.send(message(topic, body))));
        }
        for (final CompletableFuture<SendResult> each : sent) {
            assertThat(each.get(30, TimeUnit.SECONDS).getOffsetMsgId()).isNotEmpty();
        }
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 41);
        assertThat(inbox.bodies()).doesNotHaveDuplicates();
    }

    @Test
    @SuppressWarnings("deprecation") // Its successor leaves it to a proxy to keep them apart.
    void shouldKeepNamespacesApart() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final Inbox one = new Inbox();
        for (final String namespace : List.of("one", "two")) {
            final DefaultMQProducer producer = new DefaultMQProducer(unique("producer"));
            producer.setNamespace(namespace);
            start(producer);
            producer.send(message(topic, "of " + namespace));
        }
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setNamespace("one");
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(one.listener());
        consumer.start();
        await().until(() -> one.size() > 0);
        assertThat(one.bodies()).containsExactly("of one");
    }

    @Test
    void shouldCreateATopicForAProducer() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.createTopic("TBW102", topic, 3, Map.of());
        await().ignoreExceptions()
                .until(() -> producer.fetchPublishMessageQueues(topic).size() == 3);
    }

    @Test
    void shouldPutAMessageIntoTheQueueOfItsPriority() throws Exception {
        final String topic = unique("topic");
        server.createTopic(topic, 8, TestServer.READ_WRITE, "+message.type=PRIORITY");
        final DefaultMQProducer producer = producer();
        await().ignoreExceptions()
                .until(() -> producer.fetchPublishMessageQueues(topic).size() == 8);
        for (final int priority : List.of(5, 0, 100)) {
            final Message message = message(topic, "p" + priority);
            message.setPriority(priority);
            assertThat(producer.send(message).getMessageQueue().getQueueId()).isEqualTo(Math.min(priority, 7));
        }
    }

    @Test
    void shouldCarryAReplyToARequestInAQueueOfTheAskersChoice() throws Exception {
        final String topic = topicWith("makes the topic");
        answer(topic);
        final Message answer =
                producer().request(message(topic, "question"), (queues, message, any) -> queues.get(1), 0, 30_000);
        assertThat(new String(answer.getBody(), StandardCharsets.UTF_8)).isEqualTo("re: question");
    }

    @Test
    void shouldLetARequestEndThatNobodyAnswers() throws Exception {
        final String topic = topicWith("makes the topic");
        final DefaultMQProducer producer = producer();
        assertThatThrownBy(() -> producer.request(message(topic, "anybody there?"), 1_500))
                .isInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void shouldStoreTheTraceOfAConsumer() throws Exception {
        final String topic = topicWith("consumed");
        final String group = unique("group");
        producer().send(message("RMQ_SYS_TRACE_TOPIC", "makes the topic"));
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setEnableTrace(true);
        final Inbox inbox = new Inbox();
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        await().until(() -> inbox.size() == 1);
        final Inbox trace = push("RMQ_SYS_TRACE_TOPIC", "*");
        final DefaultMQProducer producer = producer();
        // The client drops a trace that it could not send within its 3 s, so there must be more than one.
        await().pollInterval(Duration.ofSeconds(1)).until(() -> {
            producer.send(message(topic, "one more"));
            return inbox.messages.stream().anyMatch(consumed -> isTraced(trace, consumed));
        });
    }

    private static boolean isTraced(final Inbox trace, final MessageExt consumed) {
        return trace.bodies().stream()
                .anyMatch(body -> body.contains("SubAfter") && body.contains(consumed.getMsgId()));
    }

    @Test
    void shouldPopInsteadOfPullWhenTheGroupIsToldSo() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        try (PopClient client = new PopClient(server, group, topic)) {
            client.setMode(server.brokerAddress());
        }
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setClientRebalance(false);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            inbox.messages.addAll(messages);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        await().until(() -> inbox.size() == 1);
        assertThat(inbox.messages)
                .extracting(message -> message.getProperty("POP_CK"))
                .doesNotContainNull();
    }
}
