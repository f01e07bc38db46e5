package io.ansermq.broker.core;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Where the lives of this broker began in the log, as far as the replayed part of it tells. Owned by the core agent (before
 * it starts, by the thread that recovers).
 */
final class Runs {

    private final NavigableMap<Long, Long> starts = new TreeMap<>();
    private long current;

    /** A life began where the one before it ended. */
    void began(final long run, final long position) {
        starts.put(run, position);
        current = Math.max(current, run);
    }

    /** The number of this life. */
    long current() {
        return current;
    }

    /**
     * Whether what stands at this position now stood there in that life already. A crash of the machine may take the end of
     * the log away, and other records then come to stand where it was; what the next life found stayed for good.
     */
    boolean wasThere(final long position, final long run) {
        if (run == current) {
            return true;
        }
        final Long next = starts.get(run + 1);
        return next != null && position < next;
    }
}
