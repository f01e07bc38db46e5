package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

/** Order: of all messages, of those with one key, and what keeps it. */
class OrderTest extends RocketMqScenario {

    @Test
    void shouldConsumeEachQueueInOrder() throws Exception {
        final String topic = topicWith("first:0");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 60; i++) {
            producer.send(message(topic, i % 3 + ":" + i), (queues, message, key) -> queues.get((int) key), i % 3);
        }
        final Map<String, List<Integer>> byKey = new ConcurrentHashMap<>();
        orderly(unique("group"), topic, message -> {
            final String[] parts = body(message).split(":");
            byKey.computeIfAbsent(parts[0], any -> new CopyOnWriteArrayList<>()).add(Integer.parseInt(parts[1]));
            return ConsumeOrderlyStatus.SUCCESS;
        });
        await().until(() -> byKey.values().stream().mapToInt(List::size).sum() == 61);
        assertThat(byKey.values()).allSatisfy(list -> assertThat(list).isSorted());
    }

    @Test
    void shouldKeepOneOrderOfAllInATopicWithOneQueue() throws Exception {
        final String topic = unique("topic");
        server.createTopic(topic, 1);
        final DefaultMQProducer producer = producer();
        await().ignoreExceptions()
                .until(() -> producer.fetchPublishMessageQueues(topic).size() == 1);
        for (int i = 0; i < 50; i++) {
            producer.send(message(topic, Integer.toString(i)));
        }
        final List<Integer> order = new CopyOnWriteArrayList<>();
        orderly(unique("group"), topic, message -> {
            order.add(Integer.parseInt(body(message)));
            return ConsumeOrderlyStatus.SUCCESS;
        });
        await().until(() -> order.size() == 50);
        assertThat(order).isEqualTo(IntStream.range(0, 50).boxed().toList());
    }

    @Test
    void shouldHoldTheQueueUntilASuspendedMessageSucceeds() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 5; i++) {
            producer.send(message(topic, "m" + i), (queues, message, key) -> queues.get(0), 0);
        }
        final List<String> calls = new CopyOnWriteArrayList<>();
        final DefaultMQPushConsumer consumer = orderly(unique("group"), topic, message -> {
            calls.add(body(message));
            return body(message).equals("m2") && calls.size() < 5
                    ? ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT
                    : ConsumeOrderlyStatus.SUCCESS;
        });
        assertThat(consumer.getConsumeMessageBatchMaxSize()).isEqualTo(1);
        await().until(() -> calls.contains("m4"));
        assertThat(calls).containsExactly("m0", "m1", "m2", "m2", "m2", "m3", "m4");
    }

    @Test
    void shouldPutAsideWhatAnOrderlyConsumerTriedTooOften() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final DefaultMQProducer producer = producer();
        for (final String body : List.of("bad", "good")) {
            producer.send(message(topic, body), (queues, message, key) -> queues.get(0), 0);
        }
        final AtomicInteger tries = new AtomicInteger();
        final Inbox good = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setMaxReconsumeTimes(0);
        consumer.setSuspendCurrentQueueTimeMillis(100);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            if (body(messages.get(0)).equals("bad")) {
                tries.incrementAndGet();
                return ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT;
            }
            good.messages.addAll(messages);
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        await().until(() -> good.bodies().equals(List.of("good")));
        assertThat(tries).hasValueGreaterThanOrEqualTo(1);
        final Inbox dead = push("%DLQ%" + group, "*");
        // Once more through the retry topic, 10 s later, then it is over.
        await().until(() -> dead.bodies().contains("bad"));
    }

    @Test
    void shouldKeepTheOrderWhileConsumersComeAndGo() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final DefaultMQProducer producer = producer();
        final Map<Integer, List<Integer>> byQueue = new ConcurrentHashMap<>();
        final AtomicInteger received = new AtomicInteger();
        producer.send(message(topic, "-1"), (queues, message, key) -> queues.get(0), 0);
        final DefaultMQPushConsumer first = orderly(group, topic, message -> note(byQueue, received, message));
        await().until(() -> received.get() == 1);
        for (int i = 0; i < 200; i++) {
            producer.send(message(topic, Integer.toString(i)), (queues, message, key) -> queues.get((int) key), i % 4);
            if (i == 50) {
                orderly(group, topic, message -> note(byQueue, received, message));
            } else if (i == 120) {
                first.shutdown();
            }
        }
        await().atMost(Duration.ofSeconds(90)).until(() -> distinct(byQueue) == 201);
        assertThat(byQueue.values())
                .allSatisfy(list -> assertThat(list.stream().distinct().toList())
                        .as("first deliveries of a queue")
                        .isSorted());
    }

    private static ConsumeOrderlyStatus note(
            final Map<Integer, List<Integer>> byQueue, final AtomicInteger received, final MessageExt message) {
        byQueue.computeIfAbsent(message.getQueueId(), any -> new CopyOnWriteArrayList<>())
                .add(Integer.parseInt(body(message)));
        received.incrementAndGet();
        return ConsumeOrderlyStatus.SUCCESS;
    }

    private static long distinct(final Map<Integer, List<Integer>> byQueue) {
        return byQueue.values().stream().flatMap(List::stream).distinct().count();
    }

    private interface Each {
        ConsumeOrderlyStatus consume(MessageExt message);
    }

    private DefaultMQPushConsumer orderly(final String group, final String topic, final Each each) throws Exception {
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setSuspendCurrentQueueTimeMillis(100);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> each.consume(messages.get(0)));
        consumer.start();
        return consumer;
    }
}
