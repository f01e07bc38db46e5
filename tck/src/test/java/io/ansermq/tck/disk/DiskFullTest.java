package io.ansermq.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Producers meet a full disk: they are told why, consumers go on, and it ends by itself (Jakarta Messaging 3.1, section 6.2.20). */
class DiskFullTest {

    private static final String QUEUE = "crowded";
    private static final int BODY_BYTES = 100_000;

    @TempDir
    Path directory;

    @Test
    void shouldTellProducersWhyAndRecoverByItself() throws Exception {
        try (Broker broker = start(directory, "16MiB")) {
            fillDrainAndFillAgain(broker);
        }
    }

    @Test
    void shouldComeUpWithAFullDiskAndLetItBeDrained() throws Exception {
        final List<Integer> stored;
        try (Broker broker = start(directory, "16MiB");
                Connection connection = connect(broker)) {
            stored = fill(connection);
        }
        try (Broker broker = start(directory, "16MiB");
                Connection connection = connect(broker)) {
            final Session session = connection.createSession();
            assertThatThrownBy(() -> send(session, -1)).isInstanceOf(ResourceAllocationException.class);
            assertThat(drain(connection)).isEqualTo(stored);
            awaitRoom(connection);
        }
    }

    /** What nobody waits for hears of it as well, in the same time. */
    @Test
    void shouldTellCompletionListenersWhy() throws Exception {
        try (Broker broker = start(directory, "16MiB");
                Connection connection = connect(broker)) {
            final List<Integer> stored = fill(connection);
            final CompletableFuture<Exception> told = new CompletableFuture<>();
            try (Session session = connection.createSession()) {
                session.createProducer(session.createQueue(QUEUE))
                        .send(session.createTextMessage("x".repeat(BODY_BYTES)), new CompletionListener() {
                            @Override
                            public void onCompletion(final Message message) {
                                told.completeExceptionally(new AssertionError("there was room"));
                            }

                            @Override
                            public void onException(final Message message, final Exception problem) {
                                told.complete(problem);
                            }
                        });
                // The send timeout of this connection.
                assertThat(told.get(10, TimeUnit.SECONDS)).isInstanceOf(ResourceAllocationException.class);
            }
            assertThat(drain(connection)).isEqualTo(stored);
            awaitRoom(connection);
        }
    }

    /**
     * On a file system that is really full: {@code -Danser.test.small-fs=DIRECTORY} names an empty one of 40 to 100 MiB, for
     * example {@code mount -t tmpfs -o size=64m tmpfs DIRECTORY}.
     */
    @Test
    @EnabledIfSystemProperty(named = "anser.test.small-fs", matches = ".+")
    void shouldDoSoOnASmallFileSystem() throws Exception {
        final Path disk = Path.of(System.getProperty("anser.test.small-fs"));
        final Path other = disk.resolve("other");
        final Path data = disk.resolve("data");
        try (Broker broker = start(data, "0");
                Connection connection = connect(broker)) {
            fillDrainAndFillAgain(broker);
            final List<Integer> stored = fill(connection);
            takeTheRest(other);
            assertThatThrownBy(() -> send(connection.createSession(), -1))
                    .isInstanceOf(ResourceAllocationException.class);
            assertThat(drain(connection)).isEqualTo(stored);
            // What the log gives back is room enough, though the other file is still there.
            awaitRoom(connection);
            assertThat(drain(connection)).isNotEmpty();
        }
        final List<Integer> stored;
        try (Broker broker = start(data, "0");
                Connection connection = connect(broker)) {
            stored = fill(connection);
            takeTheRest(other);
        }
        try (Broker broker = start(data, "0");
                Connection connection = connect(broker)) {
            assertThat(drain(connection)).isEqualTo(stored);
            awaitRoom(connection);
        }
    }

    /** Somebody else writes until not a byte is left. */
    private static void takeTheRest(final Path other) throws IOException {
        for (int blockBytes = 1 << 16; blockBytes > 0; blockBytes /= 2) {
            final byte[] block = new byte[blockBytes];
            try (OutputStream out =
                    Files.newOutputStream(other, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(block);
                }
            } catch (final IOException full) {
                assertThat(full).hasMessageContaining("space");
            }
        }
    }

    private static void fillDrainAndFillAgain(final Broker broker) throws Exception {
        try (Connection connection = connect(broker)) {
            final List<Integer> stored = fill(connection);
            assertThat(drain(connection)).isEqualTo(stored);
            awaitRoom(connection);
            assertThat(drain(connection)).isNotEmpty();
            final List<Integer> again = fill(connection);
            assertThat(drain(connection)).isEqualTo(again);
        }
    }

    private static Broker start(final Path data, final String quota) throws IOException {
        final BrokerOptions.Builder options = BrokerOptions.builder();
        options.set("port", "0").set("data", data.toString()).set("min-free-disk", "8MiB");
        options.set("max-message-size", "256KiB").set("staging-size", "1MiB").set("segment-size", "1MiB");
        options.set("max-disk", quota).set("disk-wait", "200ms");
        return Broker.start(options.build());
    }

    private static Connection connect(final Broker broker) throws JMSException {
        final Connection connection = new AnserConnectionFactory(
                        "anser://127.0.0.1:" + broker.port() + "?sendTimeout=10s")
                .createConnection();
        connection.start();
        return connection;
    }

    private static void send(final Session session, final int number) throws JMSException {
        final Queue queue = session.createQueue(QUEUE);
        try (MessageProducer producer = session.createProducer(queue)) {
            final BytesMessage message = session.createBytesMessage();
            message.setIntProperty("number", number);
            message.writeBytes(new byte[BODY_BYTES]);
            producer.send(message);
        }
    }

    /** Sends until it is refused; returns the numbers of what was stored. */
    private static List<Integer> fill(final Connection connection) throws JMSException {
        final List<Integer> stored = new ArrayList<>();
        try (Session session = connection.createSession()) {
            while (true) {
                send(session, stored.size());
                stored.add(stored.size());
            }
        } catch (final ResourceAllocationException full) {
            assertThat(full)
                    .hasMessageContaining("the disk is full")
                    .hasMessageContaining("MiB")
                    .hasMessageContaining("limit")
                    .hasMessageContaining("queue '" + QUEUE + "'");
        }
        assertThat(stored).isNotEmpty();
        return stored;
    }

    private static List<Integer> drain(final Connection connection) throws JMSException {
        final List<Integer> numbers = new ArrayList<>();
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE))) {
            for (Message next = consumer.receive(2_000); next != null; next = consumer.receive(1_000)) {
                numbers.add(next.getIntProperty("number"));
            }
        }
        return numbers;
    }

    private static void awaitRoom(final Connection connection) throws JMSException {
        try (Session session = connection.createSession()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreException(ResourceAllocationException.class)
                    .until(() -> {
                        send(session, 0);
                        return true;
                    });
        }
    }
}
