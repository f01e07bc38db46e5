package io.ansermq.jms.session;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous sends of one session that are under way: their completion listeners are called one at a time and in
 * the order of the answers, which is that of the sends, on a thread that is neither the sender's nor the event loop
 * (Jakarta Messaging 3.1, section 7.3.8). Thread safe.
 */
final class Completions {
    private final SerialExecutor callbacks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition oneLess = lock.newCondition();

    // Guarded by lock.
    private int pending;

    private volatile @Nullable Thread callbackThread;
    private volatile @Nullable Object callbackSource;

    Completions(final String name, final Executor pool) {
        callbacks = new SerialExecutor(name, pool);
    }

    /** Before a send; {@code source} is the producer that sends. */
    void begin(final Source source) {
        lock.lock();
        try {
            pending++;
            source.pending++;
        } finally {
            lock.unlock();
        }
    }

    /** A send that {@link #begin} counted was refused at once: there is no callback. */
    void cancel(final Source source) {
        lock.lock();
        try {
            pending--;
            source.pending--;
            oneLess.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Event loop: has {@code callback} run in its turn. */
    void complete(final Source source, final Runnable callback) {
        callbacks.execute(() -> {
            callbackThread = Thread.currentThread();
            callbackSource = source;
            try {
                callback.run();
            } finally {
                callbackThread = null;
                callbackSource = null;
                cancel(source);
            }
        });
    }

    /** Waits until every callback has returned. */
    void awaitAll() {
        lock.lock();
        try {
            while (pending > 0) {
                oneLess.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every callback of this producer has returned. */
    void awaitAll(final Source source) {
        lock.lock();
        try {
            while (source.pending > 0) {
                oneLess.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether this thread is in a callback of the session. */
    boolean isCallback() {
        return callbackThread == Thread.currentThread();
    }

    /** Whether this thread is in a callback of this producer. */
    boolean isCallback(final Source source) {
        return isCallback() && callbackSource == source;
    }

    /** A producer, as far as its asynchronous sends go. */
    static final class Source {
        /** Guarded by the lock of the completions. */
        private int pending;
    }
}
