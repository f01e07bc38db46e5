package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

/** The ways to consume. */
class ConsumerTest extends RocketMqScenario {

    @Test
    void shouldShareAMessageBetweenTwoConsumersOfAGroup() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        final Inbox one = push(group, topic, "*");
        final Inbox two = push(group, topic, "*");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 100; i++) {
            producer.send(message(topic, "m" + i));
        }
        await().atMost(Duration.ofSeconds(40)).until(() -> distinct(one, two) == 101);
    }

    @Test
    void shouldGoOnWhereTheGroupWas() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        final Inbox before = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(before.listener());
        consumer.start();
        await().until(() -> before.size() == 1);
        consumer.shutdown();

        producer().send(message(topic, "second"));
        final Inbox after = push(group, topic, "*");
        await().until(() -> after.size() == 1);
        assertThat(after.bodies()).containsExactly("second");
    }

    @Test
    void shouldFilterBySql92() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 20; i++) {
            final Message message = message(topic, "TagA", "m" + i);
            message.putUserProperty("a", Integer.toString(i));
            producer.send(message);
        }
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, MessageSelector.bySql("a BETWEEN 5 AND 8 AND TAGS = 'TagA'"));
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        await().until(() -> inbox.size() == 4);
        assertThat(inbox.bodies()).containsExactlyInAnyOrder("m5", "m6", "m7", "m8");
    }

    @Test
    void shouldRefuseABrokenSqlFilterAtTheStart() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, MessageSelector.bySql("a BETWEEN BETWEEN"));
        consumer.registerMessageListener(new Inbox().listener());
        assertThatThrownBy(consumer::start).isInstanceOf(MQClientException.class);
    }

    @Test
    void shouldDeliverAgainWhatTheListenerPutsOff() throws Exception {
        final String topic = topicWith("again");
        final List<Integer> times = new CopyOnWriteArrayList<>();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            times.add(messages.get(0).getReconsumeTimes());
            context.setDelayLevelWhenNextConsume(1);
            return messages.get(0).getReconsumeTimes() < 2
                    ? ConsumeConcurrentlyStatus.RECONSUME_LATER
                    : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> times.size() == 3);
        assertThat(times).containsExactly(0, 1, 2);
    }

    @Test
    void shouldKeepIdAndPropertiesOfWhatComesAgain() throws Exception {
        final String topic = unique("topic");
        final Message sent = message(topic, "TagA", "again");
        sent.setKeys("k1");
        sent.putUserProperty("colour", "red");
        final SendResult result = producer().send(sent);
        final Inbox again = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, "TagA");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            context.setDelayLevelWhenNextConsume(1);
            if (messages.get(0).getReconsumeTimes() == 0) {
                return ConsumeConcurrentlyStatus.RECONSUME_LATER;
            }
            again.messages.addAll(messages);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        await().until(() -> again.size() == 1);
        final MessageExt message = again.messages.get(0);
        assertThat(message.getTopic()).as("the client puts it back").isEqualTo(topic);
        assertThat(message.getMsgId()).isEqualTo(result.getMsgId());
        assertThat(message.getTags()).isEqualTo("TagA");
        assertThat(message.getKeys()).isEqualTo("k1");
        assertThat(message.getUserProperty("colour")).isEqualTo("red");
        assertThat(message.getReconsumeTimes()).isEqualTo(1);
        assertThat(message.getProperty("ORIGIN_MESSAGE_ID")).isEqualTo(result.getOffsetMsgId());
    }

    @Test
    void shouldMoveToTheDeadLettersWhatFailsTooOften() throws Exception {
        final String topic = topicWith("hopeless");
        final String group = unique("group");
        final AtomicInteger calls = new AtomicInteger();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setMaxReconsumeTimes(1);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            calls.incrementAndGet();
            context.setDelayLevelWhenNextConsume(1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        consumer.start();
        await().until(() -> calls.get() == 2);
        final Inbox dead = push("%DLQ%" + group, "*");
        await().until(() -> dead.bodies().equals(List.of("hopeless")));
        assertThat(dead.messages.get(0).getProperty("DLQ_ORIGIN_TOPIC")).isEqualTo(topic);
        assertThat(calls).as("not tried again").hasValue(2);
    }

    @Test
    void shouldMoveToTheDeadLettersAtOnceWhatTheListenerGivesUp() throws Exception {
        final String topic = topicWith("given up");
        final String group = unique("group");
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            context.setDelayLevelWhenNextConsume(-1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        consumer.start();
        final Inbox dead = push("%DLQ%" + group, "*");
        await().until(() -> dead.bodies().equals(List.of("given up")));
    }

    @Test
    void shouldGiveEachGroupEveryMessage() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 10; i++) {
            producer.send(message(topic, "m" + i));
        }
        final Inbox one = push(topic, "*");
        final Inbox two = push(topic, "*");
        await().until(() -> one.size() == 10 && two.size() == 10);
    }

    @Test
    void shouldGiveTheQueuesOfAConsumerThatLeavesToTheOthers() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer leaving = consumer(group);
        leaving.subscribe(topic, "*");
        leaving.registerMessageListener(inbox.listener());
        leaving.start();
        final Inbox staying = push(group, topic, "*");
        await().until(() -> distinct(inbox, staying) == 1);
        leaving.shutdown();
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 8; i++) {
            producer.send(message(topic, "m" + i));
        }
        await().until(() -> staying.bodies().stream()
                        .filter(body -> body.startsWith("m"))
                        .distinct()
                        .count()
                == 8);
    }

    @Test
    void shouldGiveNothingToAGroupThatMayNotConsume() throws Exception {
        final String topic = topicWith("kept back");
        final String group = unique("group");
        server.createGroup(group, false);
        final Inbox inbox = push(group, topic, "*");
        final Inbox other = push(topic, "*");
        await().until(() -> other.size() == 1);
        assertThat(inbox.size()).isZero();
        server.createGroup(group, true);
        await().until(() -> inbox.size() == 1);
    }

    @Test
    void shouldDelayByLevel() throws Exception {
        final String topic = topicWith("first");
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        final Message message = message(topic, "late");
        message.setDelayTimeLevel(1);
        final long sentMs = System.currentTimeMillis();
        producer().send(message);
        await().until(() -> inbox.size() == 2);
        assertThat(System.currentTimeMillis() - sentMs).isGreaterThanOrEqualTo(900);
    }

    @Test
    void shouldGoOnConsumingAfterTheBrokerRestarts() throws Exception {
        final String topic = topicWith("before");
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        server.restart();
        final DefaultMQProducer producer = producer();
        await().ignoreExceptions().until(() -> producer.send(message(topic, "after")) != null);
        await().until(() -> inbox.bodies().contains("after"));
    }

    private static int distinct(final Inbox... inboxes) {
        final Set<String> bodies = new HashSet<>();
        for (final Inbox inbox : inboxes) {
            bodies.addAll(inbox.bodies());
        }
        return bodies.size();
    }
}
