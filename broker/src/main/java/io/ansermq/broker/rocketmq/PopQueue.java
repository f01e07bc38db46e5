package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
        /** The next delivery does not count: the consumer only put the message off. */
        boolean suspended;
    }

    private final NavigableMap<Long, Lease> leases = new TreeMap<>();
    private final TreeSet<Long> acknowledged = new TreeSet<>();
    private long floor;
    private long cursor;
    /** No lease ends before this, so that not each pop looks at all of them. */
    private long nextDueEpochMs = Long.MAX_VALUE;
    /** Names the last ordered attempt to take messages; null when it had no name. */
    private @Nullable String attemptId;

    PopQueue(final long start) {
        floor = start;
        cursor = start;
    }

    long floor() {
        return floor;
    }

    /** How many messages nobody has had yet. */
    long unseen(final Lane lane) {
        return Math.max(0, lane.end() - cursor);
    }

    /** Somebody moved the group's offset. */
    void moveTo(final long offset) {
        leases.clear();
        nextDueEpochMs = Long.MAX_VALUE;
        acknowledged.clear();
        floor = offset;
        cursor = offset;
    }

    /** Takes up to {@code most} messages into {@code found}; they are the caller's until {@code dueEpochMs}. */
    void pop(
            final Lane lane,
            final PopRequest request,
            final int most,
            final long nowEpochMs,
            final Visible visible,
            final RecordList found) {
        skipWhatIsGone(lane);
        final boolean repeated = request.ordered() && isRepeated(request);
        if (request.ordered() && !repeated && isBlocked(nowEpochMs)) {
            return;
        }
        attemptId = request.ordered() ? request.attemptId() : null;
        final long dueEpochMs = nowEpochMs + request.invisibleMs();
        int left = most;
        if (repeated || nextDueEpochMs <= nowEpochMs) {
            left -= giveAgain(lane, repeated, most, nowEpochMs, dueEpochMs, found);
        }
        while (left > 0 && !repeated && cursor < lane.end() && hasRoom()) {
            final long offset = cursor++;
            if (acknowledged.contains(offset) || offset < floor) {
                continue;
            }
            if (request.filter().wants(lane, offset) && visible.test(lane, offset)) {
                final Lease lease = new Lease();
                leases.put(offset, lease);
                give(lane, offset, lease, nowEpochMs, dueEpochMs, found);
                left--;
            } else {
                done(offset);
            }
        }
    }

    /** Gives again what is due, or, to a repeated attempt, what it had; returns how many. */
    private int giveAgain(
            final Lane lane,
            final boolean repeated,
            final int most,
            final long nowEpochMs,
            final long dueEpochMs,
            final RecordList found) {
        int given = 0;
        long nextDue = Long.MAX_VALUE;
        for (final Map.Entry<Long, Lease> entry : leases.entrySet()) {
            final Lease lease = entry.getValue();
            if (given < most && (repeated || lease.dueEpochMs <= nowEpochMs)) {
                lease.times += repeated || lease.suspended ? 0 : 1;
                give(lane, entry.getKey(), lease, nowEpochMs, dueEpochMs, found);
                given++;
            }
            nextDue = Math.min(nextDue, lease.dueEpochMs);
        }
        nextDueEpochMs = nextDue;
        return given;
    }

    /** Whether {@link #pop} would find something. What the request does not want of the queue is left out for good. */
    boolean hasMessage(final Lane lane, final PopRequest request, final long nowEpochMs, final Visible visible) {
        skipWhatIsGone(lane);
        if (request.ordered() && isBlocked(nowEpochMs)) {
            return false;
        }
        if (nextDueEpochMs <= nowEpochMs
                && leases.values().stream().anyMatch(lease -> lease.dueEpochMs <= nowEpochMs)) {
            return true;
        }
        for (; cursor < lane.end() && hasRoom(); cursor++) {
            if (!acknowledged.contains(cursor) && cursor >= floor) {
                if (request.filter().wants(lane, cursor) && visible.test(lane, cursor)) {
                    return true;
                }
                done(cursor);
            }
        }
        return false;
    }

    private void skipWhatIsGone(final Lane lane) {
        if (floor < lane.start()) {
            moveTo(Math.max(cursor, lane.start()));
        }
    }

    private boolean hasRoom() {
        return leases.size() + acknowledged.size() < MAX_OPEN;
    }

    /** A message of the queue is with a consumer, so that one that keeps the order gets nothing. */
    private boolean isBlocked(final long nowEpochMs) {
        return leases.values().stream().anyMatch(lease -> lease.dueEpochMs > nowEpochMs);
    }

    private boolean isRepeated(final PopRequest request) {
        return request.attemptId() != null && request.attemptId().equals(attemptId) && !leases.isEmpty();
    }

    private void give(
            final Lane lane,
            final long offset,
            final Lease lease,
            final long nowEpochMs,
            final long dueEpochMs,
            final RecordList found) {
        lease.suspended = false;
        lease.popEpochMs = nowEpochMs;
        lease.dueEpochMs = dueEpochMs;
        nextDueEpochMs = Math.min(nextDueEpochMs, dueEpochMs);
        found.add(lane, offset, lease.times);
    }

    /**
     * A consumer is done with a message; false when it is not its own any more. What nobody had since the broker started it
     * had before that.
     */
    boolean acknowledge(final Lane lane, final long offset, final long popEpochMs) {
        final Lease lease = leases.get(offset);
        if (lease == null) {
            if (offset >= Math.max(cursor, floor) && offset < lane.end() && hasRoom()) {
                done(offset);
            }
            return offset < floor || acknowledged.contains(offset);
        }
        if (lease.popEpochMs != popEpochMs) {
            return false;
        }
        leases.remove(offset);
        done(offset);
        return true;
    }

    /**
     * A consumer wants a message for another while from now on.
     *
     * @param suspend whether the delivery after that does not count as one more attempt
     * @return false when it is not its own any more
     */
    boolean change(
            final long offset,
            final long popEpochMs,
            final long nowEpochMs,
            final long dueEpochMs,
            final boolean suspend) {
        final Lease lease = leases.get(offset);
        if (lease == null || lease.popEpochMs != popEpochMs) {
            return false;
        }
        lease.popEpochMs = nowEpochMs;
        lease.dueEpochMs = dueEpochMs;
        nextDueEpochMs = Math.min(nextDueEpochMs, dueEpochMs);
        lease.suspended = suspend;
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
