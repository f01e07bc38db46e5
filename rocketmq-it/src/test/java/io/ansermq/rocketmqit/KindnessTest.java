package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.impl.mqclient.MQClientAPIExt;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.remoting.protocol.header.PullMessageRequestHeader;
import org.junit.jupiter.api.Test;

/** Where we are kinder than RocketMQ's own broker and its clients cannot tell. */
class KindnessTest extends RocketMqScenario {

    /** RocketMQ's takes 40 s, because the client hears of the retry topic only then. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(20);

    @Test
    void shouldBringTheFirstRetryOfANewGroupAfterItsDelay() throws Exception {
        final String topic = topicWith("again");
        final List<Integer> times = new CopyOnWriteArrayList<>();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.setPollNameServerInterval(30_000);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            context.setDelayLevelWhenNextConsume(2);
            times.add(messages.get(0).getReconsumeTimes());
            return times.size() == 1
                    ? ConsumeConcurrentlyStatus.RECONSUME_LATER
                    : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        await().until(() -> times.size() == 1);
        await().atMost(FIRST_RETRY).until(() -> times.size() == 2);
        assertThat(times).containsExactly(0, 1);
    }

    @Test
    void shouldServeAConsumerWhoseHeartbeatHasNotCome() throws Exception {
        final String topic = topicWith("first");
        final MQClientAPIExt api = PopClient.api(server);
        afterwards(api::shutdown);
        int found = 0;
        for (int queue = 0; queue < 4; queue++) {
            final PullResult result = pullBeforeHeartbeat(api, topic, queue, "TAG");
            found += result.getPullStatus() == PullStatus.FOUND
                    ? result.getMsgFoundList().size()
                    : 0;
        }
        assertThat(found).isEqualTo(1);
    }

    @Test
    void shouldNotServeUnselectedWhatOnlyTheBrokerSelects() throws Exception {
        final String topic = topicWith("first");
        final MQClientAPIExt api = PopClient.api(server);
        afterwards(api::shutdown);
        assertThatThrownBy(() -> pullBeforeHeartbeat(api, topic, 0, "SQL92"))
                .hasRootCauseInstanceOf(MQBrokerException.class)
                .hasStackTraceContaining("CODE: 24")
                .hasStackTraceContaining("send a heartbeat");
    }

    private PullResult pullBeforeHeartbeat(
            final MQClientAPIExt api, final String topic, final int queue, final String expressionType)
            throws Exception {
        final PullMessageRequestHeader header = new PullMessageRequestHeader();
        header.setConsumerGroup(unique("group"));
        header.setTopic(topic);
        header.setQueueId(queue);
        header.setQueueOffset(0L);
        header.setMaxMsgNums(32);
        header.setSysFlag(0);
        header.setCommitOffset(0L);
        header.setSuspendTimeoutMillis(0L);
        header.setSubVersion(System.currentTimeMillis());
        header.setExpressionType(expressionType);
        return api.pullMessageAsync(server.brokerAddress(), header, 10_000).get(10, TimeUnit.SECONDS);
    }

    @Test
    void shouldNotSayThatItIsBusyWhenManySendAtOnce() throws Exception {
        final String topic = topicWith("first");
        final DefaultMQProducer producer = producer();
        producer.setRetryTimesWhenSendAsyncFailed(0);
        final int count = 5_000;
        final CountDownLatch answered = new CountDownLatch(count);
        final Map<String, Boolean> ids = new ConcurrentHashMap<>();
        final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < count; i++) {
            producer.send(
                    message(topic, "m" + i),
                    new SendCallback() {
                        @Override
                        public void onSuccess(final SendResult sent) {
                            ids.put(sent.getMsgId(), true);
                            answered.countDown();
                        }

                        @Override
                        public void onException(final Throwable failure) {
                            failures.add(failure);
                            answered.countDown();
                        }
                    },
                    60_000);
        }
        assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).isEmpty();
        assertThat(ids).hasSize(count);
    }
}
