package io.ansermq.benchmark;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tools.bench.LoadException;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Does a broker stay small and quick with very many queues and subscriptions, with a very long queue, with one subscriber
 * that never comes back, and with one that does not read? A server process of its own per question; figures of its memory
 * come from the operating system and the JVM's own tools, its live heap after a full collection.
 */
@Command(
        name = "Scale",
        description = "Measures memory, files and restarts of a server with very much of something.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Scale implements Callable<Integer> {

    private static final long PATIENCE_MS = 60_000;

    /** How often the long queue and the short one are compared. */
    private static final int ROUNDS = 5;

    @Option(names = "--queues", defaultValue = "100000", description = "Queues with ten messages each; 0 skips it.")
    private int queues;

    @Option(names = "--subscriptions", defaultValue = "100000", description = "Durable subscriptions; 0 for none.")
    private int subscriptions;

    @Option(names = "--backlog", defaultValue = "20000000", description = "Messages of one queue; 0 skips it.")
    private int backlog;

    @Option(names = "--stuck", defaultValue = "1000", description = "Queues, one of them stuck; 0 skips it.")
    private int stuck;

    @Option(names = "--flow", defaultValue = "1000", description = "MB that flow past the stuck one.")
    private int flowMb;

    @Option(names = "--heap", defaultValue = "1g", description = "The heap that the server may have.")
    private String heap;

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    private Scale() {
        heap = "1g";
    }

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new Scale()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (queues > 0) {
            manyQueues();
        }
        if (backlog > 0) {
            longQueue();
        }
        if (stuck > 0) {
            stuckSubscriber(false);
            stuckSubscriber(true);
        }
        return 0;
    }

    private ServerProcess start(final ScratchDirectory scratch, final String... arguments) throws Exception {
        final long beganNs = System.nanoTime();
        final ServerProcess server =
                ServerProcess.start(scratch.path(), List.of("-Xmx" + heap, "-XX:+UseSerialGC"), List.of(arguments));
        say(
                "  ready after %.1f s, of which the server had a core for %.1f s",
                (System.nanoTime() - beganNs) / 1e9, cpuSeconds(server));
        return server;
    }

    /** What all threads of the server used so far; on a busy machine this says more than the time that passed. */
    private static double cpuSeconds(final ServerProcess server) {
        return ProcessHandle.of(server.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(used -> used.toMillis() / 1e3)
                .orElse(0.0);
    }

    // ---- very many queues and subscriptions

    private void manyQueues() throws Exception {
        say("%,d queues with 10 messages each, %,d durable subscriptions", queues, subscriptions);
        try (ScratchDirectory scratch = ScratchDirectory.in(directory.path())) {
            try (ServerProcess server = start(scratch);
                    Connection connection = connect(server)) {
                final long beganNs = System.nanoTime();
                final Session session = connection.createSession();
                final Sends sends = new Sends();
                try (MessageProducer producer = session.createProducer(null)) {
                    for (int i = 0; i < queues; i++) {
                        final Queue queue = session.createQueue("queue." + i);
                        for (int j = 0; j < 10; j++) {
                            sends.send(producer, queue, message(session, 200));
                        }
                    }
                    sends.await();
                }
                say("  %,d messages sent in %.0f s", 10L * queues, (System.nanoTime() - beganNs) / 1e9);
                subscribe(session);
                session.close();
                figures(server, scratch);
            }
            say("  and after a restart:");
            try (ServerProcess server = start(scratch);
                    Connection connection = connect(server)) {
                figures(server, scratch);
                final Session session = connection.createSession();
                int received = 0;
                for (int i = 0; i < queues; i += Math.max(1, queues / 100)) {
                    try (MessageConsumer consumer = session.createConsumer(session.createQueue("queue." + i))) {
                        for (int j = 0; j < 10 && consumer.receive(10_000) != null; j++) {
                            received++;
                        }
                    }
                }
                say("  %,d messages of 100 queues received", received);
            }
        }
    }

    private void subscribe(final Session session) throws JMSException {
        final long beganNs = System.nanoTime();
        for (int i = 0; i < subscriptions; i++) {
            final Topic topic = session.createTopic("topic." + i % 100);
            session.createSharedDurableConsumer(topic, "subscription." + i).close();
        }
        if (subscriptions > 0) {
            say("  %,d subscriptions made in %.0f s", subscriptions, (System.nanoTime() - beganNs) / 1e9);
        }
    }

    // ---- a very long queue

    private void longQueue() throws Exception {
        say("%,d messages of 200 bytes in one queue, every second one acknowledged", backlog);
        try (ScratchDirectory scratch = ScratchDirectory.in(directory.path())) {
            try (ServerProcess server = start(scratch);
                    Connection connection = connect(server)) {
                fill(connection, "long", backlog);
                figures(server, scratch);
                acknowledgeEverySecond(connection);
                figures(server, scratch);
            }
            say("  and after a restart:");
            try (ServerProcess server = start(scratch);
                    Connection connection = connect(server)) {
                figures(server, scratch);
                compareConsuming(server, connection, Math.min(1_000_000, backlog / 16));
                figures(server, scratch);
            }
        }
    }

    /** In turn, so that both queues meet the same machine, and after a round that warms all code up. */
    private static void compareConsuming(final ServerProcess server, final Connection connection, final int part)
            throws Exception {
        fill(connection, "short", part * (ROUNDS + 1));
        final List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            final double shortRate = measure(server, connection, "short", part);
            final double longRate = measure(server, connection, "long", part);
            if (round > 0) {
                ratios.add(longRate / shortRate);
            }
        }
        ratios.sort(null);
        say(
                "  consuming from the long queue is %.2f times as fast as from the short one (median)",
                ratios.get(ROUNDS / 2));
    }

    private static double measure(
            final ServerProcess server, final Connection connection, final String name, final int messages)
            throws Exception {
        final double before = cpuSeconds(server);
        final double rate = drain(connection, name, messages);
        say(
                "  %,d messages/s consumed from '%s', %.2f us of a core each in the server",
                Math.round(rate), name, (cpuSeconds(server) - before) * 1e6 / messages);
        return rate;
    }

    private static void fill(final Connection connection, final String name, final int messages) throws Exception {
        final long beganNs = System.nanoTime();
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(name))) {
            final Sends sends = new Sends();
            for (int i = 0; i < messages; i++) {
                final BytesMessage message = message(session, 200);
                message.setBooleanProperty("odd", i % 2 != 0);
                sends.send(producer, message);
            }
            sends.await();
        }
        final double seconds = (System.nanoTime() - beganNs) / 1e9;
        say("  %,d messages sent to '%s' in %.0f s", messages, name, seconds);
    }

    /** Takes every second message by a selector, out of the middle of the queue. */
    private void acknowledgeEverySecond(final Connection connection) throws Exception {
        final long beganNs = System.nanoTime();
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue("long"), "odd = TRUE")) {
            for (int i = 0; i < backlog / 2; i++) {
                if (consumer.receive(PATIENCE_MS) == null) {
                    throw new LoadException("nothing came after " + i + " messages");
                }
            }
        }
        say("  every second one acknowledged in %.0f s", (System.nanoTime() - beganNs) / 1e9);
    }

    private static double drain(final Connection connection, final String name, final int messages) throws Exception {
        return drain(connection, name, messages, false);
    }

    /** Takes messages of a queue, or of the durable subscription of a topic that has its name. */
    private static double drain(
            final Connection connection, final String name, final int messages, final boolean ofTopic)
            throws Exception {
        try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = ofTopic
                        ? session.createSharedDurableConsumer(session.createTopic(name), name)
                        : session.createConsumer(session.createQueue(name))) {
            final long beganNs = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                if (consumer.receive(PATIENCE_MS) == null) {
                    throw new LoadException("nothing came of '" + name + "' after " + i + " messages");
                }
            }
            return messages / ((System.nanoTime() - beganNs) / 1e9);
        }
    }

    // ---- a subscriber that never comes back

    private void stuckSubscriber(final boolean ofTopic) throws Exception {
        say(
                "%,d MB flow through %,d queues, and some through %s",
                flowMb,
                stuck - 1,
                ofTopic
                        ? "a topic with a durable subscription that nobody consumes beside one that takes all"
                        : "another one whose messages nobody takes");
        try (ScratchDirectory scratch = ScratchDirectory.in(directory.path());
                ServerProcess server = start(
                        scratch,
                        "--set",
                        "cleaner-delay=5s",
                        "--set",
                        "segment-size=16MiB",
                        "--set",
                        "image-interval=2s");
                Connection connection = connect(server)) {
            final int bodyBytes = 10_000;
            final int stuckMessages = 5_000;
            final long messages = flowMb * 1_000_000L / bodyBytes;
            try (Session session = connection.createSession();
                    MessageProducer producer = session.createProducer(null)) {
                final Sends sends = new Sends();
                final AtomicLong received = new AtomicLong();
                final Session consuming = connection.createSession();
                for (int i = 1; i < stuck; i++) {
                    final MessageConsumer consumer = consuming.createConsumer(consuming.createQueue("flow." + i));
                    consumer.setMessageListener(message -> received.incrementAndGet());
                }
                final Destination stuckAt = ofTopic ? session.createTopic("stuck") : session.createQueue("stuck");
                if (stuckAt instanceof Topic topic) {
                    consuming.createSharedDurableConsumer(topic, "stuck").close();
                    consuming.createConsumer(topic).setMessageListener(message -> {});
                }
                for (long i = 0; i < messages; i++) {
                    if (i % (messages / stuckMessages) == 0) {
                        sends.send(producer, stuckAt, message(session, bodyBytes));
                    }
                    final Queue queue = session.createQueue("flow." + (1 + i % (stuck - 1)));
                    sends.send(producer, queue, message(session, bodyBytes));
                }
                sends.await();
                await(() -> received.get() == messages);
                final long wanted = stuckMessages * (bodyBytes + 300L);
                say("  all consumed; the stuck messages have %,d KB", wanted / 1000);
                for (int seconds = 0; seconds <= 40; seconds += 10) {
                    say(
                            "  after %d s: the log has %,d KB in use, %.2f times the stuck messages; %,d KB of files with"
                                    + " spares",
                            seconds,
                            logBytes(scratch, false) / 1000,
                            (double) logBytes(scratch, false) / wanted,
                            logBytes(scratch, true) / 1000);
                    TimeUnit.SECONDS.sleep(10);
                    // A little must happen for the state to be saved.
                    sends.send(producer, session.createQueue("flow.1"), message(session, 10));
                }
                consuming.close();
                drain(connection, "stuck", stuckMessages, ofTopic);
                say("  and all %,d of the stuck messages came when they were asked for", stuckMessages);
            }
        }
    }

    private static long logBytes(final ScratchDirectory scratch, final boolean spares) throws IOException {
        try (Stream<Path> files = Files.list(scratch.path().resolve("data/log"))) {
            long sum = 0;
            for (final Path each : files.toList()) {
                if (spares || !String.valueOf(each.getFileName()).startsWith("spare")) {
                    sum += Files.size(each);
                }
            }
            return sum;
        }
    }

    // ---- helpers

    private static Connection connect(final ServerProcess server) throws JMSException {
        final Connection connection = new AnserConnectionFactory(server.uri()).createConnection();
        connection.start();
        return connection;
    }

    private static BytesMessage message(final Session session, final int bytes) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[bytes]);
        return message;
    }

    private static void await(final Callable<Boolean> condition) throws Exception {
        final long beganNs = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - beganNs > 10 * PATIENCE_MS * 1_000_000L) {
                throw new LoadException("what should have happened did not, in ten minutes");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void figures(final ServerProcess server, final ScratchDirectory scratch) throws Exception {
        say(
                "  live heap %,d MB, resident %,d MB, %,d open files, %,d mapped regions of data, %,d MB on disk",
                ServerFigures.liveHeapBytes(server) / 1_000_000,
                ServerFigures.residentKb(server) / 1000,
                ServerFigures.openFiles(server),
                ServerFigures.mappedRegions(server, scratch.path()),
                bytes(scratch.path()) / 1_000_000);
    }

    private static long bytes(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static void say(final String format, final Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
