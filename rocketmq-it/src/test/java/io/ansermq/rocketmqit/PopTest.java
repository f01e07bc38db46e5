package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

/** Consumption by POP, request by request. */
class PopTest extends RocketMqScenario {

    private static final long SOON_MS = 500;

    @Test
    void shouldGiveAMessageToOneConsumerAtATime() throws Exception {
        final String topic = topicOf(20);
        final PopClient one = pop("group", topic);
        one.most = 8;
        final List<MessageExt> all = new ArrayList<>();
        List<MessageExt> found = one.pop();
        while (!found.isEmpty()) {
            all.addAll(found);
            found = one.pop();
        }
        assertThat(all).hasSize(20);
        assertThat(bodies(all)).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotBringBackWhatIsAcknowledged() throws Exception {
        final String topic = topicOf(4);
        final PopClient client = pop("group", topic);
        client.invisibleMs = SOON_MS;
        final List<MessageExt> first = popAll(client, 4);
        for (final MessageExt message : first.subList(0, 3)) {
            assertThat(client.acknowledge(message)).isTrue();
        }
        client.pollMs = 10_000;
        assertThat(client.popBodies()).containsExactly(body(first.get(3)));
    }

    @Test
    void shouldAcknowledgeManyAtOnce() throws Exception {
        final String topic = topicOf(30);
        final PopClient client = pop("group", topic);
        client.invisibleMs = SOON_MS;
        final List<MessageExt> all = popAll(client, 30);
        assertThat(client.acknowledgeAll(all.subList(0, 29))).isTrue();
        client.pollMs = 10_000;
        assertThat(client.popBodies()).containsExactly(body(all.get(29)));
    }

    @Test
    void shouldBringBackInItsPlaceWhatIsNotAcknowledged() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        client.invisibleMs = SOON_MS;
        client.pollMs = 10_000;
        final MessageExt first = client.pop().get(0);
        final MessageExt second = client.pop().get(0);
        assertThat(second.getMsgId()).isEqualTo(first.getMsgId());
        assertThat(second.getTopic()).isEqualTo(topic);
        assertThat(second.getQueueOffset()).isEqualTo(first.getQueueOffset());
        assertThat(List.of(first.getReconsumeTimes(), second.getReconsumeTimes()))
                .containsExactly(0, 1);
        assertThat(client.acknowledge(first)).as("the first delivery is over").isFalse();
        assertThat(client.acknowledge(second)).isTrue();
    }

