package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a group that consumes by POP has of one queue: which messages are with a consumer and until when, which are
 * acknowledged. Owned by the core agent.
 *
 * <p>A message whose time is over comes again in its place, with its count. All below {@link #floor} is acknowledged; that
 * is what is recorded, so after a restart the group gets again what it acknowledged above it.
 */
final class PopQueue {

    /** Messages that may be with consumers, or acknowledged above the floor, at a time. */
    private static final int MAX_OPEN = 20_000;

    private static final class Lease {
        long popEpochMs;
        long dueEpochMs;
        int times;
        boolean available;
    }

    private final NavigableMap<Long, Lease> leases = new TreeMap<>();
    private final TreeSet<Long> acknowledged = new TreeSet<>();
    private long floor;
    private long cursor;

    PopQueue(final long start) {
        floor = start;
        cursor = start;
    }

    long floor() {
        return floor;
    }

    /** Somebody moved the group's offset. */
    void moveTo(final long offset) {
        leases.clear();
        acknowledged.clear();
        floor = offset;
        cursor = offset;
    }

    /** Takes up to {@code most} messages into {@code found}; they are the caller's until {@code dueEpochMs}. */
    void pop(
            final Lane lane,
            final int most,
            final MessageFilter filter,
            final long nowEpochMs,
            final long dueEpochMs,
            final Visible visible,
            final RecordList found) {
        if (floor < lane.start()) {
            moveTo(Math.max(cursor, lane.start()));
        }
        int left = most;
        for (final Map.Entry<Long, Lease> entry : leases.entrySet()) {
            if (left == 0) {
                return;
            }
            final Lease lease = entry.getValue();
            if (lease.available || lease.dueEpochMs <= nowEpochMs) {
                lease.times++;
                give(lane, entry.getKey(), lease, nowEpochMs, dueEpochMs, found);
                left--;
            }
        }
        while (left > 0 && cursor < lane.end() && leases.size() + acknowledged.size() < MAX_OPEN) {
            final long offset = cursor++;
            if (filter.wants(lane, offset) && visible.test(lane, offset)) {
                final Lease lease = new Lease();
                leases.put(offset, lease);
                give(lane, offset, lease, nowEpochMs, dueEpochMs, found);
                left--;
            } else {
                done(offset);
            }
        }
    }

    private static void give(
            final Lane lane,
            final long offset,
            final Lease lease,
            final long nowEpochMs,
            final long dueEpochMs,
            final RecordList found) {
        lease.available = false;
        lease.popEpochMs = nowEpochMs;
        lease.dueEpochMs = dueEpochMs;
        found.add(lane.number(), offset, lane.position(offset), lane.size(offset), lease.times);
    }

    /** A consumer is done with a message; false when it is not its own any more. */
    boolean acknowledge(final long offset, final long popEpochMs) {
        final Lease lease = leases.get(offset);
        if (lease == null) {
            return offset < floor || acknowledged.contains(offset);
        }
        if (lease.popEpochMs != popEpochMs) {
            return false;
        }
        leases.remove(offset);
        done(offset);
        return true;
    }

    /** A consumer wants a message for another while from now on; false when it is not its own any more. */
    boolean change(final long offset, final long popEpochMs, final long nowEpochMs, final long dueEpochMs) {
        final Lease lease = leases.get(offset);
        if (lease == null || lease.popEpochMs != popEpochMs) {
            return false;
        }
        lease.popEpochMs = nowEpochMs;
        lease.dueEpochMs = dueEpochMs;
        return true;
    }

    private void done(final long offset) {
        acknowledged.add(offset);
        final Iterator<Long> lowest = acknowledged.iterator();
        while (lowest.hasNext() && lowest.next() == floor) {
            lowest.remove();
            floor++;
        }
    }

    /** Whether a message may be seen by anyone. */
    @FunctionalInterface
    interface Visible {
        boolean test(Lane lane, long offset);
    }
}
