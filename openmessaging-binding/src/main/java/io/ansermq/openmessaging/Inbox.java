package io.ansermq.openmessaging;

import io.ansermq.openmessaging.Attachment.Received;
import io.openmessaging.exception.OMSRuntimeException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the broker has sent ahead for a consumer, or for one of its queues: filled by the event loop, emptied by the
 * threads of the application or of the consumer. Bounded by the prefetch of what fills it. Thread safe.
 */
final class Inbox {
    static final long FOREVER_NS = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Received> waiting = new ArrayDeque<>();
    private boolean closed;
    /** Why nothing comes any more; null when nothing is wrong. */
    private @Nullable OMSRuntimeException failure;

    private boolean paused;
    /** Until when, when that was said; on the clock of {@link System#nanoTime}. */
    private long pausedUntilNs;

    private boolean pausedForTime;

    void add(final Received received) {
        lock.lock();
        try {
            if (!closed) {
                waiting.add(received);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next message, which is the application's then. One whose time is over is not handed out.
     *
     * @param waitNs how long to wait for one
     * @return null when the time is over, or this was closed
     * @throws OMSRuntimeException when the connection was lost
     */
    @Nullable
    Received take(final long waitNs) throws InterruptedException {
        final long startNs = System.nanoTime();
        lock.lockInterruptibly();
        try {
            while (true) {
                final long nowNs = System.nanoTime();
                if (failure != null) {
                    throw Errors.of(failure);
                }
                final Received next = closed || isPaused(nowNs) ? null : poll();
                if (closed || next != null) {
                    return next;
                }
                final long leftNs = waitNs == FOREVER_NS ? FOREVER_NS : waitNs - (nowNs - startNs);
                if (leftNs <= 0) {
                    return null;
                }
                await(isPaused(nowNs) && pausedForTime ? Math.min(leftNs, pausedUntilNs - nowNs) : leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The loop is that of take.
    private void await(final long ns) throws InterruptedException {
        if (ns == FOREVER_NS) {
            changed.await();
        } else {
            final boolean unused = changed.await(ns, TimeUnit.NANOSECONDS);
        }
    }

    /** In the order of the deliveries, which is why it is said here that they are handed over. */
    private @Nullable Received poll() {
        for (Received next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.isGone()) {
                continue;
            }
            if (!next.isOver(System.currentTimeMillis())) {
                next.from().handed(next.delivery());
                return next;
            }
            next.from().expired(next.delivery());
        }
        return null;
    }

    /** Hands nothing out for a time, or with 0 until {@link #resume}. */
    void pause(final long timeMs) {
        lock.lock();
        try {
            paused = true;
            pausedForTime = timeMs > 0;
            pausedUntilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeMs);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            paused = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isPaused(final long nowNs) {
        return paused && !(pausedForTime && nowNs - pausedUntilNs >= 0);
    }

    /** Forgets what went back to its queue. */
    void dropGone() {
        lock.lock();
        try {
            waiting.removeIf(Received::isGone);
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits is told why nothing comes any more, and everybody later. */
    void fail(final OMSRuntimeException reason) {
        lock.lock();
        try {
            if (!closed) {
                failure = reason;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits gets nothing, and nobody ever again. */
    void close() {
        lock.lock();
        try {
            closed = true;
            failure = null;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
