package io.ansermq.tck.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The server is killed while a client commits, and started again: what {@code commit} said is what happened, for both
 * queues of each transaction. A commit in flight is resolved by asking the new server.
 */
class KilledCommitIT {

    private static final int KILLS = 5;
    private static final long SEED = 20_260_101;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldTellTheOutcomeOfEveryCommitThatAKillInterrupts() throws Exception {
        final Random random = new Random(SEED);
        final ServerProcess server = ServerProcess.with(evidence).start();
        final AnserConnectionFactory factory = new AnserConnectionFactory(server.uri());
        final Set<String> committed = new HashSet<>();
        final Set<String> rolledBack = new HashSet<>();
        int number = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            final int commitsBefore = 20 + random.nextInt(200);
            final int inFlight = number + commitsBefore;
            Thread killer = null;
            try (JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
                boolean alive = true;
                while (alive) {
                    final String text = "tx-" + number++;
                    if (number == inFlight) {
                        killer = new Thread(() -> {
                            server.kill();
                            server.start();
                        });
                        killer.start();
                    }
                    try {
                        context.createProducer().send(context.createQueue("left"), text);
                        context.createProducer().send(context.createQueue("right"), text);
                        context.commit();
                        committed.add(text);
                    } catch (TransactionRolledBackRuntimeException e) {
                        rolledBack.add(text);
                        alive = false;
                    } catch (JMSRuntimeException e) {
                        // The connection was gone before the commit.
                        rolledBack.add(text);
                        alive = false;
                    }
                }
            } catch (JMSRuntimeException e) {
                assertThat(e).as("closing a context whose server was killed").hasMessageContaining("connection");
            }
            assertThat(killer).isNotNull();
            killer.join();
        }

        for (final String queue : List.of("left", "right")) {
            final List<String> there = new ArrayList<>();
            try (JMSContext context = factory.createContext()) {
                final JMSConsumer consumer = context.createConsumer(context.createQueue(queue));
                for (String text = consumer.receiveBody(String.class, 5_000);
                        text != null;
                        text = consumer.receiveBodyNoWait(String.class)) {
                    there.add(text);
                }
            }
            assertThat(there).as(queue + ", seed " + SEED).doesNotHaveDuplicates();
            assertThat(new HashSet<>(there)).as(queue + ", seed " + SEED).isEqualTo(committed);
            assertThat(there).doesNotContainAnyElementsOf(rolledBack);
        }
        server.stop();
    }
}
