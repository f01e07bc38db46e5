package io.ansermq.broker.session;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all clients together have sent and core has not taken yet, and who waits for them to become fewer.
 * Thread safe.
 */
public final class MemoryGate {

    private final long limitBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    public MemoryGate(final long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** So many bytes were received. */
    public void add(final int count) {
        bytes.addAndGet(count);
    }

    /** Whether the limit is passed; if so {@code whenFree} is called once there is room again, on any thread. */
    public boolean isFull(final Runnable whenFree) {
        if (bytes.get() <= limitBytes) {
            return false;
        }
        waiting.add(whenFree);
        if (bytes.get() <= limitBytes / 2) {
            wakeAll();
        }
        return true;
    }

    /** So many bytes were taken by core. */
    public void remove(final int count) {
        final long before = bytes.getAndAdd(-count);
        if (before > limitBytes / 2 && before - count <= limitBytes / 2) {
            wakeAll();
        }
    }

    private void wakeAll() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }
}
