package io.ansermq.remoting.transport;

import java.util.function.LongSupplier;

/** The clocks of the system, for those who are given another one in tests. Thread safe. */
public final class SystemClock {
    /** Nanoseconds since some moment, as {@link System#nanoTime}. */
    public static final LongSupplier NANOS = System::nanoTime;

    /** Milliseconds since 1970, as {@link System#currentTimeMillis}. */
    public static final LongSupplier EPOCH_MS = System::currentTimeMillis;

    private SystemClock() {}
}
