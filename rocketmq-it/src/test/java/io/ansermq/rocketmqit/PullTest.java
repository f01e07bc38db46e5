package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.junit.jupiter.api.Test;

/** Consumers that fetch messages themselves: what the broker answers each pull, and what the lite pull consumer makes of it. */
class PullTest extends RocketMqScenario {

    private static final int NO_SUCH_QUEUE = 29;

    // ---- one pull at a time

    @Test
    void shouldAnswerAPullWithMessagesAndTheNextOffset() throws Exception {
        final MessageQueue queue = queueWith("a", "b", "c");
        final PullResult result = puller().pull(queue, "*", 0, 2);
        assertThat(result.getPullStatus()).isEqualTo(PullStatus.FOUND);
        assertThat(bodies(result.getMsgFoundList())).containsExactly("a", "b");
        assertThat(result.getNextBeginOffset()).isEqualTo(2);
        assertThat(result.getMinOffset()).isZero();
        assertThat(result.getMaxOffset()).isEqualTo(3);
        assertThat(result.getMsgFoundList()).allSatisfy(message -> {
            assertThat(message.getProperty("MIN_OFFSET")).isEqualTo("0");
            assertThat(message.getProperty("MAX_OFFSET")).isEqualTo("3");
        });
    }

    @Test
    void shouldSayThatThereIsNothingNewAtTheEnd() throws Exception {
        final MessageQueue queue = queueWith("a");
        final PullResult result = puller().pull(queue, "*", 1, 32);
        assertThat(result.getPullStatus()).isEqualTo(PullStatus.NO_NEW_MSG);
        assertThat(result.getNextBeginOffset()).isEqualTo(1);
    }

    @Test
    void shouldMoveOnOverWhatTheExpressionLeavesOut() throws Exception {
        final MessageQueue queue = queueWith("a", "b");
        final PullResult result = puller().pull(queue, "SomethingElse", 0, 32);
        assertThat(result.getPullStatus()).isEqualTo(PullStatus.NO_MATCHED_MSG);
        assertThat(result.getNextBeginOffset()).isEqualTo(2);
    }

    @Test
    void shouldLeadBackFromBeyondTheEnd() throws Exception {
        final MessageQueue queue = queueWith("a", "b");
        final PullResult result = puller().pull(queue, "*", 17, 32);
        assertThat(result.getPullStatus()).isEqualTo(PullStatus.OFFSET_ILLEGAL);
        assertThat(result.getNextBeginOffset()).isEqualTo(2);
    }

    @Test
    void shouldLeadBackFromBeyondAQueueThatNeverHadAMessage() throws Exception {
        final MessageQueue queue = queueWith("a");
        final MessageQueue empty = new MessageQueue(queue.getTopic(), TestServer.BROKER, 1);
        final PullResult result = puller().pull(empty, "*", 5, 32);
        assertThat(result.getPullStatus()).isEqualTo(PullStatus.OFFSET_ILLEGAL);
        assertThat(result.getNextBeginOffset()).isZero();
    }

    @Test
    void shouldRefuseAQueueThatIsNotThere() throws Exception {
        final MessageQueue queue = queueWith("a");
        final DefaultMQPullConsumer puller = puller();
        assertThatThrownBy(() -> puller.pull(new MessageQueue(queue.getTopic(), TestServer.BROKER, 99), "*", 0, 32))
                .isInstanceOfSatisfying(MQBrokerException.class, e -> assertThat(e.getResponseCode())
                        .isEqualTo(NO_SUCH_QUEUE));
    }

    @Test
    void shouldAnswerAWaitingPullWhenAMessageComes() throws Exception {
        final MessageQueue queue = queueWith("a");
        final DefaultMQPullConsumer puller = puller();
        final CompletableFuture<PullResult> waiting = inBackground(() -> puller.pullBlockIfNotFound(queue, "*", 1, 32));
        producer().send(message(queue.getTopic(), "b"), queue);
        final PullResult result = waiting.get(15, TimeUnit.SECONDS);
        assertThat(result.getPullStatus()).isEqualTo(PullStatus.FOUND);
        assertThat(bodies(result.getMsgFoundList())).containsExactly("b");
    }

    @Test
    void shouldPullWhatAnSqlExpressionWants() throws Exception {
        final MessageQueue queue = queueWith("a", "b");
        final var message = message(queue.getTopic(), "c");
        message.putUserProperty("n", "7");
        producer().send(message, queue);
        final DefaultMQPullConsumer puller = puller();
        final List<MessageExt> found = new ArrayList<>();
        // The client asks only a broker whose version its heartbeat has told it.
        await().ignoreExceptions().until(() -> {
            found.addAll(puller.pull(queue, MessageSelector.bySql("n IS NOT NULL AND n > 6"), 0, 32)
                    .getMsgFoundList());
            return !found.isEmpty();
        });
        assertThat(bodies(found)).containsExactly("c");
    }

    @Test
    void shouldKnowTheBoundsOfAQueueAndItsTimes() throws Exception {
        final long before = System.currentTimeMillis();
        final MessageQueue queue = queueWith("a", "b", "c");
        final DefaultMQPullConsumer puller = puller();
        assertThat(puller.minOffset(queue)).isZero();
        assertThat(puller.maxOffset(queue)).isEqualTo(3);
        assertThat(puller.searchOffset(queue, before - 1_000)).isZero();
        assertThat(puller.searchOffset(queue, System.currentTimeMillis() + 60_000))
                .isEqualTo(3);
        assertThat(puller.earliestMsgStoreTime(queue)).isBetween(before - 1_000, System.currentTimeMillis());
    }

