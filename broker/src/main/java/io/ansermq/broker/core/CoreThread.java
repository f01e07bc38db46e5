package io.ansermq.broker.core;

import io.ansermq.store.Doorbell;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the core agent: turns while there is work, sleep on the doorbell while there is none. Spins for a moment first
 * on machines with cores to spare; on two cores a spinning core agent would only keep the network threads from running.
 */
public final class CoreThread {

    private static final Logger LOG = LoggerFactory.getLogger(CoreThread.class);
    /** Longest sleep: bounds how late work of little hurry (images) may be; what has a time wakes the agent by itself. */
    private static final long MAX_SLEEP_NS = 100_000_000L;

    /** Longest wait for the last records of all to be written: of which only marks depend. */
    private static final long FINISH_NS = 500_000_000L;

    private static final long FINISH_SLEEP_NS = 1_000_000L;

    private static final int SPARE_CORES = 8;
    private static final long SPIN_NS = 20_000L;

    private final Core core;
    private final Doorbell doorbell;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private final long spinNs = Runtime.getRuntime().availableProcessors() >= SPARE_CORES ? SPIN_NS : 0;
    private volatile boolean running = true;

    /** @param onFailure told once when a turn throws: the state can no longer be trusted and the broker must stop */
    public CoreThread(
            final Core core, final Doorbell doorbell, final String name, final Consumer<Throwable> onFailure) {
        this.core = core;
        this.doorbell = doorbell;
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, name);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            long idleSinceNs = System.nanoTime();
            while (running) {
                final long nowNs = System.nanoTime();
                if (core.doWork(nowNs) > 0) {
                    idleSinceNs = nowNs;
                } else if (nowNs - idleSinceNs < spinNs) {
                    Thread.onSpinWait();
                } else {
                    sleep();
                }
            }
            finish();
        } catch (final Throwable t) {
            LOG.error("the core agent failed, the broker stops: {}", t.toString(), t);
            onFailure.accept(t);
        }
    }

    /** Sleeps until something happens, unless something has happened since the last turn looked. */
    private void sleep() {
        doorbell.arm();
        if (running && core.isIdle(System.nanoTime())) {
            doorbell.sleep(core.sleepNs(System.nanoTime(), MAX_SLEEP_NS));
        } else {
            doorbell.disarm();
        }
    }

    /** Soon there is nobody who could be told that something is wrong, and what is lost by it is little. */
    private void finish() {
        final long beginNs = System.nanoTime();
        try {
            while (!core.finish(System.nanoTime()) && System.nanoTime() - beginNs < FINISH_NS) {
                doorbell.arm();
                if (core.isIdle(System.nanoTime())) {
                    doorbell.sleep(FINISH_SLEEP_NS);
                } else {
                    doorbell.disarm();
                }
            }
        } catch (final RuntimeException e) {
            LOG.warn("the next start will take messages for redelivered that were not delivered: {}", e.toString());
        }
    }

    /** Stops after the current turn, takes what clients have left behind, and waits for that; must not be called by the agent itself. */
    public void stop() {
        running = false;
        doorbell.ring();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
