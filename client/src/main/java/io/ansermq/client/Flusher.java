package io.ansermq.client;

import io.ansermq.remoting.transport.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Brings what application threads left behind to the event loop, with at most one task under way: whoever asks while
 * one is scheduled is served by it. Without a connection nothing happens until there is one, which is then to be asked.
 *
 * <p>Thread safe. The flag falls before the work is collected, so what was added before a {@link #request} that found
 * the flag up is collected by that task.
 */
final class Flusher {
    private final BrokerSession session;
    private volatile @Nullable Task task;

    /** For what {@link BrokerSession#flush} does. */
    Flusher(final BrokerSession session) {
        this.session = session;
    }

    /** Has the work done soon. */
    void request() {
        final Task current = task;
        if (current != null) {
            current.request();
        }
    }

    /** From now on the work is done on the event loop of this connection. */
    void connect(final Connection connection) {
        task = new Task(connection);
    }

    /** On the event loop of the connection: no work is done there any more. */
    void disconnect() {
        final Task current = task;
        task = null;
        if (current != null) {
            current.over = true;
        }
    }

    private final class Task implements Runnable {
        private final Connection connection;
        private final AtomicBoolean scheduled = new AtomicBoolean();

        /** Event loop only. */
        private boolean over;

        Task(final Connection connection) {
            this.connection = connection;
        }

        void request() {
            if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
                connection.execute(this);
            }
        }

        @Override
        public void run() {
            scheduled.set(false);
            if (!over) {
                session.flush();
            }
        }
    }
}
