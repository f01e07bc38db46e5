package io.ansermq.client;

import io.ansermq.remoting.protocol.ErrorCodes;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a session has a connection, and the thread that gets it another one when it has lost it: one that exists only
 * meanwhile. Work for the connection that comes in the meantime waits here.
 *
 * <pre>
 *          lost                   give up, or closed by the application
 *    UP ----------> DOWN -------------------------------------------------> ENDED
 *    ^                |  restored
 *    +----------------+
 * </pre>
 *
 * <p>Thread safe. The lock is held while nothing else happens, and is the last one that is taken.
 */
final class Reconnector {
    private static final Logger LOG = LoggerFactory.getLogger(Reconnector.class);

    /** The session's part of it, on the reconnecting thread. */
    interface Restorer {
        /** Connects, brings everything back, and finally calls {@link Reconnector#restored} on the event loop. */
        void restore() throws BrokerException;

        /** It is over; nothing is connected. */
        void gaveUp(BrokerException reason);
    }

    private enum State {
        UP,
        DOWN,
        ENDED
    }

    private final ReconnectOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private State state = State.UP;
    private boolean givenUp;
    private @Nullable BrokerException reason;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    Reconnector(final ReconnectOptions options) {
        this.options = options;
    }

    boolean isEnabled() {
        return options.enabled();
    }

    /** Whether there will be another connection when this one is lost. */
    boolean comesBack() {
        lock.lock();
        try {
            return options.enabled() && !givenUp;
        } finally {
            lock.unlock();
        }
    }

    boolean isUp() {
        lock.lock();
        try {
            return state == State.UP;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection is lost.
     *
     * @return false when the session is to end, because nobody wants another one
     */
    boolean lost(final BrokerException why, final Restorer restorer) {
        lock.lock();
        try {
            reason = why;
            if (!options.enabled() || givenUp || state != State.UP) {
                state = State.ENDED;
                changed.signalAll();
                return false;
            }
            state = State.DOWN;
        } finally {
            lock.unlock();
        }
        final Thread thread = new Thread(() -> reconnect(restorer), "anser-reconnect");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    /** Nobody wants another connection; returns whether the session was without one, so that it has ended now. */
    boolean giveUp(final BrokerException why) {
        lock.lock();
        try {
            givenUp = true;
            if (state != State.DOWN) {
                return false;
            }
            end(why);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void end(final BrokerException why) {
        state = State.ENDED;
        reason = why;
        waiting.clear();
        changed.signalAll();
    }

    /** On the event loop of the new connection, once everything is back; false when the session has ended meanwhile. */
    boolean restored() {
        lock.lock();
        try {
            if (state != State.DOWN) {
                return false;
            }
            state = State.UP;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a task for the next connection; false when there is one, or never will be. */
    boolean keep(final Runnable task) {
        lock.lock();
        try {
            return state == State.DOWN && waiting.add(task);
        } finally {
            lock.unlock();
        }
    }

    /** The oldest task that was kept, or null. */
    @Nullable
    Runnable nextKept() {
        lock.lock();
        try {
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a connection at most until {@code deadlineNs}; throws why there is none. */
    void awaitUp(final long deadlineNs) throws BrokerException {
        lock.lock();
        try {
            while (state != State.UP) {
                if (state == State.ENDED) {
                    throw BrokerException.reaching(reasonOrLost());
                }
                final long remainingNs = deadlineNs - System.nanoTime();
                if (remainingNs <= 0) {
                    throw new BrokerException(
                            BrokerException.TIMEOUT,
                            "the connection is not restored yet: " + BrokerException.textOf(reasonOrLost()));
                }
                changed.awaitNanos(remainingNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException(
                    BrokerException.INTERRUPTED, "interrupted while waiting for the connection to be restored", e);
        } finally {
            lock.unlock();
        }
    }

    private BrokerException reasonOrLost() {
        final BrokerException known = reason;
        return known == null ? new BrokerException(BrokerException.CONNECTION_LOST, "there is no connection") : known;
    }

    // ---- The reconnecting thread

    private void reconnect(final Restorer restorer) {
        for (int attempt = 1; options.attempts() < 0 || attempt <= options.attempts(); attempt++) {
            if (!pause(options.delayBeforeMs(
                    Math.min(attempt, 1_000), ThreadLocalRandom.current().nextDouble()))) {
                return;
            }
            try {
                restorer.restore();
                return;
            } catch (BrokerException e) {
                LOG.debug("attempt {} to restore a connection failed", attempt, e);
                if (!failed(e)) {
                    return;
                }
                if (isFinal(e)) {
                    break;
                }
            } catch (RuntimeException e) {
                LOG.error("attempt {} to restore a connection failed", attempt, e);
            }
        }
        final BrokerException why;
        lock.lock();
        try {
            if (state != State.DOWN) {
                return;
            }
            final BrokerException last = reasonOrLost();
            why = new BrokerException(
                    BrokerException.CONNECTION_LOST,
                    "gave up restoring a lost connection: " + BrokerException.textOf(last),
                    last);
            end(why);
        } finally {
            lock.unlock();
        }
        restorer.gaveUp(why);
    }

    private boolean failed(final BrokerException why) {
        lock.lock();
        try {
            reason = why;
            return state == State.DOWN;
        } finally {
            lock.unlock();
        }
    }

    /** No later attempt would fare better. */
    private static boolean isFinal(final BrokerException e) {
        return e.error() == ErrorCodes.AUTHENTICATION
                || e.error() == ErrorCodes.AUTHORIZATION
                || e.error() == ErrorCodes.VERSION;
    }

    /** Waits; false when the session has ended. */
    private boolean pause(final long delayMs) {
        lock.lock();
        try {
            long remainingNs = TimeUnit.MILLISECONDS.toNanos(delayMs);
            while (state == State.DOWN && remainingNs > 0) {
                remainingNs = changed.awaitNanos(remainingNs);
            }
            return state == State.DOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
