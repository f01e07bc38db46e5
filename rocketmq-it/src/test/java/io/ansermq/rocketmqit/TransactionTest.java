package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;

/** Messages that are sent in two phases. */
class TransactionTest extends RocketMqScenario {

    @Test
    void shouldDeliverACommittedMessageAndNoOther() throws Exception {
        final String topic = unique("topic");
        final Inbox inbox = consume(topic);
        final TransactionMQProducer producer = producer(
                topic,
                message -> switch (body(message)) {
                    case "commit" -> LocalTransactionState.COMMIT_MESSAGE;
                    default -> LocalTransactionState.ROLLBACK_MESSAGE;
                },
                new AtomicInteger());
        final TransactionSendResult rolledBack = producer.sendMessageInTransaction(message(topic, "roll back"), null);
        assertThat(rolledBack.getLocalTransactionState()).isEqualTo(LocalTransactionState.ROLLBACK_MESSAGE);
        producer.sendMessageInTransaction(message(topic, "commit"), null);
        await().until(() -> inbox.bodies().contains("commit"));
        producer.send(message(topic, "later"));
        await().until(() -> inbox.bodies().contains("later"));
        assertThat(inbox.bodies()).doesNotContain("roll back");
    }

    @Test
    void shouldAskTheProducerWhatBecameOfAnUndecidedMessage() throws Exception {
        final String topic = unique("topic");
        final Inbox inbox = consume(topic);
        final AtomicInteger asked = new AtomicInteger();
        final TransactionMQProducer producer = producer(topic, message -> LocalTransactionState.UNKNOW, asked);
        producer.sendMessageInTransaction(message(topic, "undecided"), null);
        assertThat(inbox.bodies()).doesNotContain("undecided");
        await().atMost(Duration.ofSeconds(30)).until(() -> inbox.bodies().contains("undecided"));
        assertThat(asked).hasValue(1);
    }

    @Test
    void shouldKeepHalfMessagesOverARestart() throws Exception {
        final String topic = unique("topic");
        final Inbox inbox = consume(topic);
        final AtomicInteger asked = new AtomicInteger();
        final TransactionMQProducer producer = producer(topic, message -> LocalTransactionState.UNKNOW, asked);
        producer.sendMessageInTransaction(message(topic, "survives"), null);
        server.restart();
        await().atMost(Duration.ofSeconds(90)).until(() -> inbox.bodies().contains("survives"));
    }

    private interface Local {
        LocalTransactionState decide(MessageExt message);
    }

    private TransactionMQProducer producer(final String topic, final Local local, final AtomicInteger asked)
            throws Exception {
        final TransactionMQProducer producer = new TransactionMQProducer(unique("producer"));
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(final Message message, final Object argument) {
                final MessageExt copy = new MessageExt();
                copy.setBody(message.getBody());
                return local.decide(copy);
            }

            @Override
            public LocalTransactionState checkLocalTransaction(final MessageExt message) {
                asked.incrementAndGet();
                return LocalTransactionState.COMMIT_MESSAGE;
            }
        });
        start(producer);
        return producer;
    }

    private Inbox consume(final String topic) throws Exception {
        producer().send(message(topic, "makes the topic"));
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        await().until(() -> inbox.size() == 1);
        return inbox;
    }
}
