package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageRequestMode;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.junit.jupiter.api.Test;

/** Request and reply, POP consumption, trace, what administrators ask of a consumer. */
class MoreFeaturesTest extends AdminScenario {

    @Test
    void shouldCarryAReplyToTheProducerThatAsked() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer asker = producer();
        asker.send(message(topic, "makes the topic"));
        answer(topic);
        final Message answer = asker.request(message(topic, "question"), 20_000);
        assertThat(new String(answer.getBody(), StandardCharsets.UTF_8)).isEqualTo("re: question");
    }

    @Test
    void shouldConsumeByPopAndBringBackWhatWasNotAcknowledged() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 20; i++) {
            producer.send(message(topic, "m" + i));
        }
        final DefaultMQAdminExt admin = admin();
        admin.setMessageRequestMode(server.brokerAddress(), topic, group, MessageRequestMode.POP, 0, 5_000);
        final List<String> seen = new CopyOnWriteArrayList<>();
        final List<Integer> again = new CopyOnWriteArrayList<>();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setClientRebalance(false);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (final var message : messages) {
                if (body(message).equals("m7") && message.getReconsumeTimes() == 0) {
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                }
                if (message.getReconsumeTimes() > 0) {
                    again.add(message.getReconsumeTimes());
                }
                seen.add(body(message));
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> seen.size() == 20);
        assertThat(seen).doesNotHaveDuplicates();
        assertThat(again).isNotEmpty();
    }

    @Test
    void shouldShowTheRunningInformationOfAConsumer() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        producer().send(message(topic, "x"));
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        await().until(() -> inbox.size() == 1);
        final DefaultMQAdminExt admin = admin();
        final String clientId = admin.examineConsumerConnectionInfo(group)
                .getConnectionSet()
                .iterator()
                .next()
                .getClientId();
        assertThat(admin.getConsumerRunningInfo(group, clientId, false).getSubscriptionSet())
                .anyMatch(subscription -> subscription.getTopic().equals(topic));
    }

    @Test
    void shouldStoreTheTraceOfAProducer() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = new DefaultMQProducer(unique("producer"));
        producer.setEnableTrace(true);
        start(producer);
        producer().send(message("RMQ_SYS_TRACE_TOPIC", "makes the topic"));
        final Inbox trace = push("RMQ_SYS_TRACE_TOPIC", "*");
        // The client drops a trace that it could not send within its 3 s, so there must be more than one.
        await().pollInterval(Duration.ofSeconds(1)).until(() -> {
            producer.send(message(topic, "traced"));
            return trace.bodies().stream().anyMatch(body -> body.contains(topic));
        });
    }
}
