package io.ansermq.store.commitlog;

import java.util.function.LongConsumer;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Tells how long forces take: a listener, and the flight recorder while it records. Thread safe; a timer is not. */
final class ForceTimes {

    private volatile @Nullable LongConsumer listener;

    /** Has someone told the nanoseconds of each force, on the thread that forces. */
    void tell(final LongConsumer to) {
        listener = to;
    }

    /** For a thread that forces. */
    Timer newTimer() {
        return new Timer();
    }

    /** Takes the time of one force after the other. */
    final class Timer {
        private long startNs;
        private LogEvents.@Nullable Force event;

        private Timer() {}

        /** A force begins. */
        void begin() {
            // The first event makes the JDK set up all of its recording, which nobody is to wait for who does not
            // record.
            event = FlightRecorder.isInitialized() ? new LogEvents.Force() : null;
            if (event != null) {
                event.begin();
            }
            startNs = System.nanoTime();
        }

        /** It has made this many bytes safe; returns how many nanoseconds it took. */
        long end(final long bytes) {
            if (event != null) {
                event.bytes = bytes;
                event.commit();
            }
            final long tookNs = System.nanoTime() - startNs;
            final LongConsumer told = listener;
            if (told != null) {
                told.accept(tookNs);
            }
            return tookNs;
        }
    }
}
