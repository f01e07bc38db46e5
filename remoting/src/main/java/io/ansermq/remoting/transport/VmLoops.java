package io.ansermq.remoting.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Event loops that connections inside this JVM take in turn. Thread safe. */
final class VmLoops {

    /** Those of all clients; guarded by the class. */
    private static @Nullable VmLoops ofClients;

    private final VmLoop[] loops;
    private final AtomicInteger taken = new AtomicInteger();

    /** {@code count} event loops with threads called {@code threadName-1} and so on, which begin when they are needed. */
    VmLoops(final String threadName, final int count) {
        this.loops = new VmLoop[count];
        for (int i = 0; i < count; i++) {
            loops[i] = new VmLoop(threadName + "-" + (i + 1));
        }
    }

    /** The event loops that all clients of this process share; {@code count} counts when they are new. */
    static synchronized VmLoops ofClients(final int count) {
        VmLoops loops = ofClients;
        if (loops == null) {
            loops = new VmLoops("anser-client-vm", count);
            ofClients = loops;
        }
        return loops;
    }

    /** Has unused threads of clients end now and not in a while, and waits for that; false when some have work. */
    static boolean restClients(final long timeoutMs) throws InterruptedException {
        final VmLoops clients;
        synchronized (VmLoops.class) {
            clients = ofClients;
        }
        return clients == null || clients.rest(timeoutMs);
    }

    VmLoop next() {
        return loops[Math.floorMod(taken.getAndIncrement(), loops.length)];
    }

    /** Whether the calling thread is one of these. */
    boolean isInside() {
        for (final VmLoop each : loops) {
            if (each.isInside()) {
                return true;
            }
        }
        return false;
    }

    private boolean rest(final long timeoutMs) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        boolean all = true;
        for (final VmLoop each : loops) {
            all &= each.rest(TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime()));
        }
        return all;
    }

    /** Ends the threads for good; {@code waitMs} for that at most. */
    void end(final long waitMs) {
        for (final VmLoop each : loops) {
            each.shutdown();
        }
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        try {
            for (final VmLoop each : loops) {
                var unused = each.awaitTermination(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
