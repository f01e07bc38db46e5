package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kill -9 while a topic is published to and durable subscriptions come, go and change: each that is known to exist gets
 * every message that was answered since it was made, in order, and what was unsubscribed stays away.
 */
class KillDurableIT {
    private static final int ROUNDS = Integer.getInteger("anser.kill.durable.rounds", 5);
    private static final long SEED = Long.getLong("anser.seed", System.currentTimeMillis());
    private static final int RECEIVE_MS = 10_000;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private int published;

    @ParameterizedTest(name = "flush={0}")
    @ValueSource(strings = {"sync", "async"})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void shouldKeepDurableSubscriptions(final String flush) throws JMSException {
        final SplittableRandom random = new SplittableRandom(SEED);
        final ServerProcess server = ServerProcess.with(evidence)
                .set("flush", flush)
                .set("segment-size", "2MiB")
                .set("max-message-size", "512KiB")
                .set("image-interval", "250ms")
                .start();
        final AnserConnectionFactory factory = new AnserConnectionFactory(server.uri() + "?jms.clientID=kill");
        final List<Integer> expected = new ArrayList<>();
        withSession(factory, session -> session.createDurableConsumer(session.createTopic("t"), "keeps")
                .close());
        for (int round = 0; round < ROUNDS; round++) {
            final int gone = round;
            withSession(factory, session -> {
                session.createDurableConsumer(session.createTopic("t"), "gone" + gone)
                        .close();
                session.unsubscribe("gone" + gone);
            });
            publishUntilKilled(server, random, expected);
            server.start();
            withSession(factory, session -> consumeSome(session, random, expected));
            withSession(factory, session -> assertThat(unsubscribes(session, "gone" + gone))
                    .as("seed %d, round %d: what was unsubscribed is back", SEED, gone)
                    .isFalse());
        }
        withSession(factory, session -> {
            final MessageConsumer consumer = session.createDurableConsumer(session.createTopic("t"), "keeps");
            expectAll(consumer, expected, expected.size());
            final Message extra = consumer.receiveNoWait();
            assertThat(extra == null || number(extra) > last(expected))
                    .as("seed %d: only a message that was never answered may follow", SEED)
                    .isTrue();
        });
        server.stop();
    }

    /** Sends numbers one by one until the server dies under it; those that were answered are expected. */
    private void publishUntilKilled(
            final ServerProcess server, final SplittableRandom random, final List<Integer> expected)
            throws JMSException {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final long killAfterMs = random.nextLong(50, 600);
        final Thread killer = new Thread(
                () -> {
                    try {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(killAfterMs));
                        server.kill();
                    } catch (RuntimeException | Error e) {
                        failure.set(e);
                    }
                },
                "killer");
        try (Connection connection = new AnserConnectionFactory(server.uri()).createConnection()) {
            final Session session = connection.createSession();
            final MessageProducer producer = session.createProducer(session.createTopic("t"));
            killer.start();
            while (true) {
                producer.send(session.createTextMessage(String.valueOf(++published)));
                expected.add(published);
            }
        } catch (JMSException killed) {
            join(killer);
            assertThat(failure.get()).isNull();
        }
    }

    private static void join(final Thread killer) {
        try {
            killer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Consumes a part of what waits; it is acknowledged when the session is closed in order. */
    private static void consumeSome(final Session session, final SplittableRandom random, final List<Integer> expected)
            throws JMSException {
        final int count = expected.isEmpty() ? 0 : random.nextInt(expected.size());
        final MessageConsumer consumer = session.createDurableConsumer(session.createTopic("t"), "keeps");
        expectAll(consumer, expected, count);
        consumer.close();
    }

    /** The next messages are the expected ones in order; in between there may be such as were never answered. */
    private static void expectAll(final MessageConsumer consumer, final List<Integer> expected, final int count)
            throws JMSException {
        for (int i = 0; i < count; i++) {
            final int next = expected.remove(0);
            int got = number(consumer.receive(RECEIVE_MS));
            while (got < next) {
                got = number(consumer.receive(RECEIVE_MS));
            }
            assertThat(got).as("seed %d", SEED).isEqualTo(next);
        }
    }

    private static int number(final Message message) throws JMSException {
        assertThat(message)
                .as("seed %d: a message within %d ms", SEED, RECEIVE_MS)
                .isNotNull();
        return Integer.parseInt(((TextMessage) message).getText());
    }

    private static int last(final List<Integer> numbers) {
        return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
    }

    private static boolean unsubscribes(final Session session, final String name) {
        try {
            session.unsubscribe(name);
            return true;
        } catch (JMSException e) {
            return false;
        }
    }

    private interface Work {
        void on(Session session) throws JMSException;
    }

    private static void withSession(final AnserConnectionFactory factory, final Work work) throws JMSException {
        try (Connection connection = factory.createConnection()) {
            connection.start();
            work.on(connection.createSession());
        }
    }
}
