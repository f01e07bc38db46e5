package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.ServiceLifecycle;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.StreamingIterator;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.Producer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A broker, an access point and a producer for each test, and words for what tests do with them. */
abstract class Scenario {

    static final long WAIT_MS = 20_000;
    static final long NOTHING_MS = 150;
    static final String QUEUE = "orders";

    @TempDir
    Path data;

    TestBroker broker;
    MessagingAccessPoint accessPoint;
    Producer producer;

    private final List<ServiceLifecycle> services = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(data, options());
        accessPoint = broker.accessPoint();
        producer = started(accessPoint.createProducer());
    }

    @AfterEach
    void stop() {
        services.forEach(ServiceLifecycle::shutdown);
        accessPoint.shutdown();
        broker.close();
    }

    /** Options of the broker, names and values by turns. */
    String[] options() {
        return new String[] {"redelivery-delay", "0ms"};
    }

    /** Starts a service, which is shut down after the test. */
    final <S extends ServiceLifecycle> S started(final S service) {
        services.add(service);
        service.startup();
        return service;
    }

    final Message message(final String body) {
        return message(QUEUE, body);
    }

    final Message message(final String queue, final String body) {
        return producer.createBytesMessage(queue, body.getBytes(UTF_8));
    }

    final void send(final String queue, final String... bodies) {
        for (final String body : bodies) {
            producer.send(message(queue, body));
        }
    }

    static String text(final Message message) {
        return new String(message.getBody(byte[].class), UTF_8);
    }

    /** A started consumer of these queues; with no id one that names no group. */
    final PullConsumer pull(final String id, final String... queues) {
        final PullConsumer consumer =
                id == null ? accessPoint.createPullConsumer() : accessPoint.createPullConsumer(consumer(id));
        for (final String queue : queues) {
            consumer.attachQueue(queue);
        }
        return started(consumer);
    }

    static Message next(final PullConsumer consumer) {
        final Message message = consumer.receive(timeout(WAIT_MS));
        assertThat(message).as("a message within " + WAIT_MS + " ms").isNotNull();
        return message;
    }

    static Message nextAcknowledged(final PullConsumer consumer) {
        final Message message = next(consumer);
        consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
        return message;
    }

    /** All of one stream, from its beginning. */
    final List<String> stream(final String name) {
        final StreamingIterator iterator =
                started(accessPoint.createStreamingConsumer()).seekToBeginning(name);
        final List<String> texts = new ArrayList<>();
        while (iterator.hasNext()) {
            texts.add(text(iterator.next()));
        }
        return texts;
    }

    static <T> T poll(final BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(WAIT_MS, TimeUnit.MILLISECONDS);
    }

    static String codeOf(final Throwable e) {
        return ((OMSRuntimeException) e).getErrorCode();
    }
}
