package io.ansermq.store.commitlog;

import io.ansermq.store.Doorbell;
import java.util.concurrent.ThreadFactory;

/**
 * Runs one agent on a thread of its own: works while there is work, and sleeps at the doorbell while there is none. The
 * thread is not to be interrupted: that would close the files under it.
 */
final class AgentThread implements Runnable {
    private final Agent agent;
    private final Doorbell bell;
    private final Thread thread;
    private volatile boolean running = true;

    /** Something with work to do. */
    interface Agent {
        /** Does what there is to do, and returns 0 if there was nothing. */
        int doWork(long nowNs);

        /** How long the agent can be left alone unless its bell rings. */
        long sleepNs(long nowNs);
    }

    private AgentThread(final Agent agent, final Doorbell bell, final ThreadFactory threads) {
        this.agent = agent;
        this.bell = bell;
        this.thread = threads.newThread(this);
    }

    static AgentThread start(final Agent agent, final Doorbell bell, final ThreadFactory threads) {
        final AgentThread started = new AgentThread(agent, bell, threads);
        started.thread.start();
        return started;
    }

    @Override
    public void run() {
        while (running) {
            if (agent.doWork(System.nanoTime()) == 0) {
                bell.arm();
                final long nowNs = System.nanoTime();
                if (agent.doWork(nowNs) == 0 && running) {
                    bell.sleep(agent.sleepNs(nowNs));
                } else {
                    bell.disarm();
                }
            }
        }
    }

    /** Lets the agent finish its step, and returns when its thread has ended. */
    void stop() {
        running = false;
        bell.ring();
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                // The files are closed next, which must not happen under the agent's feet.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
