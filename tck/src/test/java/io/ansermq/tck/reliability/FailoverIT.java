package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server is killed and started again under clients that reconnect, again and again: nothing is lost, nothing comes twice,
 * order is kept, listeners go on. {@code -Danser.failover.rounds=50} for the long run, {@code -Danser.seed=N} for the
 * decisions of an earlier one.
 */
class FailoverIT {
    private static final int ROUNDS = Integer.getInteger("anser.failover.rounds", 3);
    private static final long SEED = Long.getLong("anser.seed", System.currentTimeMillis());

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @ParameterizedTest(name = "flush={0}")
    @ValueSource(strings = {"async", "sync"})
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldDeliverEachMessageOnceAndInOrder(final String flush) throws Exception {
        final Random random = new Random(SEED);
        final ServerProcess server =
                ServerProcess.with(evidence).set("flush", flush).start();
        final String uri = "failover:(" + server.uri()
                + ")?initialReconnectDelay=5ms&reconnectDelay=20ms&maxReconnectDelay=500ms&sendTimeout=2m&requestTimeout=2m";
        try (FailoverLoad load = new FailoverLoad(uri, "flush " + flush + ", seed " + SEED)) {
            for (int round = 0; round < ROUNDS; round++) {
                load.awaitMore(1 + random.nextInt(300));
                server.kill();
                server.start();
            }
            load.awaitMore(100);
            load.finish();
            assertThat(load.told()).as("exception listeners hear of each loss").isGreaterThanOrEqualTo(ROUNDS);
            System.out.println(
                    "flush " + flush + ": " + ROUNDS + " kills, " + load.received() + " messages, seed " + SEED);
        }
    }

    @Test
    void shouldTellOfALossThatIsNotRestored() throws Exception {
        final ServerProcess server = ServerProcess.with(evidence).start();
        try (Connection connection = new AnserConnectionFactory(server.uri()).createConnection()) {
            final BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
            connection.setExceptionListener(told::add);
            connection.start();

            server.kill();

            assertThat(told.poll(5, TimeUnit.SECONDS)).isNotNull().hasMessageContaining("lost the connection");
        }
    }

    @Test
    void shouldGiveUpWhenItIsToldTo() throws Exception {
        final ServerProcess server = ServerProcess.with(evidence).start();
        final String uri =
                "failover:(" + server.uri() + ")?maxReconnectAttempts=3&reconnectDelay=1ms&initialReconnectDelay=1ms";
        try (Connection connection = new AnserConnectionFactory(uri).createConnection()) {
            final BlockingQueue<JMSException> told = new LinkedBlockingQueue<>();
            connection.setExceptionListener(told::add);
            connection.start();

            server.kill();

            assertThat(told.poll(5, TimeUnit.SECONDS)).isNotNull().hasMessageContaining("lost the connection");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(told.peek()).isNotNull().hasMessageContaining("gave up"));
        }
    }
}
