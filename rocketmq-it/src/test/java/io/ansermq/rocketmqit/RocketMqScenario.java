package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One server for all scenarios of a class; each scenario has topics and groups of its own, and its clients end with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RocketMqScenario {

    /** Names differ between runs as well: the clients keep files by group and instance (the progress of broadcasting). */
    private static final String RUN = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

    private static final int PATIENCE_MS = 20_000;

    /** The clients' own 30 s would be most of what the scenarios take. */
    private static final int POLL_ROUTES_MS = 1_000;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    TestServer server;
    private final Deque<Runnable> cleanUp = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> stopping = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Map<String, String> options() {
        return Map.of();
    }

    @BeforeAll
    void startServer(@TempDir final Path data) throws IOException {
        // The official clients try again what went wrong (a route, an assignment of queues) after 20 or 30 s.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        server = TestServer.start(data.resolve("server"), options());
    }

    /** The build says which client it means; another one on the class path would prove something else. */
    @BeforeAll
    static void checkClient() throws ReflectiveOperationException {
        final String meant = System.getProperty("anser.test.rocketmq");
        if (meant != null) {
            // A constant, which the compiler would take from the client that it sees.
            final int version = MQVersion.class.getField("CURRENT_VERSION").getInt(null);
            assertThat(MQVersion.getVersionDesc(version)).isEqualTo('V' + meant.replace('.', '_'));
        }
    }

    @AfterAll
    void stopServer() {
        CompletableFuture.allOf(stopping.toArray(CompletableFuture<?>[]::new)).join();
        server.close();
        threads.shutdown();
    }

    /** The clients take seconds to stop; the next scenario need not wait for that. */
    @AfterEach
    void stopClients() {
        while (!cleanUp.isEmpty()) {
            stopping.add(CompletableFuture.runAsync(cleanUp.pop(), threads));
        }
    }

    void afterwards(final Runnable action) {
        cleanUp.push(action);
    }

    /** A name that no other scenario has. */
    static String unique(final String prefix) {
        return prefix + "-" + RUN + "-" + NUMBER.incrementAndGet();
    }

    DefaultMQProducer producer() throws MQClientException {
        final DefaultMQProducer producer = new DefaultMQProducer(unique("producer"));
        start(producer);
        return producer;
    }

    void start(final DefaultMQProducer producer) throws MQClientException {
        producer.setNamesrvAddr(server.nameServerAddress());
        patient(producer);
        producer.setSendMsgTimeout(PATIENCE_MS);
        producer.start();
        afterwards(producer::shutdown);
    }

    /** The official clients give a request 3 s, which a busy machine may need for the first ones. */
    static void patient(final ClientConfig client) {
        client.setInstanceName(unique("instance"));
        client.setMqClientApiTimeout(PATIENCE_MS);
    }

    /** A consumer that has not started yet; it is told of the server, ends with the scenario and reads from the first message. */
    DefaultMQPushConsumer consumer(final String group) {
        final DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(server.nameServerAddress());
        patient(consumer);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPollNameServerInterval(POLL_ROUTES_MS);
        afterwards(consumer::shutdown);
        return consumer;
    }

    DefaultLitePullConsumer litePull(final String group) {
        final DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(group);
        consumer.setNamesrvAddr(server.nameServerAddress());
        patient(consumer);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        afterwards(consumer::shutdown);
        return consumer;
    }

    /** What a listener was given, in the order it came. */
    static final class Inbox {
        final List<MessageExt> messages = new CopyOnWriteArrayList<>();

        MessageListenerConcurrently listener() {
            return (received, context) -> {
                messages.addAll(received);
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            };
        }

        List<String> bodies() {
            return messages.stream().map(RocketMqScenario::body).toList();
        }

        int size() {
            return messages.size();
        }
    }

    /** A topic that this message makes. */
    String topicWith(final String body) throws Exception {
        final String topic = unique("topic");
        producer().send(message(topic, body));
        return topic;
    }

    /** A push consumer of a group of its own. */
    Inbox push(final String topic, final String expression) throws MQClientException {
        return push(unique("group"), topic, expression);
    }

    Inbox push(final String group, final String topic, final String expression) throws MQClientException {
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.subscribe(topic, expression);
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        return inbox;
    }

    <T> CompletableFuture<T> inBackground(final Callable<T> action) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                result.complete(action.call());
            } catch (final Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    static List<String> bodies(final List<MessageExt> messages) {
        return messages.stream().map(RocketMqScenario::body).toList();
    }

    static Message message(final String topic, final String body) {
        return new Message(topic, body.getBytes(StandardCharsets.UTF_8));
    }

    static Message message(final String topic, final String tag, final String body) {
        return new Message(topic, tag, body.getBytes(StandardCharsets.UTF_8));
    }

    static String body(final MessageExt message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    /** Starts a consumer that answers each request on a topic. */
    final void answer(final String topic) throws Exception {
        final DefaultMQProducer replier = producer();
        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (final MessageExt message : messages) {
                if (message.getProperty("REPLY_TO_CLIENT") != null) {
                    try {
                        replier.send(MessageUtil.createReplyMessage(
                                message, ("re: " + body(message)).getBytes(StandardCharsets.UTF_8)));
                    } catch (final Exception e) {
                        return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                    }
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
    }
}
