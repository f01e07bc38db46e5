package io.ansermq.tck.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.security.UserFile;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Prove;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much somebody who guesses passwords slows others: {@code make slow M=tck T=FailedLoginsTest}, on an otherwise idle
 * machine. Rounds without and with guesses alternate; what is compared is how many messages a client with a password
 * sends and receives one after the other.
 */
@Tag("slow")
class FailedLoginsTest {

    private static final int ROUNDS = 5;
    private static final int GUESSES_PER_ROUND = 2_000;
    private static final long ROUND_MS = 8_000;
    private static final int GUESSERS = 4;
    private static final int TIMEOUT_MS = 20_000;
    /** An answer waits up to a second, and nobody guesses with more connections than this. */
    private static final int OPEN_GUESSES = 2_000;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @TempDir
    Path directory;

    private final AtomicInteger refused = new AtomicInteger();
    private final Semaphore open = new Semaphore(OPEN_GUESSES);

    @Test
    void shouldSlowNobody() throws Exception {
        final UserFile users = new UserFile(directory.resolve("users"));
        users.put("ann", "secret");
        final ServerProcess server = ServerProcess.with(evidence)
                .set("users", users.path().toString())
                .set("anonymous", "none")
                .start();
        final int port = Integer.parseInt(server.uri().replaceAll(".*:(\\d+).*", "$1"));
        final ExecutorService guessers = Executors.newFixedThreadPool(GUESSERS);
        final double[] alone = new double[ROUNDS];
        final double[] beside = new double[ROUNDS];
        try (JMSContext context = new AnserConnectionFactory("ann", "secret", server.uri()).createContext()) {
            final Queue queue = context.createQueue("pings");
            final JMSProducer producer = context.createProducer();
            final JMSConsumer consumer = context.createConsumer(queue);
            roundTrips(producer, consumer, queue); // warms up
            for (int round = 0; round < ROUNDS; round++) {
                alone[round] = roundTrips(producer, consumer, queue);
                final Future<?>[] guessing = new Future<?>[GUESSERS];
                for (int i = 0; i < GUESSERS; i++) {
                    guessing[i] = guessers.submit(() -> guess(port, GUESSES_PER_ROUND / GUESSERS));
                }
                beside[round] = roundTrips(producer, consumer, queue);
                for (final Future<?> each : guessing) {
                    each.get(2, TimeUnit.MINUTES);
                }
            }
        } finally {
            guessers.shutdownNow();
        }
        open.acquire(OPEN_GUESSES); // the last answers have come

        final double ratio = median(beside) / median(alone);
        System.out.printf(
                "failed logins: %d; round trips/s alone %s, beside them %s; ratio of medians %.3f%n",
                refused.get(), Arrays.toString(alone), Arrays.toString(beside), ratio);
        assertThat(refused).hasValue(ROUNDS * GUESSES_PER_ROUND);
        assertThat(ratio).isGreaterThanOrEqualTo(0.9);
    }

    /** Sends and receives for the time of a round; returns how many times a second. */
    private static double roundTrips(final JMSProducer producer, final JMSConsumer consumer, final Queue queue) {
        final long beganNs = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - beganNs < TimeUnit.MILLISECONDS.toNanos(ROUND_MS)) {
            producer.send(queue, "ping");
            assertThat(consumer.receive(TIMEOUT_MS)).isNotNull();
            count++;
        }
        return count * 1e9 / (System.nanoTime() - beganNs);
    }

    /** Guesses evenly over a round. */
    private Void guess(final int port, final int count) throws Exception {
        final long beganNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            final long dueNs = beganNs + TimeUnit.MILLISECONDS.toNanos(ROUND_MS) * i / count;
            TimeUnit.NANOSECONDS.sleep(dueNs - System.nanoTime());
            open.acquire();
            guess(port);
        }
        return null;
    }

    private void guess(final int port) throws IOException, InterruptedException, ExecutionException {
        final Connection connection = RemotingClient.connect(
                new InetSocketAddress("127.0.0.1", port),
                TransportOptions.builder().build(),
                TIMEOUT_MS,
                any -> new Unasked());
        ask(connection, new Connect(1, "guesser", null, "ann", null)).get().release();
        final var unused = ask(connection, new Prove("bm9uY2U=", "Z3Vlc3M=")).whenComplete((answer, failure) -> {
            if (answer != null) {
                refused.addAndGet(answer.control() instanceof ConnectionHeader.Failure ? 1 : 0);
                answer.release();
            }
            connection.close("guessed");
            open.release();
        });
    }

    private static CompletableFuture<RemotingCommand> ask(final Connection connection, final ControlHeader question) {
        return connection.request(RemotingCommand.control(question, 0), TIMEOUT_MS);
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static final class Unasked implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.release();
        }

        @Override
        public void onClosed(final Connection from, final Throwable cause) {
            // The request that waits is told.
        }
    }
}
