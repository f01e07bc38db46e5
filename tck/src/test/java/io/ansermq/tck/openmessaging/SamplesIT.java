package io.ansermq.tck.openmessaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import io.openmessaging.Future;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.ResourceManager;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.consumer.StreamingIterator;
import io.openmessaging.producer.BatchMessageSender;
import io.openmessaging.producer.LocalTransactionExecutor;
import io.openmessaging.producer.Producer;
import io.openmessaging.producer.SendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the six samples of OpenMessaging 0.3.1 show, written anew, against {@code anser server}. */
class SamplesIT {
    private static final long WAIT_MS = 30_000;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private ServerProcess server;
    private MessagingAccessPoint accessPoint;

    @BeforeEach
    void start() {
        server = ServerProcess.with(evidence)
                .set("check-back-after", "100ms")
                .set("check-back-interval", "1s")
                .start();
        accessPoint = OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:" + server.port() + "/us-east");
        accessPoint.startup();
    }

    @AfterEach
    void stop() {
        accessPoint.shutdown();
        server.stop();
    }

    private static String text(final Message message) {
        return new String(message.getBody(byte[].class), UTF_8);
    }

    private Producer producer() {
        final Producer producer = accessPoint.createProducer();
        producer.startup();
        return producer;
    }

    private static void send(final Producer producer, final String queue, final String... bodies) {
        for (final String body : bodies) {
            assertThat(producer.send(producer.createBytesMessage(queue, body.getBytes(UTF_8)))
                            .messageId())
                    .isNotBlank();
        }
    }

