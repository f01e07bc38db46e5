package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four official producers, three official push consumers of one group of which one leaves and another one joins again and
 * again, and a broker process that is killed: nothing is lost, and what comes twice is explained.
 *
 * <p>{@code -Danser.kill.messages=1000000 -Danser.kill.kills=5} is the long run.
 */
class KillTest {

    private static final int MESSAGES = Integer.getInteger("anser.kill.messages", 10_000);
    private static final int KILLS = Integer.getInteger("anser.kill.kills", 1);
    private static final int PRODUCERS = 4;
    private static final int THREADS_OF_PRODUCER = 4;
    private static final int CONSUMERS = 3;
    private static final Duration CHURN = Duration.ofSeconds(MESSAGES > 100_000 ? 60 : 8);

    private final String topic = RocketMqScenario.unique("kills");
    private final String group = RocketMqScenario.unique("group");
    private final Deliveries deliveries = new Deliveries(MESSAGES);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger stored = new AtomicInteger();
    private final Deque<DefaultMQPushConsumer> consumers = new ArrayDeque<>();

    @Test
    void shouldLoseNothingWhenTheBrokerIsKilled(@TempDir final Path directory) throws Exception {
        final ExecutorService threads = Executors.newCachedThreadPool();
        final ScheduledExecutorService churn = Executors.newScheduledThreadPool(1);
        final List<DefaultMQProducer> producers = new ArrayList<>();
        try (ServerProcesses servers = new ServerProcesses(directory.resolve("server"))) {
            final List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                final DefaultMQProducer producer = producer(servers);
                producers.add(producer);
                for (int j = 0; j < THREADS_OF_PRODUCER; j++) {
                    sending.add(threads.submit(() -> send(producer)));
                }
            }
            for (int i = 0; i < CONSUMERS; i++) {
                join(servers);
            }
            final var unused = churn.scheduleWithFixedDelay(
                    () -> change(servers), CHURN.toMillis(), CHURN.toMillis(), TimeUnit.MILLISECONDS);
            for (int kill = 1; kill <= KILLS; kill++) {
                final int due = (int) ((long) MESSAGES * kill / (KILLS + 1));
                await().atMost(Duration.ofMinutes(20)).until(() -> stored.get() >= due);
                deliveries.unrest();
                servers.killAndRestartBroker();
                deliveries.unrest();
                System.out.println("killed at " + stored.get() + " messages; " + deliveries);
            }
            for (final Future<?> each : sending) {
                each.get();
            }
            await().atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(deliveries.missing())
                            .as("%s, such as %s", deliveries, deliveries.missingNumbers())
                            .isZero());
            churn.shutdown();
            assertThat(churn.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
            System.out.println(deliveries);
            assertThat(deliveries.unexplained()).as("%s", deliveries).isZero();
        } finally {
            churn.shutdownNow();
            threads.shutdownNow();
            producers.forEach(DefaultMQProducer::shutdown);
            consumers.forEach(DefaultMQPushConsumer::shutdown);
        }
    }

    private DefaultMQProducer producer(final ServerProcesses servers) throws Exception {
        final DefaultMQProducer producer = new DefaultMQProducer(RocketMqScenario.unique("producer"));
        producer.setNamesrvAddr(servers.nameServerAddress());
        producer.setInstanceName(RocketMqScenario.unique("instance"));
        // Each try is counted by this test.
        producer.setRetryTimesWhenSendFailed(0);
        producer.start();
        return producer;
    }

    /** Sends what is next until there is nothing left, each message until it is stored. */
    private void send(final DefaultMQProducer producer) {
        for (int number = next.getAndIncrement(); number < MESSAGES; number = next.getAndIncrement()) {
            final byte[] body = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
            boolean done = false;
            while (!done) {
                deliveries.attempt(number);
                done = trySending(producer, body);
            }
            stored.incrementAndGet();
        }
    }

    private boolean trySending(final DefaultMQProducer producer, final byte[] body) {
        try {
            return producer.send(new Message(topic, body)).getSendStatus() == SendStatus.SEND_OK;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (final Exception e) {
            // The broker is away; without a connection the client fails at once.
            LockSupport.parkNanos(100_000_000L);
            return false;
        }
    }

    private void change(final ServerProcesses servers) {
        try {
            leave();
            join(servers);
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    private void leave() {
        final DefaultMQPushConsumer oldest = consumers.removeFirst();
        deliveries.unrest();
        oldest.shutdown();
        deliveries.unrest();
    }

    private void join(final ServerProcesses servers) throws Exception {
        final DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(servers.nameServerAddress());
        consumer.setInstanceName(RocketMqScenario.unique("instance"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> deliveries.delivered(
                    Integer.parseInt(new String(message.getBody(), StandardCharsets.US_ASCII)), message));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        deliveries.unrest();
        consumer.start();
        consumers.addLast(consumer);
    }
}
