package io.ansermq.jms.session;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in order, on a thread of a shared pool while there are any. Thread safe. What a task
 * throws is logged and stops nothing.
 */
final class SerialExecutor implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final String name;
    private final Executor pool;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock. Bounded by what its user has under way: sends within the send window, one lost connection.
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    SerialExecutor(final String name, final Executor pool) {
        this.name = name;
        this.pool = pool;
    }

    @Override
    public void execute(final Runnable task) {
        final boolean idle;
        lock.lock();
        try {
            tasks.add(task);
            idle = !running;
            running = true;
        } finally {
            lock.unlock();
        }
        if (idle) {
            pool.execute(this::runAll);
        }
    }

    private void runAll() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a callback of the application threw", name, e);
            } finally {
                // A callback that interrupts its thread means this one, and not those that follow.
                final boolean unused = Thread.interrupted();
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            final Runnable task = tasks.poll();
            running = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }
}