    private List<String> pull(final String queue, final int count) {
        final PullConsumer consumer =
                accessPoint.createPullConsumer(OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, WAIT_MS));
        consumer.attachQueue(queue).startup();
        final List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Message message = consumer.receive();
            assertThat(message).as("message %d of queue %s", i, queue).isNotNull();
            consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
            bodies.add(text(message));
        }
        assertThat(consumer.receive(OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, 200)))
                .isNull();
        consumer.shutdown();
        return bodies;
    }

    @Test
    void producerSample() throws Exception {
        final Producer producer = producer();
        send(producer, "NS://HELLO_QUEUE", "sync");
        final Future<SendResult> future =
                producer.sendAsync(producer.createBytesMessage("NS://HELLO_QUEUE", "async".getBytes(UTF_8)));
        final CountDownLatch told = new CountDownLatch(1);
        future.addListener(done -> told.countDown());
        assertThat(future.get(WAIT_MS).messageId()).isNotBlank();
        assertThat(told.await(WAIT_MS, TimeUnit.MILLISECONDS)).isTrue();
        producer.sendOneway(producer.createBytesMessage("NS://HELLO_QUEUE", "oneway".getBytes(UTF_8)));
        final BatchMessageSender batch = producer.createBatchMessageSender();
        batch.send(producer.createBytesMessage("NS://HELLO_QUEUE", "batch 1".getBytes(UTF_8)))
                .send(producer.createBytesMessage("NS://HELLO_QUEUE", "batch 2".getBytes(UTF_8)));
        batch.commit();
        batch.close();

        assertThat(pull("NS://HELLO_QUEUE", 5)).containsExactly("sync", "async", "oneway", "batch 1", "batch 2");
        producer.shutdown();
    }

    @Test
    void pushConsumerSample() throws Exception {
        final ResourceManager manager = accessPoint.resourceManager();
        manager.createNamespace("NS", OMS.newKeyValue());
        manager.createQueue("NS://HELLO_QUEUE", OMS.newKeyValue());
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final PushConsumer consumer = accessPoint.createPushConsumer();
        consumer.startup();
        consumer.attachQueue("NS://HELLO_QUEUE", (message, context) -> {
            context.ack();
            got.add(text(message));
        });
        final Producer producer = producer();
        send(producer, "NS://HELLO_QUEUE", "1", "2", "3");

        assertThat(List.of(
                        got.poll(WAIT_MS, TimeUnit.MILLISECONDS),
                        got.poll(WAIT_MS, TimeUnit.MILLISECONDS),
                        got.poll(WAIT_MS, TimeUnit.MILLISECONDS)))
                .containsExactly("1", "2", "3");
        consumer.shutdown();
        assertThat(pull("NS://HELLO_QUEUE", 0)).isEmpty();
        producer.shutdown();
    }

    @Test
    void pullConsumerSample() {
        final Producer producer = producer();
        send(producer, "NS://HELLO_QUEUE", "1", "2");

        assertThat(pull("NS://HELLO_QUEUE", 2)).containsExactly("1", "2");
        producer.shutdown();
    }

    @Test
    void streamingConsumerSample() throws Exception {
        final ResourceManager manager = accessPoint.resourceManager();
        manager.createQueue("HELLO_STREAMS", OMS.newKeyValue().put("STREAMS", 2));
        final Producer producer = producer();
        for (int i = 0; i < 100; i++) {
            final Message message = producer.createBytesMessage(
                    "HELLO_STREAMS", Integer.toString(i).getBytes(UTF_8));
            producer.send(message.putSysHeaders(BuiltinKeys.STREAM_KEY, "key " + i % 7));
        }
        assertThat(pull("HELLO_STREAMS", 100)).hasSize(100);

        final StreamingConsumer consumer = accessPoint.createStreamingConsumer();
        consumer.startup();
        final List<String> all = new ArrayList<>();
        for (final String stream : manager.listStreams("HELLO_STREAMS")) {
            final List<String> forward = new ArrayList<>();
            final StreamingIterator iterator = consumer.seekToBeginning(stream);
            while (iterator.hasNext()) {
                forward.add(text(iterator.next()));
            }
            final List<String> backward = new ArrayList<>();
            while (iterator.hasPrevious()) {
                backward.add(0, text(iterator.previous()));
            }
            assertThat(backward).isEqualTo(forward);
            assertThat(forward)
                    .as("in the order in which they were sent")
                    .isSortedAccordingTo((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)));
            all.addAll(forward);
        }
        assertThat(all).as("all of them, though they were acknowledged").hasSize(100);
        consumer.shutdown();
        producer.shutdown();
    }

    @Test
    void transactionSample() {
        final Producer producer = producer();
        final KeyValue none = OMS.newKeyValue();
        producer.send(producer.createBytesMessage("TX", "committed".getBytes(UTF_8)), new Executor("commit"), none);
        producer.send(producer.createBytesMessage("TX", "rolled back".getBytes(UTF_8)), new Executor("rollback"), none);
        producer.send(producer.createBytesMessage("TX", "asked".getBytes(UTF_8)), new Executor("nothing"), none);

        assertThat(pull("TX", 2)).containsExactly("committed", "asked");
        producer.shutdown();
    }

    /** Decides at once, or when it is asked. */
    private record Executor(String does) implements LocalTransactionExecutor {
        @Override
        public void execute(final Message message, final ExecutionContext context) {
            switch (does) {
                case "commit" -> context.commit();
                case "rollback" -> context.rollback();
                default -> {
                    // Asked later.
                }
            }
        }

        @Override
        public void check(final Message message, final CheckContext context) {
            context.commit();
        }
    }

    @Test
    void routingSample() throws Exception {
        final ResourceManager manager = accessPoint.resourceManager();
        manager.createNamespace("NS://XXXX", OMS.newKeyValue());
        manager.createQueue("NS://SOURCE", OMS.newKeyValue());
        manager.createQueue("NS://DESTINATION", OMS.newKeyValue());
        manager.createRouting(
                "NS://ROUTING",
                OMS.newKeyValue()
                        .put(OMSBuiltinKeys.ROUTING_SOURCE, "NS://SOURCE")
                        .put(OMSBuiltinKeys.ROUTING_DESTINATION, "NS://DESTINATION")
                        .put(OMSBuiltinKeys.ROUTING_EXPRESSION, "color = 'red'"));
        final Producer producer = producer();
        for (final String color : List.of("red", "blue", "red", "green")) {
            producer.send(producer.createBytesMessage("NS://SOURCE", color.getBytes(UTF_8))
                    .putUserHeaders("color", color));
        }

        assertThat(pull("NS://DESTINATION", 2)).containsExactly("red", "red");
        assertThat(manager.listRoutings("NS")).containsExactly("NS://ROUTING");
        producer.shutdown();
    }
}
