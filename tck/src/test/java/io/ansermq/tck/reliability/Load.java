package io.ansermq.tck.reliability;

import io.ansermq.tck.history.History;
import io.ansermq.tck.reliability.LoadConsumer.Mode;
import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Producers and consumers of one queue that go on whatever happens to the server: when it dies they wait until it is
 * back and connect again. Everything they see goes into the {@link History}.
 *
 * <p>Two producers send and wait, two send ahead with a completion listener; two consumers acknowledge by themselves
 * (CLIENT), for two the provider does (AUTO), one of them strictly. A connection that breaks while the server is up is a
 * failure of its own.
 */
final class Load {
    static final String QUEUE = "load";
    private static final int SENT_AHEAD = 64;
    private static final Duration END_WITHIN = Duration.ofSeconds(90);

    private final ConnectionFactory factory;
    private final ConnectionFactory strictFactory;
    private final History history;
    private final BrokerPhase phase;
    private final Progress progress = new Progress();
    private final List<Thread> producers = new ArrayList<>();
    private final List<Thread> consumers = new ArrayList<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean sending = true;
    private volatile boolean receiving = true;

    /**
     * A load that does not run yet.
     *
     * @param strictFactory for the consumer whose provider waits for the answer to each acknowledgement
     */
    Load(
            ConnectionFactory factory,
            ConnectionFactory strictFactory,
            History history,
            BrokerPhase phase,
            SplittableRandom seeds) {
        this.factory = factory;
        this.strictFactory = strictFactory;
        this.history = history;
        this.phase = phase;
        producers.add(thread(new LoadProducer(this, "waiting-1", 1, seeds.split())));
        producers.add(thread(new LoadProducer(this, "waiting-2", 1, seeds.split())));
        producers.add(thread(new LoadProducer(this, "ahead-1", SENT_AHEAD, seeds.split())));
        producers.add(thread(new LoadProducer(this, "ahead-2", SENT_AHEAD, seeds.split())));
        consumers.add(thread(new LoadConsumer(this, "client-1", Mode.CLIENT, seeds.split())));
        consumers.add(thread(new LoadConsumer(this, "client-2", Mode.CLIENT, seeds.split())));
        consumers.add(thread(new LoadConsumer(this, "auto", Mode.AUTO, seeds.split())));
        consumers.add(thread(new LoadConsumer(this, "strict", Mode.STRICT_AUTO, seeds.split())));
    }

    private Thread thread(Runnable worker) {
        final Thread thread = new Thread(worker, worker.toString());
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ended, failure) -> failures.add(failure));
        return thread;
    }

    void start() {
        consumers.forEach(Thread::start);
        producers.forEach(Thread::start);
    }

    /** Lets the producers come to an end, then the consumers once they find nothing any more. */
    void finish() throws InterruptedException {
        sending = false;
        join(producers);
        receiving = false;
        join(consumers);
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + END_WITHIN.toNanos();
        for (final Thread thread : threads) {
            thread.join(Math.max(1, (deadlineNs - System.nanoTime()) / 1_000_000));
            if (thread.isAlive()) {
                final AssertionError hangs = new AssertionError(thread.getName() + " did not end, it hangs here");
                hangs.setStackTrace(thread.getStackTrace());
                throw hangs;
            }
        }
    }

    /** For producers. */
    ConnectionFactory factory() {
        return factory;
    }

    /** For a consumer of this mode. */
    ConnectionFactory factory(Mode mode) {
        return mode == Mode.STRICT_AUTO ? strictFactory : factory;
    }

    History history() {
        return history;
    }

    BrokerPhase phase() {
        return phase;
    }

    Progress progress() {
        return progress;
    }

    /** Whether producers go on. */
    boolean sending() {
        return sending;
    }

    /** Whether consumers wait for more when they find nothing. */
    boolean receiving() {
        return receiving;
    }

    /** What should not have happened, whatever was killed; empty when all is well. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /**
     * Judges a failure of a connection that was made, or tried, in {@code since}: it is part of the game when the server
     * has been killed meanwhile, and a finding when it has not.
     */
    void failed(String who, int since, Exception failure) {
        if (phase.now() == since) {
            failures.add(new AssertionError(
                    who + " failed in broker life " + BrokerPhase.life(since) + " while the server was up", failure));
        }
    }
}
