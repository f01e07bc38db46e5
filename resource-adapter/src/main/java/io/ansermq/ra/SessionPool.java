package io.ansermq.ra;

import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import jakarta.resource.spi.work.WorkException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sessions that deliver an endpoint's messages: made when they are needed, at most so many, waited for when all are busy.
 * Thread safe; the lock is not held while a session is made.
 */
final class SessionPool implements ServerSessionPool {

    /** Makes a session; asked at most as often as the limit says. */
    @FunctionalInterface
    interface Maker {
        Session make() throws JMSException;
    }

    private final Maker maker;
    private final Deliveries deliveries;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Server> idle = new ArrayDeque<>();
    private int made;
    private int busy;
    private boolean closed;

    SessionPool(final Maker maker, final Deliveries deliveries, final int limit) {
        this.maker = maker;
        this.deliveries = deliveries;
        this.limit = limit;
    }

    /** Waits for one that is not busy. */
    @Override
    public ServerSession getServerSession() throws JMSException {
        lock.lock();
        try {
            while (idle.isEmpty() && made == limit && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                throw new JMSException("the endpoint is being deactivated");
            }
            busy++;
            if (!idle.isEmpty()) {
                return idle.pop();
            }
            made++;
        } finally {
            lock.unlock();
        }
        return newServer();
    }

    private Server newServer() throws JMSException {
        boolean usable = false;
        try {
            final Server server = new Server(maker.make());
            usable = true;
            return server;
        } finally {
            if (!usable) {
                gone();
            }
        }
    }

    private void gone() {
        lock.lock();
        try {
            made--;
            busy--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(final Server server) {
        lock.lock();
        try {
            busy--;
            idle.push(server);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives no more sessions. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is being delivered, at the latest after so many milliseconds. */
    boolean awaitIdle(final long timeoutMs) {
        lock.lock();
        try {
            long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            while (busy > 0 && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
            return busy == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** A session, and the way back to the pool. */
    private final class Server implements ServerSession {
        private final Session session;

        Server(final Session session) {
            this.session = session;
        }

        @Override
        public Session getSession() {
            return session;
        }

        /** Delivers what was loaded into the session, on a thread of the server. */
        @Override
        public void start() throws JMSException {
            try {
                deliveries.begin(session, SessionPool.this::isClosed, () -> giveBack(this));
            } catch (WorkException e) {
                giveBack(this);
                throw Failures.withCause(new JMSException("the server has no thread: " + e.getMessage()), e);
            }
        }
    }
}
