package io.ansermq.remoting.transport;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop of connections inside this JVM: one daemon thread, which is there while there is something to do and a
 * while longer. Thread safe.
 */
final class VmLoop extends ScheduledThreadPoolExecutor implements ThreadFactory {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** How long an unused thread stays, so that connecting again and again does not make a new one each time. */
    private static final long LINGER_MS = 3_000;

    private final String threadName;
    private volatile @Nullable Thread thread;

    VmLoop(final String threadName) {
        super(1);
        this.threadName = threadName;
        setThreadFactory(this);
        setKeepAliveTime(LINGER_MS, TimeUnit.MILLISECONDS);
        allowCoreThreadTimeOut(true);
        setRemoveOnCancelPolicy(true);
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Its one thread, again after a rest. */
    @Override
    public Thread newThread(final Runnable task) {
        final Thread next = new Thread(task, threadName);
        next.setDaemon(true);
        thread = next;
        return next;
    }

    /** Whether the calling thread is this one. */
    boolean isInside() {
        return Thread.currentThread() == thread;
    }

    /** Has the thread end as soon as it has nothing to do, and waits for that; false when it has something for longer. */
    boolean rest(final long timeoutMs) throws InterruptedException {
        setKeepAliveTime(1, TimeUnit.MILLISECONDS);
        try {
            final Thread last = thread;
            if (last != null) {
                last.join(Math.max(1, timeoutMs));
            }
            return last == null || !last.isAlive();
        } finally {
            setKeepAliveTime(LINGER_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void afterExecute(final Runnable task, final @Nullable Throwable thrown) {
        if (task instanceof Future<?> done && done.isDone()) {
            try {
                done.get();
            } catch (final ExecutionException e) {
                LOG.error("A task on thread {} failed", Thread.currentThread().getName(), e.getCause());
            } catch (final CancellationException e) {
                // It is not wanted any more.
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
