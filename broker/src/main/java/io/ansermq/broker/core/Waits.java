package io.ansermq.broker.core;

import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.remoting.protocol.ControlRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait until they are delivered again. Owned by the core agent, before it starts by the thread that
 * recovers the broker.
 *
 * <p>A message that waits is held in its ledger, so those behind it are delivered meanwhile. Here time is monotonic; until
 * when a message waits is recorded by the wall clock (WAIT), and what is left of that is waited for after a restart, but
 * never longer than the destination's longest wait, should the clock have been set back. Of subscriptions that do not outlive
 * the process nothing is recorded. The number of messages that wait is limited by that of leases.
 */
final class Waits {

    /** A message that waits. */
    private record Wait(long dueNs, long order, LaneLedger from, long offset, long dueEpochMs)
            implements Comparable<Wait> {
        @Override
        public int compareTo(final Wait other) {
            final int byTime = Long.compare(dueNs - other.dueNs, 0);
            return byTime == 0 ? Long.compare(order, other.order) : byTime;
        }
    }

    /** Messages of one ledger that wait until the same moment, to be recorded. */
    private record Unrecorded(LaneLedger from, long dueEpochMs, RangeSet offsets) {}

    /** What names a message in a replay. */
    private record Place(long ledger, long offset) {}

    private static final long NS_PER_MS = 1_000_000L;

    /** Messages of one entry of a state image, and what each takes there. */
    private static final int ENTRY_MESSAGES = 1024;

    private static final int MESSAGE_BYTES = 3 * Long.BYTES;

    private final Registry registry;
    private final PriorityQueue<Wait> waiting = new PriorityQueue<>();
    private final ArrayDeque<Unrecorded> unrecorded = new ArrayDeque<>();

    /** What image and replay say, until the first turn. */
    private @Nullable Map<Place, Long> recovered = new HashMap<>();

    private long nowNs;
    private long nowEpochMs;
    private long count;

    Waits(final Registry registry) {
        this.registry = registry;
    }

    /** A turn of core begins. */
    void turn(final long monotonicNs, final long wallEpochMs) {
        nowNs = monotonicNs;
        nowEpochMs = wallEpochMs;
        final Map<Place, Long> from = recovered;
        if (from != null) {
            recovered = null;
            for (final Map.Entry<Place, Long> each : from.entrySet()) {
                goOn(each.getKey(), each.getValue());
            }
        }
    }

    private void goOn(final Place place, final long dueEpochMs) {
        final LaneLedger from = registry.ledger(place.ledger);
        if (from == null || from.ledger.isDone(place.offset) || dueEpochMs <= nowEpochMs) {
            return;
        }
        final long leftMs = Math.min(dueEpochMs - nowEpochMs, from.lane.destination.policy.maxRedeliveryDelayMs());
        if (leftMs > 0) {
            hold(from, place.offset, leftMs);
        }
    }

    /** A message is not delivered for so long. */
    void add(final LaneLedger from, final long offset, final long delayMs) {
        hold(from, offset, delayMs);
        if (!from.subscription.kept) {
            return;
        }
        final long dueEpochMs = nowEpochMs + delayMs;
        final Unrecorded last = unrecorded.peekLast();
        if (last != null && last.from == from && last.dueEpochMs == dueEpochMs) {
            last.offsets.range(offset, offset);
        } else {
            final RangeSet offsets = new RangeSet();
            offsets.range(offset, offset);
            unrecorded.add(new Unrecorded(from, dueEpochMs, offsets));
        }
    }

    private void hold(final LaneLedger from, final long offset, final long delayMs) {
        from.ledger.hold(offset, offset);
        waiting.add(new Wait(nowNs + delayMs * NS_PER_MS, count++, from, offset, nowEpochMs + delayMs));
    }

    /** How many messages wait. */
    int size() {
        return waiting.size();
    }

    /** How long until the next message has waited enough; 0 or less when it has. */
    long nextInNs(final long monotonicNs) {
        final Wait next = waiting.peek();
        return next == null ? Long.MAX_VALUE : next.dueNs - monotonicNs;
    }

    /** Makes messages available whose wait is over; returns how many. */
    int giveBack(final Dispatcher dispatcher) {
        int given = 0;
        for (Wait next = waiting.peek(); next != null && next.dueNs - nowNs <= 0; next = waiting.peek()) {
            waiting.remove();
            next.from.ledger.giveBack(next.offset, next.offset);
            dispatcher.wake(next.from.subscription);
            given++;
        }
        return given;
    }

    // ---- records

    /** The size of the next record to be written; 0 when there is none. */
    int sizeOfNext() {
        final Unrecorded next = unrecorded.peekFirst();
        return next == null ? 0 : ControlRecord.sizeOfWait(next.from.ledger.id(), next.dueEpochMs, next.offsets);
    }

    /** Writes that record. */
    void encodeNext(final ByteBuffer out) {
        final Unrecorded next = unrecorded.removeFirst();
        ControlRecord.encodeWait(out, next.from.ledger.id(), next.dueEpochMs, next.offsets);
    }

    /** In a replay: these messages wait until then. A later wait of the same message takes the place of an earlier one. */
    void replay(final long ledger, final long dueEpochMs, final long first, final long last) {
        if (recovered != null) {
            for (long offset = first; offset <= last; offset++) {
                recovered.put(new Place(ledger, offset), dueEpochMs);
            }
        }
    }

    /** For a state image: all that wait, some in each entry. */
    List<ByteBuffer> entries() {
        final List<ByteBuffer> entries = new ArrayList<>();
        ByteBuffer entry = ByteBuffer.allocate(0);
        for (final Wait each : waiting) {
            if (each.from.subscription.kept && !each.from.ledger.isDone(each.offset)) {
                if (!entry.hasRemaining()) {
                    entry = ByteBuffer.allocate(ENTRY_MESSAGES * MESSAGE_BYTES);
                    entries.add(entry);
                }
                entry.putLong(each.from.ledger.id()).putLong(each.dueEpochMs).putLong(each.offset);
            }
        }
        for (final ByteBuffer each : entries) {
            each.flip();
        }
        return entries;
    }

    /** Takes in what {@link #entries} gave. */
    void load(final ByteBuffer entry) {
        while (entry.hasRemaining()) {
            final long ledger = entry.getLong();
            final long dueEpochMs = entry.getLong();
            final long offset = entry.getLong();
            replay(ledger, dueEpochMs, offset, offset);
        }
    }
}
