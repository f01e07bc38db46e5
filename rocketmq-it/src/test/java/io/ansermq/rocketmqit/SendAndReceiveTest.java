package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageId;
import org.apache.rocketmq.common.message.MessageQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Sending in all its ways, and push consumption of what was sent. */
class SendAndReceiveTest extends RocketMqScenario {

    private static final int ILLEGAL = 13;
    private static final int NO_SUCH_QUEUE = 29;

    @Test
    void shouldSendAndConsumeOnATopicThatTheFirstMessageCreates() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        final SendResult result = producer.send(message(topic, "hello"));

        assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        assertThat(result.getOffsetMsgId()).hasSize(32);
        assertThat(result.getMsgId()).isNotEmpty();

        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().equals(List.of("hello")));
        assertThat(inbox.messages.get(0).getMsgId()).isEqualTo(result.getMsgId());
        assertThat(inbox.messages.get(0).getQueueOffset()).isEqualTo(result.getQueueOffset());
    }

    @Test
    void shouldKeepKeysTagsAndProperties() throws Exception {
        final String topic = unique("topic");
        final Message message = message(topic, "red", "painted");
        message.setKeys("k1 k2");
        message.putUserProperty("colour", "rot & gr\u00fcn");
        message.setFlag(7);
        producer().send(message);

        final Inbox inbox = push(topic, "red");
        await().until(() -> inbox.size() == 1);
        assertThat(inbox.messages.get(0).getTags()).isEqualTo("red");
        assertThat(inbox.messages.get(0).getKeys()).isEqualTo("k1 k2");
        assertThat(inbox.messages.get(0).getUserProperty("colour")).isEqualTo("rot & gr\u00fcn");
        assertThat(inbox.messages.get(0).getFlag()).isEqualTo(7);
    }

    @Test
    void shouldSendAsynchronously() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        final List<CompletableFuture<SendResult>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            final CompletableFuture<SendResult> result = new CompletableFuture<>();
            results.add(result);
            producer.send(message(topic, "m" + i), new SendCallback() {
                @Override
                public void onSuccess(final SendResult sent) {
                    result.complete(sent);
                }

                @Override
                public void onException(final Throwable failure) {
                    result.completeExceptionally(failure);
                }
            });
        }
        for (final CompletableFuture<SendResult> result : results) {
            assertThat(result.get(10, TimeUnit.SECONDS).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        }
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 100);
    }

    @Test
    void shouldSendOneWay() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.send(message(topic, "known"));
        producer.sendOneway(message(topic, "gone"));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 2);
    }

    @Test
    void shouldSendABatchToOneQueue() throws Exception {
        final String topic = unique("topic");
        final List<Message> batch = List.of(message(topic, "a"), message(topic, "b"), message(topic, "c"));
        final SendResult result = producer().send(batch);

        assertThat(result.getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        assertThat(result.getOffsetMsgId().split(",")).hasSize(3);
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 3);
        assertThat(inbox.bodies()).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldDeliverWhileTheConsumerWaits() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        producer.send(message(topic, "first"));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        for (int i = 0; i < 50; i++) {
            producer.send(message(topic, "later" + i));
        }
        await().until(() -> inbox.size() == 51);
    }

    @Test
    void shouldFilterByTags() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 30; i++) {
            producer.send(message(topic, List.of("A", "B", "C").get(i % 3), "m" + i));
        }
        final Inbox inbox = push(topic, "A || C");
        await().until(() -> inbox.size() == 20);
        assertThat(inbox.messages).allMatch(message -> !message.getTags().equals("B"));
    }

    @Test
    void shouldSendALargeCompressedBody() throws Exception {
        final String topic = unique("topic");
        final String body = "0123456789".repeat(20_000);
        producer().send(message(topic, body));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().equals(List.of(body)));
    }

    @Test
    void shouldSayWhereEachMessageWent() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 5; i++) {
            final SendResult sent = producer.send(message(topic, "m" + i), (queues, message, key) -> queues.get(2), 0);
            assertThat(sent.getMessageQueue()).isEqualTo(new MessageQueue(topic, TestServer.BROKER, 2));
            assertThat(sent.getQueueOffset()).isEqualTo(i);
        }
    }

    @Test
    void shouldPutAddressAndPlaceIntoTheOffsetId() throws Exception {
        final String topic = unique("topic");
        final SendResult sent = producer().send(message(topic, "found by its id"));
        final MessageId id = MessageDecoder.decodeMessageId(sent.getOffsetMsgId());
        assertThat(id.getAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", server.brokerPort()));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        assertThat(inbox.messages.get(0).getCommitLogOffset()).isEqualTo(id.getOffset());
    }

    @Test
    void shouldShowWhatTheBrokerKnowsOfAMessage() throws Exception {
        final long before = System.currentTimeMillis();
        final String topic = unique("topic");
        final SendResult sent = producer().send(message(topic, "known"));
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        final MessageExt received = inbox.messages.get(0);
        assertThat(received.getBornHostString()).isEqualTo("127.0.0.1");
        assertThat(received.getStoreHost()).isEqualTo(new InetSocketAddress("127.0.0.1", server.brokerPort()));
        assertThat(received.getBornTimestamp()).isBetween(before, System.currentTimeMillis());
        assertThat(received.getStoreTimestamp()).isBetween(before, System.currentTimeMillis());
        assertThat(received.getReconsumeTimes()).isZero();
        assertThat(received.getSysFlag()).isZero();
        assertThat(received.getBodyCRC()).isNotZero();
        assertThat(received.getBrokerName()).isEqualTo(TestServer.BROKER);
        assertThat(received.getProperty("UNIQ_KEY")).isEqualTo(sent.getMsgId());
        assertThat(received.getProperty("MSG_REGION")).isEqualTo("DefaultRegion");
        assertThat(received.getProperty("TRACE_ON")).isEqualTo("true");
        assertThat(received.getProperty("CLUSTER")).isEqualTo("DefaultCluster");
        assertThat(received.getProperty("MAX_OFFSET")).isEqualTo("1");
        assertThat(sent.getRegionId()).isEqualTo("DefaultRegion");
        assertThat(sent.isTraceOn()).isTrue();
    }

    @Test
    void shouldSendWithoutWaitingForTheDisk() throws Exception {
        final String topic = unique("topic");
        final Message message = message(topic, "quick");
        message.setWaitStoreMsgOK(false);
        assertThat(producer().send(message).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
    }

    @Test
    void shouldSendABatchOfManyWithTagsAndKeys() throws Exception {
        final String topic = unique("topic");
        final List<Message> batch = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            final Message message = message(topic, i % 2 == 0 ? "even" : "odd", "m" + i);
            message.setKeys("k" + i);
            batch.add(message);
        }
        producer().send(batch);
        final Inbox inbox = push(topic, "even");
        await().until(() -> inbox.size() == 250);
        assertThat(inbox.messages).allMatch(message -> message.getTags().equals("even"));
        assertThat(inbox.messages.get(0).getKeys()).startsWith("k");
    }

    @Test
    void shouldRefuseAQueueThatIsNotThere() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        assertRefused(
                NO_SUCH_QUEUE,
                () -> producer.send(message(topic, "astray"), new MessageQueue(topic, TestServer.BROKER, 99)));
    }

    @Test
    void shouldRefuseAMessageThatIsTooLarge() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        producer.setMaxMessageSize(8 << 20);
        producer.setCompressMsgBodyOverHowmuch(8 << 20);
        assertRefused(ILLEGAL, () -> producer.send(new Message(topic, new byte[5 << 20])));
        assertThat(producer.send(message(topic, "small")).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
    }

    @Test
    void shouldRefusePropertiesThatAreTooLong() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        final Message message = message(topic, "talkative");
        message.putUserProperty("long", "x".repeat(33_000));
        assertRefused(ILLEGAL, () -> producer.send(message));
    }

    @Test
    void shouldRefuseATopicThatOnlyTheBrokerWritesTo() throws Exception {
        final DefaultMQProducer producer = producer();
        assertThatThrownBy(() -> producer.send(message("SCHEDULE_TOPIC_XXXX", "forged")))
                .isInstanceOfAny(MQBrokerException.class, MQClientException.class);
    }

    @Test
    void shouldFindAMessageByKeyByUniqueIdAndByOffsetId() throws Exception {
        final String topic = unique("topic");
        final Message message = message(topic, "looked for");
        message.setKeys("k1 k2");
        final DefaultMQProducer producer = producer();
        final SendResult sent = producer.send(message);
        assertThat(body(producer.viewMessage(topic, sent.getMsgId()))).isEqualTo("looked for");
        assertThat(body(producer.viewMessage(topic, sent.getOffsetMsgId()))).isEqualTo("looked for");
        final long now = System.currentTimeMillis();
        for (final String key : List.of("k1", "k2")) {
            final List<MessageExt> found = producer.queryMessage(topic, key, 32, now - 60_000, now + 60_000)
                    .getMessageList();
            assertThat(found).extracting(MessageExt::getMsgId).containsExactly(sent.getMsgId());
        }
    }

    private static void assertRefused(final int code, final ThrowingCallable send) {
        assertThatThrownBy(send).isInstanceOfSatisfying(MQBrokerException.class, e -> assertThat(e.getResponseCode())
                .isEqualTo(code));
    }
}
