package io.ansermq.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A byte of an old message rots on the disk, in a file that no start reads again. */
class DamagedMessageTest {

    private static final int MESSAGES = 40;
    private static final int ROTTEN = 17;

    @TempDir
    Path directory;

    @Test
    void shouldNeverDeliverADamagedMessageButAllBehindIt() throws Exception {
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            final Queue queue = context.createQueue("rotting");
            for (int i = 0; i < MESSAGES; i++) {
                context.createProducer().send(queue, "message " + i + " " + "x".repeat(500));
            }
        }
        // A start reads what lies behind the newest image: once there is one of the second life, not the messages.
        try (Broker broker = start()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> newestImage() > positionOf("message " + ROTTEN + " "));
        }
        rot("message " + ROTTEN + " ");
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            final List<String> expected = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                if (i != ROTTEN) {
                    expected.add("message " + i);
                }
            }
            assertThat(receiveAll(context)).isEqualTo(expected);
        }
        try (Stream<Path> kept = Files.list(directory.resolve("damaged"))) {
            assertThat(kept).hasSize(1).allSatisfy(file -> assertThat(Files.size(file))
                    .isGreaterThan(500));
        }
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            assertThat(receiveAll(context)).isEmpty();
        }
    }

    private Broker start() throws IOException {
        final BrokerOptions.Builder options = BrokerOptions.builder();
        options.set("port", "0").set("data", directory.toString()).set("min-free-disk", "32MiB");
        return Broker.start(options.set("image-interval", "1ms").build());
    }

    private static JMSContext connect(final Broker broker) {
        return new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createContext();
    }

    private static List<String> receiveAll(final JMSContext context) {
        final List<String> texts = new ArrayList<>();
        try (JMSConsumer consumer = context.createConsumer(context.createQueue("rotting"))) {
            for (int misses = 0; misses < 1; ) {
                final String text = consumer.receiveBody(String.class, 1_000);
                if (text == null) {
                    misses++;
                } else {
                    texts.add(text.substring(0, text.lastIndexOf(' ')));
                }
            }
        }
        return texts;
    }

    /** Where the newest state image begins; -1 without one. */
    private long newestImage() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("state"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("state-[0-9]{20}"))
                    .mapToLong(name -> Long.parseLong(name.substring("state-".length())))
                    .max()
                    .orElse(-1);
        }
    }

    /** Where this text stands in the log. */
    private long positionOf(final String text) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            for (final Path file : files.toList()) {
                final int at = indexOf(text, Files.readAllBytes(file));
                if (at >= 0) {
                    return Long.parseLong(file.getFileName().toString()) + at;
                }
            }
        }
        throw new AssertionError("no file holds " + text);
    }

    private static int indexOf(final String text, final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    /** Turns a bit of the message that has this text. */
    private void rot(final String text) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            for (final Path file : files.toList()) {
                final byte[] bytes = Files.readAllBytes(file);
                final int at = indexOf(text, bytes);
                if (at >= 0) {
                    bytes[at + text.length() + 100] ^= 4;
                    Files.write(file, bytes, StandardOpenOption.WRITE);
                    return;
                }
            }
        }
        throw new AssertionError("no file holds " + text);
    }
}
