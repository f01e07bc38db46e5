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

    /** It has made this many bytes safe. */
    void end(final LogEvents.Force event, final long bytes) {
        event.bytes = bytes;
        event.commit();
        listener.accept(System.nanoTime() - event.startNs);
    }
}
