package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;
import org.junit.jupiter.api.Test;

/** The ways to consume. */
class ConsumerTest extends RocketMqScenario {

    @Test
    void shouldShareAMessageBetweenTwoConsumersOfAGroup() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        final Inbox one = push(group, topic, MessageModel.CLUSTERING);
        final Inbox two = push(group, topic, MessageModel.CLUSTERING);
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 100; i++) {
            producer.send(message(topic, "m" + i));
        }
        await().atMost(Duration.ofSeconds(40)).until(() -> distinct(one, two) == 101);
    }

    @Test
    void shouldGiveEachBroadcastingConsumerEveryMessage() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        final Inbox one = push(group, topic, MessageModel.BROADCASTING);
        final Inbox two = push(group, topic, MessageModel.BROADCASTING);
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 20; i++) {
            producer.send(message(topic, "m" + i));
        }
        await().until(() -> one.size() >= 20 && two.size() >= 20);
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
        final Inbox after = push(group, topic, MessageModel.CLUSTERING);
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
    void shouldConsumeEachQueueInOrder() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 60; i++) {
            producer.send(message(topic, i % 3 + ":" + i), (queues, message, key) -> queues.get((int) key), i % 3);
        }
        final Map<String, List<Integer>> byKey = new ConcurrentHashMap<>();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            for (final MessageExt message : messages) {
                final String[] parts = body(message).split(":");
                if (parts.length == 2) {
                    byKey.computeIfAbsent(parts[0], any -> new CopyOnWriteArrayList<>())
                            .add(Integer.parseInt(parts[1]));
                }
            }
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        await().until(() -> byKey.values().stream().mapToInt(List::size).sum() == 60);
        assertThat(byKey.values()).allSatisfy(list -> assertThat(list).isSorted());
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
        await().atMost(Duration.ofSeconds(60)).until(() -> calls.get() == 2);
        final DefaultLitePullConsumer dead = litePull(unique("group"));
        await().atMost(Duration.ofSeconds(10)).until(() -> routed("%DLQ%" + group));
        dead.subscribe("%DLQ%" + group, "*");
        dead.start();
        final List<MessageExt> found = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            found.addAll(dead.poll(500));
            return !found.isEmpty();
        });
        assertThat(body(found.get(0))).isEqualTo("hopeless");
    }

    @Test
    void shouldPullAndSeekWithTheLitePullConsumer() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 20; i++) {
            producer.send(message(topic, "m" + i), (queues, message, key) -> queues.get(0), 0);
        }
        final DefaultLitePullConsumer consumer = litePull(unique("group"));
        consumer.setAutoCommit(false);
        consumer.start();
        final List<MessageQueue> queues = new ArrayList<>(consumer.fetchMessageQueues(topic));
        final MessageQueue first = queues.stream()
                .filter(queue -> queue.getQueueId() == 0)
                .findFirst()
                .orElseThrow();
        consumer.assign(List.of(first));
        consumer.seekToBegin(first);
        final List<MessageExt> all = new ArrayList<>();
        await().until(() -> {
            all.addAll(consumer.poll(200));
            return all.stream().anyMatch(each -> body(each).equals("m19"));
        });
        consumer.seek(first, all.get(all.size() - 1).getQueueOffset());
        final List<MessageExt> last = new ArrayList<>();
        await().until(() -> {
            last.addAll(consumer.poll(200));
            return !last.isEmpty();
        });
        assertThat(body(last.get(0))).isEqualTo("m19");
    }

    @Test
    void shouldBeginAtTheEndForABroadcastingConsumerThatWantsTheLastOffset() throws Exception {
        final String topic = topicWith("old");
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.setMessageModel(MessageModel.BROADCASTING);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        final DefaultMQProducer producer = producer();
        await().until(() -> {
            producer.send(message(topic, "new"));
            return inbox.size() > 0;
        });
        assertThat(inbox.bodies()).doesNotContain("old");
    }

    private boolean routed(final String topic) {
        try {
            return !producer().fetchPublishMessageQueues(topic).isEmpty();
        } catch (final MQClientException e) {
            return false;
        }
    }

    private Inbox push(final String group, final String topic, final MessageModel model) throws Exception {
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setMessageModel(model);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        return inbox;
    }

    private static int distinct(final Inbox... inboxes) {
        final Set<String> bodies = new HashSet<>();
        for (final Inbox inbox : inboxes) {
            bodies.addAll(inbox.bodies());
        }
        return bodies.size();
    }
}
