package io.ansermq.benchmark;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What does a consumer of default settings that stopped taking messages keep from another one, and for how long? It takes 1,000 of
 * 11,000 as fast as it can, which fills its window, and then none; a second consumer takes the other 10,000.
 */
public final class IdleConsumer {
    private static final int BEFORE = 1_000;
    private static final int REST = 10_000;
    private static final int ROUNDS = 7;
    private static final long PATIENCE_MS = 30_000;

    private IdleConsumer() {}

    /** Prints milliseconds from the second consumer's first call: medians of some rounds behind an unmeasured one. */
    public static void main(final String[] arguments) throws IOException, JMSException {
        try (ScratchDirectory directory = ScratchDirectory.in(Path.of("target/benchmark"));
                Broker broker = Broker.start(BrokerOptions.builder()
                        .set("port", "0")
                        .set("data", directory.path().toString())
                        .build());
                Connection idle = connection(broker);
                Connection busy = connection(broker)) {
            final long[] promptMs = new long[ROUNDS];
            final long[] allMs = new long[ROUNDS];
            final long[] kept = new long[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) {
                final Result result = round(idle, busy, "round-" + round);
                if (round >= 0) {
                    promptMs[round] = result.promptMs;
                    allMs[round] = result.allMs;
                    kept[round] = result.kept;
                }
            }
            System.out.printf(
                    "%,d messages; the idle consumer held %d; the others came within %d ms, all within %d ms%n",
                    REST, median(kept), median(promptMs), median(allMs));
        }
    }

    /** When the last message came before the longest pause and how many were behind it, and when the last of all came. */
    private record Result(long promptMs, long allMs, long kept) {}

    private static Result round(final Connection idle, final Connection busy, final String name) throws JMSException {
        try (Session idleSession = idle.createSession();
                Session busySession = busy.createSession()) {
            final Queue queue = busySession.createQueue(name);
            send(busy, queue);
            final MessageConsumer resting = idleSession.createConsumer(queue);
            for (int i = 0; i < BEFORE; i++) {
                take(resting);
            }
            final MessageConsumer consumer = busySession.createConsumer(queue);
            final long beganNs = System.nanoTime();
            long lastNs = beganNs;
            long pauseNs = 0;
            Result result = new Result(0, 0, 0);
            for (int i = 0; i < REST; i++) {
                take(consumer);
                final long nowNs = System.nanoTime();
                if (i > 0 && nowNs - lastNs > pauseNs) {
                    pauseNs = nowNs - lastNs;
                    result = new Result((lastNs - beganNs) / 1_000_000, 0, REST - i);
                }
                lastNs = nowNs;
            }
            return new Result(result.promptMs, (lastNs - beganNs) / 1_000_000, result.kept);
        }
    }

    private static void send(final Connection connection, final Queue queue) throws JMSException {
        try (Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
            final MessageProducer producer = session.createProducer(queue);
            for (int i = 0; i < BEFORE + REST; i++) {
                producer.send(session.createTextMessage("message " + i));
            }
            session.commit();
        }
    }

    private static void take(final MessageConsumer consumer) throws JMSException {
        final Message message = consumer.receive(PATIENCE_MS);
        if (message == null) {
            throw new IllegalStateException("no message in " + PATIENCE_MS + " ms");
        }
    }

    private static Connection connection(final Broker broker) throws JMSException {
        final Connection connection =
                new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createConnection();
        connection.start();
        return connection;
    }

    private static long median(final long[] values) {
        final long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
