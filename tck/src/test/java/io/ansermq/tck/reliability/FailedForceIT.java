package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The system call behind each force fails with EIO, as a dying disk makes it fail: {@code strace} sees to that, and without it
 * the test is skipped. The server stops by itself, answers nothing that it cannot vouch for, and says why in its last line.
 */
class FailedForceIT {
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);
    private static final int MANY = 100_000;
    private static final int RECEIVE_MS = 20_000;
    private static final int BROKER_STOPPED = 3;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldStopForGoodWhenAForceFails() throws Exception {
        final ServerProcess server =
                ServerProcess.with(evidence).set("flush", "sync").start();
        final Process strace = failForces(server.process().pid());
        final int answered;
        try {
            answered = sendUntilItFails(server);
            assertThat(server.process().awaitExit(STOPPED_WITHIN))
                    .as(server.process()::tail)
                    .isEqualTo(BROKER_STOPPED);
        } finally {
            strace.destroyForcibly();
        }
        final List<String> errors = server.process().errors().lines().toList();
        assertThat(errors.get(errors.size() - 1))
                .contains("stopped by itself", "Input/output error", "/log/0", "check the disk");

        server.start();
        try (JMSContext context = new AnserConnectionFactory(server.uri()).createContext()) {
            final JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
            for (int i = 0; i < answered; i++) {
                assertThat(consumer.receiveBody(String.class, RECEIVE_MS)).isEqualTo("message " + i);
            }
        }
        server.stop();
    }

    /** How many sends were answered. */
    private static int sendUntilItFails(final ServerProcess server) {
        int answered = 0;
        try (JMSContext context = new AnserConnectionFactory(server.uri()).createContext()) {
            final Queue queue = context.createQueue("q");
            final JMSProducer producer = context.createProducer();
            while (answered < MANY) {
                producer.send(queue, "message " + answered);
                answered++;
            }
        } catch (final JMSRuntimeException expected) {
            // The send that was not answered.
            assertThat(expected).hasMessageContaining("lost the connection");
        }
        assertThat(answered).isLessThan(MANY);
        return answered;
    }

    /** From the hundredth force of any thread on. */
    private Process failForces(final long pid) throws IOException, InterruptedException {
        final Path output = evidence.directory().resolve("strace.txt");
        final List<String> command = new ArrayList<>(List.of("strace", "-f", "-p", Long.toString(pid)));
        command.addAll(List.of("-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=100+"));
        final Process strace;
        try {
            strace = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (final IOException e) {
            assumeThat(false).as("strace can be run: " + e).isTrue();
            throw e;
        }
        for (int i = 0; i < 100 && strace.isAlive() && !Files.readString(output).contains("attached"); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assumeThat(strace.isAlive()).as(() -> "strace may attach: " + output).isTrue();
        return strace;
    }
}
