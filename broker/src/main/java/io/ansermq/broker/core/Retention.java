package io.ansermq.broker.core;

import io.ansermq.store.commitlog.CommitLog;
import java.util.List;

/**
 * Gives back what nobody needs any more: index entries and log segments whose messages every subscription has settled.
 * Owned by the core agent.
 *
 * <p>A walk over all destinations, a slice per turn, finds the oldest message that is still wanted; the log frees the
 * segments wholly below it, as far as its state images allow. A walk begins at most once a second and only when the log
 * has grown. A subscription that stays behind keeps everything behind it, for all destinations.
 */
final class Retention {

    private static final long INTERVAL_NS = 1_000_000_000L;
    private static final long DUE_BYTES = 1 << 20;
    private static final int SLICE = 1024;
    private static final int IDLE = -1;

    private final CommitLog log;
    private final Registry registry;
    private final Timers timers;
    private int next = IDLE;
    private long oldestWanted;
    private long lastNs;
    private long lastPosition;

    Retention(final CommitLog log, final Registry registry, final Timers timers) {
        this.log = log;
        this.registry = registry;
        this.timers = timers;
    }

    boolean isBusy() {
        return next != IDLE;
    }

    /** One slice of a walk; returns 0 when none is due. */
    int doWork(final long nowNs, final long appliedPosition) {
        if (next == IDLE) {
            if (appliedPosition - lastPosition < DUE_BYTES || nowNs - lastNs < INTERVAL_NS) {
                return 0;
            }
            lastNs = nowNs;
            lastPosition = appliedPosition;
            // What is sequenced but not applied stands above this position, and so does all that comes during the walk.
            oldestWanted = Math.min(appliedPosition, timers.oldestWanted());
            next = 0;
        }
        final List<DestinationState> destinations = registry.destinations();
        final int end = Math.min(destinations.size(), next + SLICE);
        for (; next < end; next++) {
            release(destinations.get(next));
        }
        if (next == destinations.size()) {
            log.releaseBelow(oldestWanted);
            next = IDLE;
        }
        return 1;
    }

    private void release(final DestinationState destination) {
        for (int number = 0; number < destination.lanes(); number++) {
            final Lane lane = destination.lane(number);
            if (lane != null && lane.index.start() < lane.index.end()) {
                final long floor = lowestFloor(destination, lane);
                if (floor < lane.index.end()) {
                    oldestWanted = Math.min(oldestWanted, lane.index.position(floor));
                }
                lane.index.releaseBelow(floor);
            }
        }
    }

    /** The first offset of the lane that some subscription still wants; its end when none does. */
    private static long lowestFloor(final DestinationState destination, final Lane lane) {
        long lowest = lane.index.end();
        final List<SubscriptionState> subscriptions = destination.subscriptions();
        for (int i = 0; i < subscriptions.size(); i++) {
            final LaneLedger under = subscriptions.get(i).ledger(lane.number);
            if (under != null) {
                lowest = Math.min(lowest, under.ledger.floor());
            }
        }
        return Math.max(lowest, lane.index.start());
    }
}
