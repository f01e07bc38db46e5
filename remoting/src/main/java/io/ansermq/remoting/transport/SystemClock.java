package io.ansermq.remoting.transport;

import java.util.function.LongSupplier;

/** The clocks of the system, for those who are given another one in tests. Thread safe. */
public final class SystemClock {
    /** Nanoseconds since some moment, as {@link System#nanoTime}. */
    public static final LongSupplier NANOS = new Nanos();

    /** Milliseconds since 1970, as {@link System#currentTimeMillis}. */
    public static final LongSupplier EPOCH_MS = new EpochMs();

    private SystemClock() {}

    // Not method references, of which each costs a JVM that has just begun more than a class.

    private static final class Nanos implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.nanoTime();
        }
    }

    private static final class EpochMs implements LongSupplier {
        @Override
        public long getAsLong() {
            return System.currentTimeMillis();
        }
    }
}
