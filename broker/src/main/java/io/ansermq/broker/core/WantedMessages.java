package io.ansermq.broker.core;

import io.ansermq.store.index.Queue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keeper of what lies in lanes: a message is wanted as long as some subscription of its destination has not settled
 * it. Owned by the core agent.
 *
 * <p>A non-persistent message of an earlier life of the broker is not wanted: it is never delivered, nor read.
 */
final class WantedMessages implements Retained {

    private final Registry registry;
    private final Forwarding forwarding;
    private long firstPositionOfEpoch;

    WantedMessages(final Registry registry, final Forwarding forwarding) {
        this.registry = registry;
        this.forwarding = forwarding;
    }

    /** Replay is over; this is where this life of the broker begins in the log. */
    void recovered(final long firstPosition) {
        firstPositionOfEpoch = firstPosition;
    }

    @Override
    public int number() {
        return LANES;
    }

    /** What this keeper has to say here depends on too many lanes for one turn: {@link Retention} walks over them. */
    @Override
    public long oldestWanted() {
        return Long.MAX_VALUE;
    }

    @Override
    public Walk walk() {
        return new LaneWalk();
    }

    @Override
    public boolean isWanted(final long key, final long offset, final long position) {
        final Lane lane = registry.lane(key);
        return lane != null
                && lane.index.contains(offset)
                && lane.index.position(offset) == position
                && nextWanted(lane, offset) == offset;
    }

    @Override
    public void moved(final long key, final long offset, final long from, final long to) {
        final Lane lane = registry.lane(key);
        if (lane == null || !lane.index.contains(offset) || lane.index.position(offset) != from) {
            return;
        }
        lane.index.repoint(offset, from, to);
        if (isLeased(lane, offset)) {
            forwarding.add(from, to);
        }
    }

    @Override
    public void movedAgain(final long key, final long offset, final long from, final long to) {
        final Lane lane = registry.lane(key);
        if (lane != null && lane.index.contains(offset)) {
            lane.index.repoint(offset, from, to);
        }
    }

    private static boolean isLeased(final Lane lane, final long offset) {
        final List<SubscriptionState> subscriptions = lane.destination.subscriptions();
        for (int i = 0; i < subscriptions.size(); i++) {
            final LaneLedger under = subscriptions.get(i).ledger(lane.number);
            if (under != null && under.ledger.isLeased(offset)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The first offset from {@code from} on that some subscription has not settled, or that is kept all the same; the
     * lane's end when there is none.
     */
    static long nextWanted(final Lane lane, final long from) {
        final long end = lane.index.end();
        long next = Math.min(end, Math.max(from, lane.keptFrom));
        final List<SubscriptionState> subscriptions = lane.destination.subscriptions();
        for (int i = 0; i < subscriptions.size(); i++) {
            final LaneLedger under = subscriptions.get(i).ledger(lane.number);
            if (under != null) {
                next = Math.min(next, under.ledger.nextUnfinished(from));
            }
        }
        return next;
    }

    /** Over all lanes in the order of their destinations; notes in each lane's index what it found to be the lowest. */
    private final class LaneWalk implements Walk {
        private int destination;
        private int number;
        private @Nullable Lane lane;
        private long offset;
        private long end;
        private long lowest;

        @Override
        public boolean advance(final int entries, final Visitor visitor) {
            int left = entries;
            while (left > 0) {
                if (lane == null && !nextLane()) {
                    return true;
                }
                left = lane == null ? left - 1 : visit(lane, left, visitor);
            }
            return false;
        }

        /** Steps to the next lane, which may not exist; false when there are no more destinations. */
        private boolean nextLane() {
            final Places all = registry.places();
            if (destination >= all.size()) {
                return false;
            }
            final DestinationState in = all.get(destination);
            final Lane found = in == null ? null : in.lane(number);
            if (found != null && found.index.start() < found.index.end()) {
                lane = found;
                offset = found.index.start();
                end = found.index.end();
                lowest = Long.MAX_VALUE;
                found.index.beginMeasure();
            }
            if (in == null || ++number >= in.lanes()) {
                number = 0;
                destination++;
            }
            return true;
        }

        private int visit(final Lane current, final int entries, final Visitor visitor) {
            final Queue index = current.index;
            int left = entries;
            while (left > 0) {
                offset = nextWanted(current, Math.max(offset, index.start()));
                if (offset >= end) {
                    index.endMeasure(end, lowest);
                    lane = null;
                    return left - 1;
                }
                final long position = index.position(offset);
                if (position >= firstPositionOfEpoch || (index.bits(offset) & EntryBits.NON_PERSISTENT) == 0) {
                    lowest = Math.min(lowest, position);
                    final boolean goOn = visitor.wanted(index.key(), offset, position, index.size(offset));
                    left = goOn ? left : 1;
                }
                offset++;
                left--;
            }
            return left;
        }
    }
}
