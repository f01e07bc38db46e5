package io.ansermq.benchmark;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does the cost of a selector depend on how much does not match, or on how many others wait for replies? */
@Command(
        name = "Selectors",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Does the cost of a selector depend on how much does not match, or on how many others wait for replies?",
            "Fills queues with messages of which one in a hundred matches, has a consumer get all that do, and then measures"
                    + " the time per message that is sent and delivered past the backlog. Then the same for"
                    + " replies that clients wait for with a correlation ID each. A broker in this JVM, over TCP, page cache."
        })
public final class Selectors implements Callable<Integer> {

    private static final String RED = "color = 'red'";
    private static final long PATIENCE_MS = 120_000;

    @Option(names = "--backlogs", split = ",", defaultValue = "10000,100000,1000000", description = "Messages.")
    private List<Integer> backlogs = List.of();

    @Option(names = "--clients", split = ",", defaultValue = "10,10000", description = "Who waits for replies.")
    private List<Integer> clients = List.of();

    @Option(names = "--rounds", defaultValue = "7", description = "Rounds, of which the median counts.")
    private int rounds;

    @Option(names = "--batch", defaultValue = "10000", description = "Messages measured per round.")
    private int batch;

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new Selectors()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, JMSException {
        try (ScratchDirectory data = ScratchDirectory.in(directory.path());
                Broker broker = Broker.start(BrokerOptions.builder()
                        .set("port", "0")
                        .set("data", data.path().resolve("data").toString())
                        .build());
                Connection connection =
                        new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createConnection()) {
            connection.start();
            behindBacklogs(connection);
            replies(connection);
        }
        return 0;
    }

    // ---- One in a hundred

    private void behindBacklogs(final Connection connection) throws JMSException {
        System.out.println("| backlog | matching | first scan, us per message looked at | all matches in order | us per"
                + " message delivered past it, median |");
        System.out.println("| ---: | ---: | ---: | --- | ---: |");
        final Map<Integer, MessageConsumer> consumers = new TreeMap<>();
        final Map<Integer, String> scans = new TreeMap<>();
        final Session session = connection.createSession();
        for (final int backlog : backlogs) {
            final Queue queue = session.createQueue("behind-" + backlog);
            fill(session, queue, backlog);
            final long start = System.nanoTime();
            final MessageConsumer consumer = session.createConsumer(queue, RED);
            final boolean inOrder = receiveMatches(consumer, backlog);
            final double us = (System.nanoTime() - start) / 1e3;
            scans.put(backlog, String.format(Locale.ROOT, "%.2f | %s", us / backlog, inOrder ? "yes" : "NO"));
            consumers.put(backlog, consumer);
        }
        final Map<Integer, double[]> times = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (final int backlog : backlogs) {
                final Queue queue = session.createQueue("behind-" + backlog);
                final MessageConsumer consumer = Objects.requireNonNull(consumers.get(backlog), "made above");
                times.computeIfAbsent(backlog, key -> new double[rounds])[round] = pass(session, queue, consumer);
            }
        }
        for (final int backlog : backlogs) {
            System.out.printf(
                    Locale.ROOT,
                    "| %,d | %,d | %s | %.2f |%n",
                    backlog,
                    backlog / 100,
                    scans.get(backlog),
                    median(times.getOrDefault(backlog, new double[1])));
        }
        session.close();
    }

    private static void fill(final Session session, final Queue queue, final int backlog) throws JMSException {
        final MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        for (int i = 0; i < backlog; i++) {
            final Message message = session.createMessage();
            message.setStringProperty("color", i % 100 == 99 ? "red" : "grey");
            message.setIntProperty("n", i);
            if (i == backlog - 1) {
                // Awaited, and with it all before.
                producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            }
            producer.send(message);
        }
        producer.close();
    }

    private static boolean receiveMatches(final MessageConsumer consumer, final int backlog) throws JMSException {
        for (int n = 99; n < backlog; n += 100) {
            final Message message = consumer.receive(PATIENCE_MS);
            if (message == null || message.getIntProperty("n") != n) {
                return false;
            }
        }
        return consumer.receiveNoWait() == null;
    }

    /** Microseconds per message that is sent and received past the backlog. */
    private double pass(final Session session, final Queue queue, final MessageConsumer consumer) throws JMSException {
        final MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        final long start = System.nanoTime();
        for (int i = 0; i < batch; i++) {
            final Message message = session.createMessage();
            message.setStringProperty("color", "red");
            producer.send(message);
        }
        for (int i = 0; i < batch; i++) {
            require(consumer.receive(PATIENCE_MS));
        }
        final double us = (System.nanoTime() - start) / 1e3 / batch;
        producer.close();
        return us;
    }

    // ---- Replies

    private void replies(final Connection connection) throws JMSException {
        System.out.println();
        System.out.println("| clients waiting | us to subscribe one | us per reply, median |");
        System.out.println("| ---: | ---: | ---: |");
        for (final int count : clients) {
            final Session session = connection.createSession();
            final Queue queue = session.createQueue("replies-" + count);
            final List<MessageConsumer> waiting = new ArrayList<>();
            final long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                waiting.add(session.createConsumer(queue, "JMSCorrelationID = 'request-" + i + "'"));
            }
            final double subscribeUs = (System.nanoTime() - start) / 1e3 / count;
            final double[] times = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                times[round] = reply(connection, queue, waiting, RandomGenerator.of("L64X128MixRandom"));
            }
            System.out.printf(Locale.ROOT, "| %,d | %.1f | %.2f |%n", count, subscribeUs, median(times));
            session.close();
        }
    }

    /** Microseconds per reply, in an order that has nothing to do with that of the clients. */
    private double reply(
            final Connection connection,
            final Queue queue,
            final List<MessageConsumer> waiting,
            final RandomGenerator random)
            throws JMSException {
        final Session session = connection.createSession();
        final MessageProducer producer = session.createProducer(queue);
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        final int[] order = new int[batch];
        for (int i = 0; i < batch; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i % waiting.size();
        }
        final long start = System.nanoTime();
        for (final int client : order) {
            final Message message = session.createMessage();
            message.setJMSCorrelationID("request-" + client);
            producer.send(message);
        }
        for (int i = 0; i < batch; i++) {
            require(waiting.get(i % waiting.size()).receive(PATIENCE_MS));
        }
        final double us = (System.nanoTime() - start) / 1e3 / batch;
        session.close();
        return us;
    }

    private static void require(final Message message) {
        if (message == null) {
            throw new IllegalStateException("no message within " + PATIENCE_MS + " ms");
        }
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
