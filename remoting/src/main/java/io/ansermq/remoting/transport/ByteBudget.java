package io.ansermq.remoting.transport;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that many may take from and give back to, never more out than the limit. Thread safe. */
public final class ByteBudget {

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    /** A budget of which nothing is taken yet. */
    public ByteBudget(final long limitBytes) {
        if (limitBytes <= 0) {
            throw new IllegalArgumentException("a budget needs at least one byte, not " + limitBytes);
        }
        this.limitBytes = limitBytes;
    }

    /** Takes {@code bytes} if that many are left; never waits. */
    public boolean tryAcquire(final long bytes) {
        checkAmount(bytes);
        for (; ; ) {
            final long used = usedBytes.get();
            if (bytes > limitBytes - used) {
                return false;
            }
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
        }
    }

    /**
     * Gives back bytes that were taken.
     *
     * @throws IllegalStateException when more comes back than was taken
     */
    public void release(final long bytes) {
        checkAmount(bytes);
        final long used = usedBytes.addAndGet(-bytes);
        if (used < 0) {
            usedBytes.addAndGet(bytes);
            throw new IllegalStateException(bytes + " bytes came back of which only " + (used + bytes) + " were taken");
        }
    }

    /** The most bytes that can be taken. */
    public long limitBytes() {
        return limitBytes;
    }

    /** How many bytes are taken now. */
    public long usedBytes() {
        return usedBytes.get();
    }

    private static void checkAmount(final long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a negative number of bytes: " + bytes);
        }
    }
}