    @Test
    void shouldPutAMessageOffAndCountThat() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        final MessageExt first = client.pop().get(0);
        assertThat(client.putOff(first, SOON_MS, false)).isNotEmpty();
        client.pollMs = 10_000;
        assertThat(client.pop().get(0).getReconsumeTimes()).isEqualTo(1);
    }

    @Test
    void shouldPutAMessageOffWithoutCountingWhenItIsSuspended() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        assertThat(client.putOff(client.pop().get(0), SOON_MS, true)).isNotEmpty();
        client.pollMs = 10_000;
        assertThat(client.pop().get(0).getReconsumeTimes()).isZero();
    }

    @Test
    void shouldProlongTheTimeOfAMessage() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        client.invisibleMs = SOON_MS;
        final MessageExt message = client.pop().get(0);
        final String handle = client.putOff(message, 60_000, false);
        message.getProperties().put("POP_CK", handle);
        client.pollMs = 3 * SOON_MS;
        assertThat(client.pop()).isEmpty();
        assertThat(client.acknowledge(message)).isTrue();
    }

    @Test
    void shouldWaitForAMessage() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        assertThat(client.acknowledgeAll(client.pop())).isTrue();
        client.pollMs = 20_000;
        final CompletableFuture<List<String>> waiting = inBackground(client::popBodies);
        producer().send(message(topic, "comes"));
        assertThat(waiting.get(15, TimeUnit.SECONDS)).containsExactly("comes");
    }

    @Test
    void shouldTellOfMessagesWithoutGivingThem() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        assertThat(client.notified()).isTrue();
        assertThat(client.notified()).isTrue();
        final List<MessageExt> found = client.pop();
        assertThat(found).hasSize(1);
        assertThat(client.notified()).as("the message is with a consumer").isFalse();
    }

    @Test
    void shouldTellOfAMessageWhenItComes() throws Exception {
        final String topic = topicOf(1);
        final PopClient client = pop("group", topic);
        assertThat(client.acknowledgeAll(client.pop())).isTrue();
        client.pollMs = 20_000;
        final CompletableFuture<Boolean> waiting = inBackground(client::notified);
        producer().send(message(topic, "comes"));
        assertThat(waiting.get(15, TimeUnit.SECONDS)).isTrue();
        assertThat(client.popBodies()).containsExactly("comes");
    }

    @Test
    void shouldHoldAQueueBackWhileAnOrderedConsumerHasItsMessages() throws Exception {
        final PopClient client = popInOrder(2, topicOfOneQueue(6));
        final List<MessageExt> first = client.pop();
        assertThat(bodies(first)).containsExactly("m0", "m1");
        assertThat(client.pop()).as("two are not acknowledged").isEmpty();
        assertThat(client.acknowledge(first.get(0))).isTrue();
        assertThat(client.notified()).as("one is not acknowledged").isFalse();
        assertThat(client.acknowledge(first.get(1))).isTrue();
        assertThat(client.popBodies()).containsExactly("m2", "m3");
    }

    @Test
    void shouldGiveAnOrderedConsumerTheSameAgainBeforeWhatFollows() throws Exception {
        final PopClient client = popInOrder(2, topicOfOneQueue(4));
        client.invisibleMs = SOON_MS;
        final List<MessageExt> first = client.pop();
        assertThat(client.acknowledge(first.get(0))).isTrue();
        client.pollMs = 10_000;
        final List<MessageExt> second = client.pop();
        assertThat(bodies(second)).containsExactly("m1", "m2");
        assertThat(second).extracting(MessageExt::getReconsumeTimes).containsExactly(1, 0);
    }

    @Test
    void shouldRepeatTheAnswerToAnOrderedAttempt() throws Exception {
        final PopClient client = popInOrder(2, topicOfOneQueue(4));
        client.attemptId = "a1";
        assertThat(client.popBodies()).containsExactly("m0", "m1");
        assertThat(client.popBodies()).containsExactly("m0", "m1");
        client.attemptId = "a2";
        assertThat(client.pop()).isEmpty();
    }

    @Test
    void shouldPopWhatATagExpressionWants() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (final String tag : List.of("A", "B", "A", "C")) {
            producer.send(message(topic, tag, "of " + tag));
        }
        final PopClient client = pop("group", topic);
        client.expression = "A || C";
        assertThat(bodies(popAll(client, 3))).containsExactlyInAnyOrder("of A", "of A", "of C");
        assertThat(client.pop()).isEmpty();
    }

    @Test
    void shouldPopWhatAnSqlExpressionWants() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 6; i++) {
            final Message message = message(topic, "m" + i);
            message.putUserProperty("n", Integer.toString(i));
            producer.send(message);
        }
        final PopClient client = pop("group", topic);
        client.expressionType = "SQL92";
        client.expression = "n > 3";
        assertThat(bodies(popAll(client, 2))).containsExactlyInAnyOrder("m4", "m5");
        assertThat(client.pop()).isEmpty();
    }

    @Test
    void shouldPopHighPrioritiesFirst() throws Exception {
        final String topic = unique("topic");
        server.createTopic(topic, 4, TestServer.READ_WRITE, "+message.type=PRIORITY");
        final DefaultMQProducer producer = producer();
        for (final int priority : List.of(0, 3, 1, 9, 2)) {
            final Message message = message(topic, "p" + priority);
            message.setPriority(priority);
            producer.send(message);
        }
        final PopClient client = pop("group", topic);
        client.most = 1;
        final List<String> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            order.addAll(client.popBodies());
        }
        assertThat(order).as("9 is beyond the highest queue, which is 3").containsExactly("p3", "p9", "p2", "p1", "p0");
    }

    @Test
    void shouldGiveEachGroupEveryMessage() throws Exception {
        final String topic = topicOf(5);
        assertThat(popAll(pop("one", topic), 5)).hasSize(5);
        assertThat(popAll(pop("two", topic), 5)).hasSize(5);
    }

    @Test
    void shouldTakeAnAcknowledgementOfAMessageThatWasPoppedBeforeARestart() throws Exception {
        final String topic = topicOf(6);
        final String group = unique("group");
        final PopClient client = new PopClient(server, group, topic);
        afterwards(client::close);
        final List<MessageExt> all = popAll(client, 6);
        assertThat(client.acknowledge(all.get(0))).isTrue();
        server.restart();
        await().ignoreExceptions().until(() -> client.acknowledge(all.get(1)));
        final List<MessageExt> left = popAll(client, 4);
        final Set<String> before = new HashSet<>(bodies(all.subList(2, 6)));
        assertThat(bodies(left)).as("all but what was acknowledged").containsAll(before);
        assertThat(bodies(left)).doesNotContain(body(all.get(1)));
    }

    private PopClient pop(final String group, final String topic) {
        final PopClient client = new PopClient(server, unique(group), topic);
        afterwards(client::close);
        return client;
    }

    private PopClient popInOrder(final int most, final String topic) {
        final PopClient client = pop("group", topic);
        client.ordered = true;
        client.most = most;
        return client;
    }

    private static List<MessageExt> popAll(final PopClient client, final int count) {
        final List<MessageExt> all = new ArrayList<>();
        await().until(() -> {
            all.addAll(client.pop());
            return all.size() >= count;
        });
        return all;
    }

    private String topicOf(final int count) throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < count; i++) {
            producer.send(message(topic, "m" + i));
        }
        return topic;
    }

    /** All messages are in its first queue. */
    private String topicOfOneQueue(final int count) throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < count; i++) {
            producer.send(message(topic, "m" + i), (queues, message, key) -> queues.get(0), 0);
        }
        return topic;
    }
}
