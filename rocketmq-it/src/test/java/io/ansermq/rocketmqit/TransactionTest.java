package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

/** Messages that are sent in two phases. */
class TransactionTest extends RocketMqScenario {

    private static final int MOST_CHECKS = 3;

    @Override
    Map<String, String> options() {
        return Map.of(
                "check-back-after", "1s", "check-back-interval", "1s", "check-back-max", Integer.toString(MOST_CHECKS));
    }

    @Test
    void shouldDeliverACommittedMessageAndNoOther() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final Producer producer = transactional(
                body -> body.equals("commit")
                        ? LocalTransactionState.COMMIT_MESSAGE
                        : LocalTransactionState.ROLLBACK_MESSAGE,
                LocalTransactionState.UNKNOW);
        final TransactionSendResult rolledBack = producer.send(message(topic, "roll back"));
        assertThat(rolledBack.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        assertThat(rolledBack.getTransactionId()).isNotEmpty();
        assertThat(rolledBack.getLocalTransactionState()).isEqualTo(LocalTransactionState.ROLLBACK_MESSAGE);
        producer.send(message(topic, "commit"));
        await().until(() -> inbox.bodies().contains("commit"));
        producer.client.send(message(topic, "later"));
        await().until(() -> inbox.bodies().contains("later"));
        assertThat(inbox.bodies()).doesNotContain("roll back");
    }

    @Test
    void shouldShowACommittedMessageAsItWasSent() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "urgent");
        final Producer producer =
                transactional(body -> LocalTransactionState.COMMIT_MESSAGE, LocalTransactionState.UNKNOW);
        final Message message = message(topic, "urgent", "whole");
        message.setKeys("k1");
        message.putUserProperty("colour", "red");
        final TransactionSendResult sent = producer.send(message);
        await().until(() -> inbox.size() == 1);
        final MessageExt received = inbox.messages.get(0);
        assertThat(received.getMsgId()).isEqualTo(sent.getMsgId());
        assertThat(received.getTopic()).isEqualTo(topic);
        assertThat(received.getTags()).isEqualTo("urgent");
        assertThat(received.getKeys()).isEqualTo("k1");
        assertThat(received.getUserProperty("colour")).isEqualTo("red");
    }

    @Test
    void shouldAskTheProducerWhatBecameOfAnUndecidedMessage() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final Producer producer =
                transactional(body -> LocalTransactionState.UNKNOW, LocalTransactionState.COMMIT_MESSAGE);
        final TransactionSendResult sent = producer.send(message(topic, "undecided"));
        await().until(() -> inbox.bodies().contains("undecided"));
        assertThat(producer.asked).hasSize(1);
        assertThat(producer.asked.get(0).getTopic()).isEqualTo(topic);
        assertThat(producer.asked.get(0).getTransactionId()).isEqualTo(sent.getTransactionId());
    }

    @Test
    void shouldRollBackWhenTheProducerSaysSoToACheck() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final Producer producer =
                transactional(body -> LocalTransactionState.UNKNOW, LocalTransactionState.ROLLBACK_MESSAGE);
        producer.send(message(topic, "undecided"));
        await().until(() -> producer.asked.size() == 1);
        final Message marker = message(topic, "marker");
        marker.setDelayTimeLevel(2);
        producer.client.send(marker);
        await().until(() -> inbox.bodies().contains("marker"));
        assertThat(inbox.bodies()).doesNotContain("undecided");
        assertThat(producer.asked).as("not asked again").hasSize(1);
    }

    @Test
    void shouldAskAnotherProducerOfTheGroupWhenTheFirstIsGone() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final String group = unique("producer");
        final Producer first = transactional(group, body -> LocalTransactionState.UNKNOW, LocalTransactionState.UNKNOW);
        first.send(message(topic, "left behind"));
        first.client.shutdown();
        final Producer second =
                transactional(group, body -> LocalTransactionState.UNKNOW, LocalTransactionState.COMMIT_MESSAGE);
        // It tells the broker of itself when it knows a topic.
        second.client.send(message(topic, "here I am"));
        await().until(() -> inbox.bodies().contains("left behind"));
        assertThat(second.asked).isNotEmpty();
    }

    @Test
    void shouldWaitWithTheFirstQuestionAsLongAsTheMessageSays() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final Producer producer =
                transactional(body -> LocalTransactionState.UNKNOW, LocalTransactionState.COMMIT_MESSAGE);
        final Message message = message(topic, "immune");
        message.putUserProperty("CHECK_IMMUNITY_TIME_IN_SECONDS", "4");
        final long sentMs = System.currentTimeMillis();
        producer.send(message);
        await().until(() -> inbox.bodies().contains("immune"));
        assertThat(System.currentTimeMillis() - sentMs).isGreaterThanOrEqualTo(3_900);
    }

    @Test
    void shouldKeepApartWhatNobodyDecides() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final Producer producer = transactional(body -> LocalTransactionState.UNKNOW, LocalTransactionState.UNKNOW);
        producer.send(message(topic, "never decided"));
        final Inbox given = push("TRANS_CHECK_MAX_TIME_TOPIC", "*");
        await().until(() -> given.bodies().contains("never decided"));
        assertThat(producer.asked).hasSize(MOST_CHECKS);
        assertThat(given.messages.get(0).getProperty("REAL_TOPIC")).isEqualTo(topic);
        assertThat(inbox.bodies()).doesNotContain("never decided");
    }

    @Test
    void shouldKeepHalfMessagesOverARestart() throws Exception {
        final String topic = topicWith("makes the topic");
        final Inbox inbox = push(topic, "*");
        final Producer producer =
                transactional(body -> LocalTransactionState.UNKNOW, LocalTransactionState.COMMIT_MESSAGE);
        producer.send(message(topic, "survives"));
        server.restart();
        await().atMost(Duration.ofSeconds(90)).until(() -> inbox.bodies().contains("survives"));
    }

    /** A producer, and the messages that the broker asked it about. */
    private record Producer(TransactionMQProducer client, List<MessageExt> asked) {
        TransactionSendResult send(final Message message) throws Exception {
            return client.sendMessageInTransaction(message, null);
        }
    }

    private Producer transactional(
            final Function<String, LocalTransactionState> local, final LocalTransactionState whenAsked)
            throws Exception {
        return transactional(unique("producer"), local, whenAsked);
    }

    private Producer transactional(
            final String group,
            final Function<String, LocalTransactionState> local,
            final LocalTransactionState whenAsked)
            throws Exception {
        final Producer producer = new Producer(new TransactionMQProducer(group), new CopyOnWriteArrayList<>());
        producer.client.setHeartbeatBrokerInterval(1_000);
        producer.client.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(final Message message, final Object argument) {
                return local.apply(new String(message.getBody(), StandardCharsets.UTF_8));
            }

            @Override
            public LocalTransactionState checkLocalTransaction(final MessageExt message) {
                producer.asked.add(message);
                return whenAsked;
            }
        });
        start(producer.client);
        return producer;
    }
}
