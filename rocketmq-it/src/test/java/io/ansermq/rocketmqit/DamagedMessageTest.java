package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;

/** A byte of a stored message rots: RocketMQ consumers get all others, and it is set aside. */
class DamagedMessageTest extends RocketMqScenario {

    private static final int MESSAGES = 40;
    private static final int ROTTEN = 17;
    private static final Set<Integer> ALL_BUT_THE_ROTTEN = IntStream.range(0, MESSAGES)
            .filter(number -> number != ROTTEN)
            .boxed()
            .collect(Collectors.toCollection(TreeSet::new));

    @Override
    Map<String, String> options() {
        return Map.of("image-interval", "1ms");
    }

    @Test
    void shouldLeaveItOutForConsumersOfEveryKind() throws Exception {
        final List<String> topics = List.of(unique("pushed"), unique("filtered"), unique("popped"));
        for (final String topic : topics) {
            final DefaultMQProducer producer = producer();
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(new Message(topic, "tag", text(topic, i).getBytes(StandardCharsets.UTF_8)));
            }
        }
        // A start reads what lies behind the newest image: once there is one of the second life, not the messages.
        server.restart();
        final String newest = text(topics.get(2), MESSAGES - 1);
        final int position = indexOf(newest, segmentWith(newest));
        await().until(() -> newestImage() > position);
        server.restart(() -> {
            for (final String topic : topics) {
                rot(text(topic, ROTTEN));
            }
        });

        final Inbox pushed = push(topics.get(0), "*");
        final Inbox filtered = push(topics.get(1), "tag");
        final PopClient popping = new PopClient(server, unique("group"), topics.get(2));
        afterwards(popping::close);
        final List<String> popped = new ArrayList<>();
        await().untilAsserted(() -> {
            popped.addAll(bodies(popping.pop()));
            assertThat(numbers(popped)).isEqualTo(ALL_BUT_THE_ROTTEN);
        });
        await().untilAsserted(() -> assertThat(numbers(pushed.bodies())).isEqualTo(ALL_BUT_THE_ROTTEN));
        await().untilAsserted(() -> assertThat(numbers(filtered.bodies())).isEqualTo(ALL_BUT_THE_ROTTEN));
        await().untilAsserted(() -> assertThat(topics)
                .allSatisfy(topic -> assertThat(setAside(topic)).isEqualTo(1)));
    }

    private static Set<Integer> numbers(final List<String> bodies) {
        return bodies.stream()
                .map(body -> Integer.valueOf(body.split(" ")[2]))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(final String topic, final int number) {
        return topic + " message " + number + " " + "x".repeat(300);
    }

    /** How many messages of a topic were set aside. */
    private long setAside(final String topic) throws IOException {
        final Path damaged = server.data().resolve("damaged");
        if (!Files.exists(damaged)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(damaged)) {
            return files.filter(file -> indexOf(topic + " message ", file) >= 0).count();
        }
    }

    private void rot(final String text) throws IOException {
        final Path segment = segmentWith(text);
        flip(segment, indexOf(text, segment) + 120);
    }

    /** The log is in one segment. */
    private Path segmentWith(final String text) throws IOException {
        try (Stream<Path> files = Files.list(server.data().resolve("log"))) {
            return files.filter(file -> indexOf(text, file) >= 0).findFirst().orElseThrow();
        }
    }

    /** Where the newest state image begins; -1 without one. */
    private long newestImage() throws IOException {
        try (Stream<Path> files = Files.list(server.data().resolve("state"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("state-[0-9]{20}"))
                    .mapToLong(name -> Long.parseLong(name.substring("state-".length())))
                    .max()
                    .orElse(-1);
        }
    }

    private static void flip(final Path path, final int at) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(at);
            final int was = file.read();
            file.seek(at);
            file.write(was ^ 4);
        }
    }

    private static int indexOf(final String text, final Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }
}
