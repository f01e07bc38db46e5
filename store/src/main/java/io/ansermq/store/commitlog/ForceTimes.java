package io.ansermq.store.commitlog;

import java.util.function.LongConsumer;

/** Tells how long forces take: a listener, and the flight recorder while it records. Thread safe. */
final class ForceTimes {

    private volatile LongConsumer listener = nanos -> {};

    /** Has someone told the nanoseconds of each force, on the thread that forces. */
    void tell(final LongConsumer to) {
        listener = to;
    }

    /** A force begins. */
    LogEvents.Force begin() {
        final LogEvents.Force event = new LogEvents.Force();
        event.begin();
        event.startNs = System.nanoTime();
        return event;
    }

    /** It has made this many bytes safe; returns how many nanoseconds it took. */
    long end(final LogEvents.Force event, final long bytes) {
        event.bytes = bytes;
        event.commit();
        final long tookNs = System.nanoTime() - event.startNs;
        listener.accept(tookNs);
        return tookNs;
    }
}
