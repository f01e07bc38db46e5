package io.ansermq.broker.security;

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

    /** Starts it; it looks at the roles once a second. */
    public SecurityThread(final String name, final RoleFile roles) {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            final Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        final var unused = executor.scheduleWithFixedDelay(() -> look(roles), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private static void look(final RoleFile roles) {
        try {
            final Roles before = roles.current();
            roles.refresh();
            if (roles.current() != before) {
                LOG.info("roles read from {}", roles.path());
            }
        } catch (IOException e) {
            LOG.error("the roles stay as they were: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("the roles stay as they were", e);
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
