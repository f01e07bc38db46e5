package io.ansermq.broker.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where messages stand that were moved while they were on their way to a consumer: network threads know the old position
 * of such a message, and its segment may be gone when they come to read it. Thread safe; core adds and forgets.
 *
 * <p>Bounded by the leases there are, and by time: an entry is forgotten when a connection that could still ask has
 * either been written to or been closed for not reading.
 */
public final class Forwarding {

    private volatile Map<Long, Long> recent = new ConcurrentHashMap<>();
    private volatile Map<Long, Long> earlier = new ConcurrentHashMap<>();
    private final long keptNs;
    private long turnedNs;

    /** @param keptMs how long an entry is kept at least */
    public Forwarding(final long keptMs) {
        this.keptNs = keptMs * 1_000_000L;
    }

    /** Where to read what stood at a position that is gone, or -1 when nothing is known of it. */
    public long find(final long from) {
        long to = step(from);
        for (long next = to; next >= 0; next = step(next)) {
            to = next;
        }
        return to;
    }

    private long step(final long from) {
        final Long to = recent.get(from);
        return to == null ? earlier.getOrDefault(from, -1L) : to;
    }

    void add(final long from, final long to) {
        recent.put(from, to);
    }

    /** Forgets what is old enough. Core only. */
    void age(final long nowNs) {
        if (nowNs - turnedNs > keptNs) {
            turnedNs = nowNs;
            earlier = recent;
            recent = new ConcurrentHashMap<>();
        }
    }
}
