package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.producer.RecallMessageHandle;
import org.junit.jupiter.api.Test;

/** Messages that are due later: delay levels, timers, and taking them back. */
class DelayTest extends RocketMqScenario {

    private static final int ILLEGAL = 13;
    private static final int TOO_LATE = 604;
    private static final long DAY_SEC = 24 * 3600;

    @Test
    void shouldDelayByLevelAndKeepTheUniqueId() throws Exception {
        final String topic = topicWith("first");
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        final Message message = message(topic, "late");
        message.setDelayTimeLevel(2);
        final long sentMs = System.currentTimeMillis();
        final SendResult sent = producer().send(message);
        await().atMost(Duration.ofSeconds(20)).until(() -> inbox.size() == 2);
        final MessageExt received = inbox.messages.get(1);
        assertThat(System.currentTimeMillis() - sentMs).isGreaterThanOrEqualTo(4_900);
        assertThat(received.getMsgId()).isEqualTo(sent.getMsgId());
        assertThat(received.getProperty("DELAY")).isNull();
        assertThat(received.getTopic()).isEqualTo(topic);
    }

    @Test
    void shouldDeliverTimersOfAllThreeKindsWhenTheyAreDue() throws Exception {
        final String topic = topicWith("first");
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        final DefaultMQProducer producer = producer();
        final long sentMs = System.currentTimeMillis();
        final Message seconds = message(topic, "1 s");
        seconds.setDelayTimeSec(1);
        producer.send(seconds);
        final Message milliseconds = message(topic, "2000 ms");
        milliseconds.setDelayTimeMs(2_000);
        producer.send(milliseconds);
        final Message moment = message(topic, "at 3 s");
        moment.setDeliverTimeMs(sentMs + 3_000);
        producer.send(moment);
        await().atMost(Duration.ofSeconds(20)).until(() -> inbox.size() == 4);
        assertThat(inbox.bodies()).containsExactly("first", "1 s", "2000 ms", "at 3 s");
        assertThat(System.currentTimeMillis() - sentMs).isGreaterThanOrEqualTo(2_900);
    }

    @Test
    void shouldDeliverAtOnceWhatIsDueInThePast() throws Exception {
        final String topic = topicWith("first");
        final Message message = message(topic, "past");
        message.setDeliverTimeMs(System.currentTimeMillis() - 10_000);
        producer().send(message);
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().contains("past"));
    }

    @Test
    void shouldTakeATimerOfFortyDaysAndRefuseALongerOne() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        final Message near = message(topic, "40 days");
        near.setDelayTimeSec(40 * DAY_SEC - 60);
        assertThat(producer.send(near).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        final Message far = message(topic, "41 days");
        far.setDelayTimeSec(41 * DAY_SEC);
        assertThatThrownBy(() -> producer.send(far))
                .isInstanceOfSatisfying(MQBrokerException.class, e -> assertThat(e.getResponseCode())
                        .isEqualTo(ILLEGAL));
    }

    @Test
    void shouldTakeTheHighestLevelForOneBeyondIt() throws Exception {
        final String topic = topicWith("first");
        final Message message = message(topic, "two hours");
        message.setDelayTimeLevel(99);
        assertThat(producer().send(message).getSendStatus()).isEqualTo(SendStatus.SEND_OK);
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        assertThat(inbox.bodies()).containsExactly("first");
    }

    @Test
    void shouldTakeATimerMessageBack() throws Exception {
        final String topic = topicWith("first");
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.size() == 1);
        final DefaultMQProducer producer = producer();
        final SendResult back = producer.send(timer(topic, "taken back", 1_500));
        producer.send(timer(topic, "stays", 1_600));
        assertThat(back.getRecallHandle()).isNotEmpty();
        assertThat(producer.recallMessage(topic, back.getRecallHandle())).isEqualTo(back.getMsgId());
        await().until(() -> inbox.bodies().contains("stays"));
        assertThat(inbox.bodies()).doesNotContain("taken back");
    }

    @Test
    void shouldNotDeliverAfterARestartWhatWasTakenBack() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        final SendResult back = producer.send(timer(topic, "taken back", 3_000));
        producer.send(timer(topic, "stays", 3_100));
        producer.recallMessage(topic, back.getRecallHandle());
        server.restart();
        final Inbox inbox = push(topic, "*");
        await().until(() -> inbox.bodies().contains("stays"));
        assertThat(inbox.bodies()).doesNotContain("taken back");
    }

    @Test
    void shouldRefuseToTakeBackWhatWasDelivered() throws Exception {
        final String topic = topicWith("first");
        final Inbox inbox = push(topic, "*");
        final DefaultMQProducer producer = producer();
        final SendResult sent = producer.send(timer(topic, "gone", 500));
        await().until(() -> inbox.bodies().contains("gone"));
        assertThatThrownBy(() -> producer.recallMessage(topic, sent.getRecallHandle()))
                .isInstanceOfSatisfying(MQBrokerException.class, e -> assertThat(e.getResponseCode())
                        .isEqualTo(TOO_LATE));
    }

    @Test
    void shouldRefuseAHandleThatNamesAnotherMessage() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        final SendResult sent = producer.send(timer(topic, "waits", 60_000));
        final String forged = RecallMessageHandle.HandleV1.buildHandle(
                topic, TestServer.BROKER, Long.toString(System.currentTimeMillis() + 60_000), sent.getMsgId());
        assertThatThrownBy(() -> producer.recallMessage(topic, forged))
                .isInstanceOfAny(MQBrokerException.class, MQClientException.class);
    }

    private static Message timer(final String topic, final String body, final long delayMs) {
        final Message message = message(topic, body);
        message.setDelayTimeMs(delayMs);
        return message;
    }
}
