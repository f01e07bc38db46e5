package io.ansermq.broker.core;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which consumer of a view has which message groups (JMSXGroupID). A group belongs to one of {@value #BUCKETS} buckets by its
 * hash, and a bucket to the first consumer that comes by a message of it, until that consumer leaves. What comes by a
 * consumer whose it is not is parked for its owner, so that other groups flow. Owned by the core agent.
 */
final class Groups {

    private static final int BUCKETS = 1024;

    /** Parked messages of a view, beyond which it looks for no more until their owners take them. */
    private static final int MOST_PARKED = 4096;

    /** A message of a lane, whose place among the lanes is {@code turn}. */
    private record Parked(int turn, LaneLedger in, long offset) {}

    private static final Comparator<Parked> ORDER =
            Comparator.comparingInt(Parked::turn).thenComparingLong(Parked::offset);

    private final @Nullable Consumer[] owners = new Consumer[BUCKETS];
    private final IdentityHashMap<Consumer, TreeSet<Parked>> parked = new IdentityHashMap<>();
    private int parkedCount;

    /** Whose messages of the group with this code are; {@code candidate} takes over a bucket that is nobody's. */
    Consumer owner(final long tagsCode, final Consumer candidate) {
        final int hash = (int) (tagsCode >>> 32) * 0x9E3779B9;
        final int bucket = hash >>> 22;
        final Consumer owner = owners[bucket];
        if (owner != null) {
            return owner;
        }
        owners[bucket] = candidate;
        return candidate;
    }

    boolean isFull() {
        return parkedCount >= MOST_PARKED;
    }

    void park(final Consumer owner, final int turn, final LaneLedger in, final long offset) {
        if (parked.computeIfAbsent(owner, key -> new TreeSet<>(ORDER)).add(new Parked(turn, in, offset))) {
            parkedCount++;
        }
    }

    /** Whether something older of the same lane is parked for this owner. */
    boolean hasOlder(final Consumer owner, final int turn, final long offset) {
        final TreeSet<Parked> waiting = parked.get(owner);
        return waiting != null
                && !waiting.isEmpty()
                && waiting.first().turn() == turn
                && waiting.first().offset() < offset;
    }

    /** A consumer with credit for which messages are parked, or null. */
    @Nullable
    Consumer nextWithCredit() {
        for (final Consumer each : parked.keySet()) {
            if (each.hasCredit()) {
                return each;
            }
        }
        return null;
    }

    /** Gives the oldest of what is parked for this consumer back to its view. */
    void unpark(final Consumer owner, final int count, final View view) {
        final TreeSet<Parked> waiting = parked.get(owner);
        for (int i = 0; waiting != null && i < count && !waiting.isEmpty(); i++) {
            final Parked oldest = waiting.first();
            waiting.remove(oldest);
            parkedCount--;
            view.add(oldest.in(), oldest.offset());
        }
        if (waiting != null && waiting.isEmpty()) {
            parked.remove(owner);
        }
    }

    /** A consumer is gone: its groups are anybody's. */
    void left(final Consumer owner, final View view) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (owners[bucket] == owner) {
                owners[bucket] = null;
            }
        }
        unpark(owner, Integer.MAX_VALUE, view);
    }
}
