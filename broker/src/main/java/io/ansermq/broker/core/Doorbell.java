package io.ansermq.broker.core;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one sleeping agent. {@link #ring} is thread safe and costs a fence and a read while the agent is awake;
 * {@link #await} belongs to the agent.
 *
 * <p>No wake-up is lost: the agent announces its sleep and then looks for work once more, a ringer makes its work
 * visible, fences, and then looks for the announcement; at least one of the two sees the other.
 */
public final class Doorbell {

    private volatile @Nullable Thread sleeper;

    /** Wakes the agent if it sleeps. Call it after the work was made visible. */
    public void ring() {
        VarHandle.fullFence();
        final Thread thread = sleeper;
        if (thread != null) {
            sleeper = null;
            LockSupport.unpark(thread);
        }
    }

    /** Sleeps until rung or {@code maxNs} passed, unless {@code idle} says that there is work after all. */
    void await(final BooleanSupplier idle, final long maxNs) {
        sleeper = Thread.currentThread();
        VarHandle.fullFence();
        if (idle.getAsBoolean()) {
            LockSupport.parkNanos(this, maxNs);
        }
        sleeper = null;
    }
}
