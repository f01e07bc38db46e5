package io.ansermq.tck.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tck.process.ClassPath;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.JavaProcess;
import io.ansermq.tck.process.ServerProcess;
import io.ansermq.tck.transactions.XaWorker.Order;
import io.ansermq.tck.transactions.XaWorker.Outcome;
import io.ansermq.tck.transactions.XaWorker.Victim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Narayana with a broker and a database: whatever is killed, and whenever, in the end both say the same. The manager's
 * process is killed as well as the server, and its recovery manager brings to an end what was left.
 */
@Timeout(7200)
class NarayanaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RUNS = Integer.getInteger("anser.xa.runs", 20);
    private static final long SEED = Long.getLong("anser.seed", 20_261_121);

    /** One transaction, and what happens to it. */
    private record Run(Order order, Outcome outcome, Phase phase, Victim victim) {}

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private ServerProcess server;
    private JavaProcess worker;
    private int workers;
    private int transactions;

    @Test
    void shouldAgreeWhateverIsKilledInWhicheverPhase() {
        final List<Run> runs = new ArrayList<>();
        for (final Order order : Order.values()) {
            runs.add(new Run(order, Outcome.COMMIT, Phase.WORKED, Victim.NOBODY));
            runs.add(new Run(order, Outcome.ROLLBACK, Phase.WORKED, Victim.NOBODY));
        }
        runs.add(new Run(Order.BROKER_FIRST, Outcome.DATABASE_AGAINST, Phase.WORKED, Victim.NOBODY));
        runs.add(new Run(Order.DATABASE_FIRST, Outcome.BROKER_AGAINST, Phase.WORKED, Victim.NOBODY));
        for (final Phase phase : Phase.values()) {
            final boolean undone = phase == Phase.BEFORE_FIRST_ROLLBACK || phase == Phase.BETWEEN_ROLLBACKS;
            final Outcome outcome = undone ? Outcome.ROLLBACK : Outcome.COMMIT;
            runs.add(new Run(Order.BROKER_FIRST, outcome, phase, Victim.SERVER));
            runs.add(new Run(Order.DATABASE_FIRST, outcome, phase, Victim.SERVER_FOR_LONGER));
            runs.add(new Run(Order.BROKER_FIRST, outcome, phase, Victim.MANAGER));
            runs.add(new Run(Order.DATABASE_FIRST, outcome, phase, Victim.MANAGER));
        }
        // Prepared at the broker when the other side says no.
        runs.add(new Run(Order.BROKER_FIRST, Outcome.DATABASE_AGAINST, Phase.BEFORE_FIRST_ROLLBACK, Victim.SERVER));
        runs.add(new Run(Order.BROKER_FIRST, Outcome.DATABASE_AGAINST, Phase.BEFORE_FIRST_ROLLBACK, Victim.MANAGER));

        run(runs);
    }

    @Test
    void shouldAgreeAfterRandomRuns() {
        final Random random = new Random(SEED);
        final List<Run> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(new Run(
                    oneOf(Order.values(), random),
                    random.nextInt(3) > 0 ? Outcome.COMMIT : oneOf(Outcome.values(), random),
                    oneOf(Phase.values(), random),
                    random.nextInt(2) > 0 ? Victim.NOBODY : oneOf(Victim.values(), random)));
        }

        run(runs);
    }

    private static <T> T oneOf(final T[] all, final Random random) {
        return all[random.nextInt(all.length)];
    }

    private void run(final List<Run> runs) {
        server = ServerProcess.with(evidence).start();
        startWorker();
        int committed = 0;
        for (final Run run : runs) {
            final String ended = transaction(run);
            committed += ended.startsWith("ended COMMITTED") ? 1 : 0;
            if (run.victim != Victim.NOBODY) {
                assertThat(ask("recover")).as("%s, seed %d", run, SEED).isEqualTo("recovered");
                assertThat(ask("compare")).as("%s, seed %d", run, SEED).startsWith("same ");
            } else {
                assertThat(ended)
                        .as(run.toString())
                        .startsWith(run.outcome == Outcome.COMMIT ? "ended COMMITTED" : "ended ROLLED_BACK");
            }
        }
        assertThat(ask("recover")).isEqualTo("recovered");
        assertThat(ask("compare")).as("seed %d", SEED).startsWith("same ");
        System.out.printf(
                "%d transactions, %d seen to commit, %d lives of the server, %d of the manager: %s%n",
                runs.size(), committed, server.starts(), workers, ask("compare"));
        server.stop();
    }

    /** What the worker says at its end; nothing when it was killed. */
    private String transaction(final Run run) {
        worker.tell("transaction t%05d %s %s %s %s"
                .formatted(++transactions, run.order, run.outcome, run.phase, run.victim));
        final String first = worker.nextLine(PATIENCE);
        if (first == null) {
            assertThat(run.victim).as("%s, and the worker has ended", run).isEqualTo(Victim.MANAGER);
            startWorker();
            return "";
        }
        if (!first.equals("phase")) {
            return first;
        }
        server.kill();
        if (run.victim == Victim.SERVER_FOR_LONGER) {
            worker.tell("go");
            final String ended = String.valueOf(worker.nextLine(PATIENCE));
            server.start();
            return ended;
        }
        server.start();
        if (run.victim == Victim.SERVER) {
            worker.tell("go");
        }
        return String.valueOf(worker.nextLine(PATIENCE));
    }

    private void startWorker() {
        worker = JavaProcess.start(
                evidence,
                "worker-" + ++workers,
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                ClassPath.tests(),
                XaWorker.class.getName(),
                List.of(
                        server.uri() + "?requestTimeout=10s",
                        evidence.directory().resolve("worker").toString()));
        assertThat(worker.nextLine(PATIENCE)).as(worker.tail()).isEqualTo("ready");
    }

    private String ask(final String question) {
        worker.tell(question);
        return String.valueOf(worker.nextLine(PATIENCE));
    }
}
