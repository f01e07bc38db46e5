package io.ansermq.jms.session;

import io.ansermq.remoting.transport.SystemClock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The resource managers that this JVM works with: one for each run of a broker, which all connections to it share. A branch
 * can then be worked in by sessions of several connections. Thread safe.
 */
final class XaManagers {

    /** Branches, and how many connections use them. */
    private static final class Shared {
        final XaBranches branches = new XaBranches(SystemClock.NANOS);
        int connections;
    }

    private static final ReentrantLock LOCK = new ReentrantLock();

    // Guarded by LOCK. Keyed by the broker's incarnation.
    private static final Map<Long, Shared> MANAGERS = new HashMap<>();

    private XaManagers() {}

    /** The branches of the broker with this incarnation; to be left with {@link #leave}. */
    static XaBranches join(final long incarnation) {
        LOCK.lock();
        try {
            final Shared shared = MANAGERS.computeIfAbsent(incarnation, broker -> new Shared());
            shared.connections++;
            return shared.branches;
        } finally {
            LOCK.unlock();
        }
    }

    /** A connection that has joined ends; to be called once. */
    static void leave(final long incarnation) {
        LOCK.lock();
        try {
            final Shared shared = MANAGERS.get(incarnation);
            if (shared != null && --shared.connections == 0) {
                MANAGERS.remove(incarnation);
            }
        } finally {
            LOCK.unlock();
        }
    }
}