    @Test
    void shouldKeepTheOffsetOfAGroup() throws Exception {
        final MessageQueue queue = queueWith("a", "b", "c");
        final String group = unique("group");
        final DefaultMQPullConsumer puller = puller(group);
        puller.pull(queue, "*", 0, 2);
        puller.updateConsumeOffset(queue, 2);
        puller.persist(queue);
        await().until(() -> puller.fetchConsumeOffset(queue, true) == 2);
        server.restart();
        final DefaultMQPullConsumer later = puller(group);
        await().ignoreExceptions().until(() -> later.fetchConsumeOffset(queue, true) == 2);
    }

    @Test
    void shouldBeginAtZeroForAGroupThatIsNewOnAYoungTopic() throws Exception {
        final MessageQueue queue = queueWith("a", "b", "c");
        assertThat(puller().fetchConsumeOffset(queue, true)).isZero();
    }

    @Test
    void shouldRefuseAPullWithoutPermissionToRead() throws Exception {
        final MessageQueue queue = queueWith("a");
        server.permit(queue.getTopic(), TestServer.WRITE_ONLY);
        final DefaultMQPullConsumer puller = puller();
        assertThatThrownBy(() -> puller.pull(queue, "*", 0, 32))
                .isInstanceOfSatisfying(MQBrokerException.class, e -> assertThat(e.getResponseCode())
                        .isEqualTo(16));
    }

    // ---- the lite pull consumer

    @Test
    void shouldPollWhatALiteConsumerSubscribedTo() throws Exception {
        final MessageQueue queue = queueWith("a", "b", "c");
        final DefaultLitePullConsumer consumer = litePull(unique("group"));
        consumer.subscribe(queue.getTopic(), "*");
        consumer.start();
        assertThat(bodies(poll(consumer, 3))).containsExactly("a", "b", "c");
    }

    @Test
    void shouldPollByTag() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.send(message(topic, "A", "of A"));
        producer.send(message(topic, "B", "of B"));
        final DefaultLitePullConsumer consumer = litePull(unique("group"));
        consumer.subscribe(topic, "B");
        consumer.start();
        assertThat(bodies(poll(consumer, 1))).containsExactly("of B");
    }

    @Test
    void shouldPullAndSeekWithTheLitePullConsumer() throws Exception {
        final MessageQueue queue = queueWith("m0", "m1", "m2", "m3");
        final DefaultLitePullConsumer consumer = assigned(unique("group"), queue);
        consumer.seekToBegin(queue);
        final List<MessageExt> all = poll(consumer, 4);
        consumer.seek(queue, all.get(3).getQueueOffset());
        assertThat(bodies(poll(consumer, 1))).containsExactly("m3");
        consumer.seekToEnd(queue);
        producer().send(message(queue.getTopic(), "newest"), queue);
        assertThat(bodies(poll(consumer, 1))).containsExactly("newest");
    }

    @Test
    void shouldGoOnWhereALiteConsumerCommitted() throws Exception {
        final MessageQueue queue = queueWith("a", "b", "c");
        final String group = unique("group");
        final DefaultLitePullConsumer first = assigned(group, queue);
        first.seekToBegin(queue);
        poll(first, 3);
        first.commitSync(Map.of(queue, 2L), true);
        await().until(() -> first.committed(queue) == 2);
        first.shutdown();
        assertThat(bodies(poll(assigned(group, queue), 1))).containsExactly("c");
    }

    @Test
    void shouldFindAnOffsetByTime() throws Exception {
        final MessageQueue queue = queueWith("a", "b");
        final DefaultLitePullConsumer consumer = assigned(unique("group"), queue);
        assertThat(consumer.offsetForTimestamp(queue, System.currentTimeMillis() + 60_000))
                .isEqualTo(2);
        assertThat(consumer.offsetForTimestamp(queue, 1L)).isZero();
    }

    @Test
    void shouldPauseAndResumeAQueue() throws Exception {
        final MessageQueue queue = queueWith("a");
        final DefaultLitePullConsumer consumer = assigned(unique("group"), queue);
        consumer.seekToBegin(queue);
        poll(consumer, 1);
        consumer.pause(List.of(queue));
        final DefaultMQProducer producer = producer();
        producer.send(message(queue.getTopic(), "of the pull under way"), queue);
        poll(consumer, 1);
        producer.send(message(queue.getTopic(), "b"), queue);
        assertThat(consumer.poll(1_500)).isEmpty();
        consumer.resume(List.of(queue));
        assertThat(bodies(poll(consumer, 1))).containsExactly("b");
    }

    /** Queue 0 of a new topic, with these messages. */
    private MessageQueue queueWith(final String... bodies) throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        MessageQueue queue = null;
        for (final String body : bodies) {
            queue = producer.send(message(topic, body), (queues, message, any) -> queues.get(0), 0)
                    .getMessageQueue();
        }
        return queue;
    }

    private DefaultMQPullConsumer puller() throws Exception {
        return puller(unique("group"));
    }

    private DefaultMQPullConsumer puller(final String group) throws Exception {
        final DefaultMQPullConsumer puller = new DefaultMQPullConsumer(group);
        puller.setNamesrvAddr(server.nameServerAddress());
        patient(puller);
        puller.setHeartbeatBrokerInterval(1_000);
        puller.start();
        afterwards(puller::shutdown);
        return puller;
    }

    private DefaultLitePullConsumer assigned(final String group, final MessageQueue queue) throws Exception {
        final DefaultLitePullConsumer consumer = litePull(group);
        consumer.setAutoCommit(false);
        consumer.start();
        consumer.assign(List.of(queue));
        return consumer;
    }

    private static List<MessageExt> poll(final DefaultLitePullConsumer consumer, final int count) {
        final List<MessageExt> all = new ArrayList<>();
        await().until(() -> {
            all.addAll(consumer.poll(200));
            return all.size() >= count;
        });
        return all;
    }
}
