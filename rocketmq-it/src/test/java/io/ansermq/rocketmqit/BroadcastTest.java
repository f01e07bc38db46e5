package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.remoting.protocol.heartbeat.MessageModel;
import org.junit.jupiter.api.Test;

/** Broadcasting, and where consumers begin: a broadcasting one does what it was told, one of a group on a young topic begins at 0. */
class BroadcastTest extends RocketMqScenario {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneId.systemDefault());

    @Test
    void shouldGiveEachBroadcastingConsumerEveryMessage() throws Exception {
        final String topic = topicWith("first");
        final String group = unique("group");
        final Inbox one = new Inbox();
        final Inbox two = new Inbox();
        final Inbox three = new Inbox();
        start(consumer(group), topic, one, MessageModel.BROADCASTING);
        start(consumer(group), topic, two, MessageModel.BROADCASTING);
        start(consumer(group), topic, three, MessageModel.BROADCASTING);
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 20; i++) {
            producer.send(message(topic, "m" + i));
        }
        await().until(() -> one.size() == 21 && two.size() == 21 && three.size() == 21);
        assertThat(one.bodies()).containsExactlyInAnyOrderElementsOf(two.bodies());
        assertThat(one.bodies()).doesNotHaveDuplicates();
    }

    @Test
    void shouldBeginAtTheEndWhenToldSo() throws Exception {
        final String topic = topicWith("old");
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
        start(consumer, topic, inbox, MessageModel.BROADCASTING);
        final DefaultMQProducer producer = producer();
        await().until(() -> {
            producer.send(message(topic, "new"));
            return inbox.size() > 0;
        });
        assertThat(inbox.bodies()).doesNotContain("old");
    }

    @Test
    void shouldBeginAtATimeWhenToldSo() throws Exception {
        final String topic = topicWith("old");
        // The client's setting knows whole seconds: the rest is sent two of them later.
        final Instant since = Instant.ofEpochMilli(System.currentTimeMillis() + 1_000);
        await().until(() -> System.currentTimeMillis() > since.toEpochMilli() + 1_000);
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 8; i++) {
            producer.send(message(topic, "new"));
        }
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_TIMESTAMP);
        consumer.setConsumeTimestamp(TIMESTAMP.format(since));
        start(consumer, topic, inbox, MessageModel.BROADCASTING);
        await().until(() -> inbox.size() == 8);
        assertThat(inbox.bodies()).containsOnly("new");
    }

    @Test
    void shouldBeginAtTheFirstMessageWhenToldSo() throws Exception {
        final String topic = topicWith("old");
        final Inbox inbox = new Inbox();
        start(consumer(unique("group")), topic, inbox, MessageModel.BROADCASTING);
        await().until(() -> inbox.bodies().contains("old"));
    }

    @Test
    void shouldBeginAGroupWithTheFirstMessageOfAYoungTopicWhateverItIsTold() throws Exception {
        final String topic = topicWith("old");
        for (final ConsumeFromWhere where : new ConsumeFromWhere[] {
            ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET, ConsumeFromWhere.CONSUME_FROM_TIMESTAMP
        }) {
            final Inbox inbox = new Inbox();
            final DefaultMQPushConsumer consumer = consumer(unique("group"));
            consumer.setConsumeFromWhere(where);
            consumer.setConsumeTimestamp(TIMESTAMP.format(Instant.now().plusSeconds(60)));
            start(consumer, topic, inbox, MessageModel.CLUSTERING);
            await().until(() -> inbox.bodies().contains("old"));
        }
    }

    private static void start(
            final DefaultMQPushConsumer consumer, final String topic, final Inbox inbox, final MessageModel model)
            throws Exception {
        consumer.setMessageModel(model);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
    }
}
