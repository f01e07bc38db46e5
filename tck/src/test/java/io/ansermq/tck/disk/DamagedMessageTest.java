package io.ansermq.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.QueueBrowser;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A byte of an old message rots on the disk, in a file that no start reads again. */
class DamagedMessageTest {

    private static final int MESSAGES = 40;
    private static final int ROTTEN = 17;
    private static final String NAME = "rotting";
    /** From where the text begins, an index in the middle of it, and that of its length, which stands before it. */
    private static final int BODY = 100;

    private static final int BODY_LENGTH = -4;

    @TempDir
    Path directory;

    /** Any byte, and one that leads a reader of properties astray: how long the body is. */
    @ParameterizedTest
    @ValueSource(ints = {BODY, BODY_LENGTH})
    void shouldNeverDeliverADamagedMessageButAllBehindIt(final int index) throws Exception {
        sendAndRot(context -> context.createQueue(NAME), index);
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            assertThat(receiveAll(context.createConsumer(context.createQueue(NAME))))
                    .isEqualTo(allButTheRotten());
        }
        assertThatItIsKept();
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            assertThat(receiveAll(context.createConsumer(context.createQueue(NAME))))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BODY, BODY_LENGTH})
    void shouldNotShowItToASelectorNorStumbleOverIt(final int index) throws Exception {
        sendAndRot(context -> context.createQueue(NAME), index);
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            assertThat(receiveAll(context.createConsumer(context.createQueue(NAME), "number < 1000")))
                    .isEqualTo(allButTheRotten());
        }
        assertThatItIsKept();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "number < 1000"})
    @SuppressWarnings("unchecked") // The interface has a raw enumeration.
    void shouldNotShowItToABrowser(final String selector) throws Exception {
        sendAndRot(context -> context.createQueue(NAME), BODY_LENGTH);
        try (Broker broker = start();
                JMSContext context = connect(broker);
                QueueBrowser browser = context.createBrowser(context.createQueue(NAME), selector)) {
            final List<String> seen = new ArrayList<>();
            for (final Object each : Collections.list(browser.getEnumeration())) {
                seen.add(start(((TextMessage) each).getText()));
            }
            assertThat(seen).isEqualTo(allButTheRotten());
        }
        assertThatItIsKept();
    }

    @Test
    void shouldSettleItForAllSubscriptions() throws Exception {
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            context.createSharedDurableConsumer(context.createTopic(NAME), "one")
                    .close();
            context.createSharedDurableConsumer(context.createTopic(NAME), "two", "number < 1000")
                    .close();
        }
        sendAndRot(context -> context.createTopic(NAME), BODY_LENGTH);
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            final Topic topic = context.createTopic(NAME);
            assertThat(receiveAll(context.createSharedDurableConsumer(topic, "one")))
                    .isEqualTo(allButTheRotten());
            assertThat(receiveAll(context.createSharedDurableConsumer(topic, "two", "number < 1000")))
                    .isEqualTo(allButTheRotten());
        }
        assertThatItIsKept();
    }

    private static List<String> allButTheRotten() {
        return IntStream.range(0, MESSAGES)
                .filter(number -> number != ROTTEN)
                .mapToObj(number -> "message " + number)
                .toList();
    }

    /** What was left of it, once. */
    private void assertThatItIsKept() throws IOException {
        try (Stream<Path> kept = Files.list(directory.resolve("damaged"))) {
            assertThat(kept).hasSize(1).allSatisfy(file -> assertThat(Files.size(file))
                    .isGreaterThan(500));
        }
    }

    private void sendAndRot(final Function<JMSContext, Destination> destination, final int index) throws Exception {
        try (Broker broker = start();
                JMSContext context = connect(broker)) {
            for (int i = 0; i < MESSAGES; i++) {
                context.createProducer()
                        .setProperty("number", i)
                        .send(destination.apply(context), "message " + i + " " + "x".repeat(500));
            }
        }
        // A start reads what lies behind the newest image: once there is one of the second life, not the messages.
        try (Broker broker = start()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> newestImage() > positionOf("message " + ROTTEN + " "));
        }
        rot("message " + ROTTEN + " ", index);
    }

    private Broker start() throws IOException {
        final BrokerOptions.Builder options = BrokerOptions.builder();
        options.set("port", "0").set("data", directory.toString()).set("min-free-disk", "32MiB");
        return Broker.start(options.set("image-interval", "1ms").build());
    }

    private static JMSContext connect(final Broker broker) {
        return new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createContext();
    }

    private static List<String> receiveAll(final JMSConsumer from) {
        final List<String> texts = new ArrayList<>();
        try (JMSConsumer consumer = from) {
            for (String text = consumer.receiveBody(String.class, 1_000);
                    text != null;
                    text = consumer.receiveBody(String.class, 1_000)) {
                texts.add(start(text));
            }
        }
        return texts;
    }

    private static String start(final String text) {
        return text.substring(0, text.lastIndexOf(' '));
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

    /** Turns a bit of the message that has this text, at an index counted from where the text begins. */
    private void rot(final String text, final int index) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            for (final Path file : files.toList()) {
                final byte[] bytes = Files.readAllBytes(file);
                final int at = indexOf(text, bytes);
                if (at >= 0) {
                    bytes[at + index] ^= 4;
                    Files.write(file, bytes, StandardOpenOption.WRITE);
                    return;
                }
            }
        }
        throw new AssertionError("no file holds " + text);
    }
}
