package io.ansermq.client;

import io.ansermq.remoting.transport.Connection;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings what application threads left behind to the event loop, with at most one task under way: whoever asks while
 * one is scheduled is served by it.
 *
 * <p>Thread safe. The flag falls before the work is collected, so what was added before a {@link #request} that found
 * the flag up is collected by that task.
 */
final class Flusher implements Runnable {
    private final Connection connection;
    private final Runnable work;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** Runs {@code work} on the event loop of {@code connection}. */
    Flusher(final Connection connection, final Runnable work) {
        this.connection = connection;
        this.work = work;
    }

    /** Has the work done soon. */
    void request() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            connection.execute(this);
        }
    }

    @Override
    public void run() {
        scheduled.set(false);
        work.run();
    }
}
