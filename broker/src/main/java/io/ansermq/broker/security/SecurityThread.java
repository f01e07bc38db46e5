package io.ansermq.broker.security;

import io.ansermq.remoting.transport.NamedThreads;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which files of users and roles are read and the audit log is written, so that no event loop and no core
 * waits for a disk. Thread safe.
 */
public final class SecurityThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SecurityThread.class);
    private static final long LOOK_MS = 1_000;
    private static final long CLOSE_MS = 2_000;

    private final ScheduledThreadPoolExecutor executor;

    /** Starts it. */
    public SecurityThread(final String name) {
        executor = new ScheduledThreadPoolExecutor(1, new NamedThreads(name, true));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Looks at files once a second from now on, and says so when they have changed or cannot be used. */
    public void follow(final String what, final Followed files) {
        final var unused =
                executor.scheduleWithFixedDelay(new Look(what, files), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private record Look(String what, Followed files) implements Runnable {
        @Override
        public void run() {
            try {
                if (files.refresh()) {
                    LOG.info("{} have changed and were read again", what);
                }
            } catch (IOException e) {
                LOG.error("{} stay as they were: {}", what, e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("{} stay as they were", what, e);
            }
        }
    }

    /** Runs something soon; after {@link #close} it is dropped. */
    @Override
    public void execute(final Runnable task) {
        if (!executor.isShutdown()) {
            try {
                executor.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.debug("closed meanwhile");
            }
        }
    }

    /** Finishes what waits, for a moment at most. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
