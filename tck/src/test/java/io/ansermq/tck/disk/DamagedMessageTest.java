package io.ansermq.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;

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
        // Replay begins behind the messages from the second start on.
        start().close();
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

    /** Turns a bit of the message that has this text. */
    private void rot(final String text) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            for (final Path file : files.toList()) {
                final byte[] bytes = Files.readAllBytes(file);
                final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
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
