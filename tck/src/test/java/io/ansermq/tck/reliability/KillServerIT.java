package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.history.ConsumerLog;
import io.ansermq.tck.history.History;
import io.ansermq.tck.history.HistoryChecker;
import io.ansermq.tck.history.Report;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * kill -9 under load, restart on the same data, go on; at the end the history decides.
 *
 * <p>{@code -Danser.kill.rounds=200} for more rounds (half of them at each flush level), {@code -Danser.seed=N} to take
 * the random decisions of an earlier run; the moments of the kills follow them only roughly.
 */
class KillServerIT {
    private static final int ROUNDS = Integer.getInteger("anser.kill.rounds", 20);
    private static final int ROUNDS_IN_A_SERIES = 10;
    private static final long FIRST_SEED = Long.getLong("anser.seed", System.currentTimeMillis());

    /** Long enough for a busy machine; a round that moves nothing in this time stands still. */
    private static final Duration ROUND_AT_MOST = Duration.ofSeconds(20);

    private static final int DRAIN_RECEIVE_MS = 1000;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    static Stream<Arguments> series() {
        final int series = Math.max(1, ROUNDS / (2 * ROUNDS_IN_A_SERIES));
        return IntStream.range(0, series)
                .boxed()
                .flatMap(i -> Stream.of(
                        Arguments.of("sync", FIRST_SEED + 2 * i), Arguments.of("async", FIRST_SEED + 2 * i + 1)));
    }

    @ParameterizedTest(name = "flush={0} seed={1}")
    @MethodSource("series")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldLoseDoubleAndReorderNothing(String flush, long seed)
            throws InterruptedException, JMSException, IOException {
        final SplittableRandom random = new SplittableRandom(seed);
        final History history = new History();
        final BrokerPhase phase = new BrokerPhase();
        final ServerProcess server = ServerProcess.with(evidence)
                .set("flush", flush)
                // So small and so often that kills hit new segments, freed segments and half-written state images.
                .set("segment-size", "2MiB")
                .set("max-message-size", "512KiB")
                .set("image-interval", "250ms")
                .start();
        final ConnectionFactory factory = new AnserConnectionFactory(server.uri());
        final ConnectionFactory strictFactory = new AnserConnectionFactory(server.uri() + "?strictAck=true");
        final Load load = new Load(factory, strictFactory, history, phase, random.split());

        load.start();
        for (int round = 0; round < ROUNDS_IN_A_SERIES; round++) {
            letItWork(load, random);
            phase.down();
            server.kill();
            history.brokerKilled();
            if (random.nextInt(4) == 0) {
                killWhileItRecovers(server, history, random);
            }
            server.start();
            phase.up();
        }
        letItWork(load, random);
        load.finish();
        drain(factory, history, phase);

        // Everything is acknowledged and confirmed now, so another life must find the queue empty.
        phase.down();
        server.kill();
        history.brokerKilled();
        server.start();
        phase.up();
        drain(factory, history, phase);

        judge("flush=" + flush + " seed=" + seed + " (-Danser.seed=" + seed + ")", history, load);
    }

    private static void letItWork(Load load, SplittableRandom random) throws InterruptedException {
        final long steps = load.progress().await(random.nextLong(100, 5000), ROUND_AT_MOST);
        assertThat(steps)
                .as("messages answered or received within " + ROUND_AT_MOST)
                .isPositive();
        LockSupport.parkNanos(random.nextLong(3_000_000));
    }

    /** At any moment between the start of the process and some time after it is ready. */
    private static void killWhileItRecovers(ServerProcess server, History history, SplittableRandom random) {
        server.launch();
        LockSupport.parkNanos(random.nextLong(1_500_000_000));
        server.kill();
        history.brokerKilled();
    }

    private static void drain(ConnectionFactory factory, History history, BrokerPhase phase) throws JMSException {
        final int life = BrokerPhase.life(phase.now());
        final ConsumerLog log = history.consumerOpened("drain/" + life, life, false);
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE)) {
            connection.start();
            final MessageConsumer consumer = session.createConsumer(session.createQueue(Load.QUEUE));
            for (Message message = consumer.receive(DRAIN_RECEIVE_MS);
                    message != null;
                    message = consumer.receive(DRAIN_RECEIVE_MS)) {
                Letter.record(message, log);
                log.acknowledging();
                message.acknowledge();
                log.acknowledged();
            }
            log.departing();
        }
    }

    private void judge(String run, History history, Load load) throws IOException {
        final Report report = HistoryChecker.check(run, history.story());
        System.out.println("Killed " + run + ": " + report.totals());
        Files.writeString(evidence.directory().resolve("report.txt"), report.toString());
        report.assertClean();
        assertThat(load.failures()).as(report.toString()).isEmpty();
    }
}
