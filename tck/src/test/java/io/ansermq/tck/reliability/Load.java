package io.ansermq.tck.reliability;

import io.ansermq.tck.history.History;
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
 * (CLIENT), for two the provider does (AUTO). A connection that breaks while the server is up is a failure of its own.
 */
final class Load {
    static final String QUEUE = "load";
    private static final int OF_EACH_KIND = 2;
    private static final Duration END_WITHIN = Duration.ofSeconds(90);

    private final ConnectionFactory factory;
    private final History history;
    private final BrokerPhase phase;
    private final Progress progress = new Progress();
    private final List<Thread> producers = new ArrayList<>();
    private final List<Thread> consumers = new ArrayList<>();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean sending = true;
    private volatile boolean receiving = true;

    Load(ConnectionFactory factory, History history, BrokerPhase phase, long seed) {
        this.factory = factory;
        this.history = history;
        this.phase = phase;
        final SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 1; i <= OF_EACH_KIND; i++) {
            producers.add(thread(new LoadProducer(this, "waiting-" + i, 1, seeds.split())));
            producers.add(thread(new LoadProducer(this, "ahead-" + i, 64, seeds.split())));
            consumers.add(thread(new LoadConsumer(this, "client-" + i, false, seeds.split())));
            consumers.add(thread(new LoadConsumer(this, "auto-" + i, true, seeds.split())));
        }
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

    ConnectionFactory factory() {
        return factory;
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
