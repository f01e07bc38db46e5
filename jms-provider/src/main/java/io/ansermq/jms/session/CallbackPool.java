package io.ansermq.jms.session;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which a connection calls completion listeners and its exception listener: none while there is nothing to
 * call, at most one per session and one more. Thread safe.
 */
final class CallbackPool implements Executor {
    private static final int KEEP_ALIVE_S = 5;

    private final ThreadPoolExecutor threads;

    /** Its threads see what the calling thread sees, for listeners may look for classes. */
    CallbackPool(final String name) {
        final ClassLoader loader = Thread.currentThread().getContextClassLoader();
        final AtomicInteger count = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, KEEP_ALIVE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    final Thread thread = new Thread(task, name + "-callback-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    thread.setContextClassLoader(loader);
                    return thread;
                });
    }

    @Override
    public void execute(final Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            // Closed: the one thing that can still come is the news of it.
        }
    }

    void close() {
        threads.shutdown();
    }
}
