package io.ansermq.broker.core;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the core agent: turns while there is work, sleep while there is none. Spins for a moment first on machines with cores
 * to spare; on two cores a spinning core agent would only keep the network threads from running.
 *
 * <p>While its thread sleeps, a network thread that brings a little may {@link #tryTurn run a turn} itself, which spares both
 * from waking each other. One thread at a time has the agent, and sees all that was done by those before it.
 *
 * <p>{@link #ring} tells of work. It publishes its work first and rings second; who has the agent notes that it has heard the
 * bell first and looks for work second. Between the two steps each side has a full fence, so at least one of them sees the
 * other: nothing is overlooked, and nobody is woken who is awake.
 */
public final class CoreThread implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(CoreThread.class);

    /** Longest wait for the last records of all to be written: of which only marks depend. */
    private static final long FINISH_NS = 500_000_000L;

    private static final long FINISH_SLEEP_NS = 1_000_000L;

    private static final int SPARE_CORES = 8;
    private static final long SPIN_NS = 20_000L;

    /** Nobody has the agent, its thread sleeps. */
    private static final int FREE = 0;
    /** A thread has the agent. */
    private static final int TAKEN = 1;
    /** A thread has the agent, and has not looked for work since somebody rang. */
    private static final int RUNG = 2;

    /** What is run. Its methods are called by one thread at a time. */
    interface Agent {
        /** One turn; returns 0 when there was nothing to do. */
        int doWork(long nowNs);

        /** How long the agent can be left alone unless it is rung for: 0 if a turn would find something to do. */
        long sleepNs(long nowNs);

        /** A turn when nothing new comes any more; returns whether nothing is left to do. */
        boolean finish(long nowNs);
    }

    private final boolean shared;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private final long spinNs = Runtime.getRuntime().availableProcessors() >= SPARE_CORES ? SPIN_NS : 0;
    private final AtomicInteger state = new AtomicInteger(TAKEN);

    /** Whether the agent, which is not free, waits for its own thread. */
    private volatile boolean handed;

    private volatile boolean running = true;

    // Of who has the agent.
    private boolean broken;
    /** When the sleeping thread wakes by itself. */
    private long wakesNs;

    @SuppressWarnings("NullAway.Init") // by start, before anybody can have it
    private Agent agent;

    /**
     * Nothing runs until {@link #start}.
     *
     * @param shared whether other threads may run turns
     * @param onFailure told once when a turn throws: the state can no longer be trusted and the broker must stop
     */
    public CoreThread(final String name, final boolean shared, final Consumer<Throwable> onFailure) {
        this.shared = shared;
        this.onFailure = onFailure;
        this.thread = new Thread(this, name);
    }

    /** Runs this from now on; once. */
    public void start(final Core core) {
        start((Agent) core);
    }

    void start(final Agent started) {
        agent = started;
        thread.start();
    }

    /** Has the agent look for work, and wakes its thread if it sleeps; any thread, also before the start. */
    public void ring() {
        VarHandle.fullFence();
        int seen = state.get();
        while (seen != RUNG && !state.compareAndSet(seen, seen == FREE ? TAKEN : RUNG)) {
            seen = state.get();
        }
        if (seen == FREE) {
            hand();
        }
    }

    /** Whether {@link #tryTurn} may come to something. */
    boolean isShared() {
        return shared;
    }

    /**
     * Runs one turn here if the agent's own thread sleeps, which is left what there is to do afterwards. Any thread that
     * has no turn below it.
     *
     * @return whether it was run; if not, somebody else has the agent, who may not have seen what was there to do
     */
    boolean tryTurn() {
        if (!shared || !state.compareAndSet(FREE, TAKEN)) {
            return false;
        }
        boolean mayRest = false;
        try {
            final long nowNs = System.nanoTime();
            agent.doWork(nowNs);
            final long sleepNs = agent.sleepNs(nowNs);
            mayRest = sleepNs > 0 && nowNs + sleepNs - wakesNs >= 0;
        } catch (final Throwable t) {
            fail(t);
        }
        if (!mayRest || !state.compareAndSet(TAKEN, FREE)) {
            hand();
        }
        return true;
    }

    private void hand() {
        handed = true;
        LockSupport.unpark(thread);
    }

    /** The turns, on the thread that {@link #start} starts. */
    @Override
    public void run() {
        try {
            long idleSinceNs = System.nanoTime();
            while (running) {
                if (state.get() == RUNG) {
                    state.set(TAKEN);
                }
                final long nowNs = System.nanoTime();
                if (agent.doWork(nowNs) > 0) {
                    idleSinceNs = nowNs;
                } else if (nowNs - idleSinceNs < spinNs) {
                    Thread.onSpinWait();
                } else {
                    sleep(nowNs, agent.sleepNs(nowNs));
                }
            }
            if (!broken) {
                finish();
            }
        } catch (final Throwable t) {
            fail(t);
        }
    }

    /** Lets go of the agent until it is handed back or it is so late; does nothing if somebody rang or there is work. */
    private void sleep(final long nowNs, final long sleepNs) {
        wakesNs = nowNs + sleepNs;
        if (sleepNs == 0 || !state.compareAndSet(TAKEN, FREE)) {
            return;
        }
        while (!handed) {
            final long leftNs = nowNs + sleepNs - System.nanoTime();
            if (leftNs > 0) {
                LockSupport.parkNanos(this, leftNs);
            } else {
                // Hands the agent to this thread: now, or when who has it lets go.
                ring();
                if (!handed) {
                    LockSupport.park(this);
                }
            }
        }
        handed = false;
    }

    private void fail(final Throwable cause) {
        broken = true;
        running = false;
        LOG.error("the core agent failed, the broker stops: {}", cause.toString(), cause);
        onFailure.accept(cause);
    }

    /** Soon there is nobody who could be told that something is wrong, and what is lost by it is little. */
    private void finish() {
        final long beginNs = System.nanoTime();
        try {
            while (!agent.finish(System.nanoTime()) && System.nanoTime() - beginNs < FINISH_NS) {
                LockSupport.parkNanos(this, Math.min(FINISH_SLEEP_NS, agent.sleepNs(System.nanoTime())));
            }
        } catch (final RuntimeException e) {
            LOG.warn("the next start will take messages for redelivered that were not delivered: {}", e.toString());
        }
    }

    /** Stops after the current turn, takes what clients have left behind, and waits for that; must not be called by the agent itself. */
    public void stop() {
        running = false;
        ring();
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
