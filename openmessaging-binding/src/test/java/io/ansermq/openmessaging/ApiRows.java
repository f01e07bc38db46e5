package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.openmessaging.BytesMessage;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.ResourceManager;
import io.openmessaging.ServiceLifecycle;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.producer.Producer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.function.Executable;

/** Rows of {@link ApiTest} that belong together, and what they share. */
abstract class ApiRows {
    static final long WAIT_MS = 20_000;
    static final long NOTHING_MS = 100;

    final MessagingAccessPoint accessPoint;
    final ResourceManager manager;
    final Producer producer;
    private final ApiFixture fixture;
    private final Map<String, Executable> rows = new TreeMap<>();

    ApiRows(final ApiFixture fixture) {
        this.fixture = fixture;
        accessPoint = fixture.accessPoint();
        manager = accessPoint.resourceManager();
        producer = fixture.producer();
    }

    /** Adds a row for each method. */
    abstract void fill();

    /** All rows by the names of their methods. */
    final Map<String, Executable> rows() {
        fill();
        return rows;
    }

    /** A method, and what calls it and looks what it did. */
    final void row(final String method, final Executable check) {
        assertThat(rows.put(method, check)).as("row of %s", method).isNull();
    }

    /** Starts a service, which is shut down after all rows. */
    final <S extends ServiceLifecycle> S started(final S service) {
        return fixture.started(service);
    }

    final String queue() {
        return name("queue-");
    }

    final String name(final String prefix) {
        return prefix + fixture.nextNumber();
    }

    static byte[] bytes(final String text) {
        return text.getBytes(UTF_8);
    }

    static String text(final Message message) {
        return new String(message.getBody(byte[].class), UTF_8);
    }

    final BytesMessage message(final String queue, final String body) {
        return producer.createBytesMessage(queue, bytes(body));
    }

    final String received(final String queue) {
        final PullConsumer consumer = accessPoint.createPullConsumer(timeout(WAIT_MS));
        consumer.attachQueue(queue).startup();
        try {
            final Message message = consumer.receive();
            consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
            return text(message);
        } finally {
            consumer.shutdown();
        }
    }

    final boolean isEmpty(final String queue) {
        final PullConsumer consumer = accessPoint.createPullConsumer(timeout(NOTHING_MS));
        consumer.attachQueue(queue).startup();
        try {
            return consumer.receive() == null;
        } finally {
            consumer.shutdown();
        }
    }

    static <T> T poll(final BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(WAIT_MS, TimeUnit.MILLISECONDS);
    }
}
