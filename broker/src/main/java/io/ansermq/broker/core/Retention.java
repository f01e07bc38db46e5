package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Subscription;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.commitlog.CommitLog;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what nobody needs any more: index entries and log segments whose messages every subscription has settled.
 * Owned by the core agent.
 *
 * <p>A walk over all destinations, a slice per turn, finds the oldest message that is still wanted; the log frees the
 * segments wholly below it, as far as its state images allow. A walk begins at most once a second and only when the log
 * has grown. A subscription that stays behind keeps everything behind it, for all destinations, until the {@link Cleaner}
 * moves its messages.
 */
final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long INTERVAL_NS = 1_000_000_000L;
    /** A walk is also due after so long with any growth at all: acknowledgements alone make the log grow slowly. */
    private static final long LONG_INTERVAL_NS = 10 * INTERVAL_NS;

    /** The disk is nearly full again and again while messages come that time would keep. */
    private static final long WARN_INTERVAL_NS = 600 * INTERVAL_NS;

    private static final long DUE_BYTES = 1 << 20;
    private static final int SLICE = 1024;
    private static final int IDLE = -1;

    private final CommitLog log;
    private final Registry registry;
    private final MessageKeys keys;
    private final List<Retained> keepers;
    private final Cleaner cleaner;
    private final LargeMessages largeMessages;
    private int next = IDLE;
    private long oldestWanted;
    private boolean inexact;
    private @Nullable SubscriptionState oldest;
    private @Nullable SubscriptionState pinning;
    private long lastNs;
    private long lastPosition;
    private long lastMoved;
    private boolean eager;
    private boolean forgetting;
    private long warnedNs;
    /** What only time keeps below this position is given up in the walk under way. */
    private long forgetBelow;

    Retention(
            final CommitLog log,
            final Registry registry,
            final MessageKeys keys,
            final List<Retained> keepers,
            final Cleaner cleaner,
            final LargeMessages largeMessages) {
        this.log = log;
        this.registry = registry;
        this.keys = keys;
        this.keepers = keepers;
        this.cleaner = cleaner;
        this.largeMessages = largeMessages;
    }

    boolean isBusy() {
        return next != IDLE;
    }

    /** Walks whenever the log has grown at all, while the disk is getting full. */
    void eager(final boolean now) {
        if (now && !eager) {
            // At once, if only to know who keeps the oldest messages.
            lastNs -= INTERVAL_NS;
        }
        eager = now;
    }

    /** Whether messages that are kept for their age alone are to be given up, those of the oldest segment first. */
    void forgetting(final boolean now, final long nowNs) {
        if (now && !forgetting && (warnedNs == 0 || nowNs - warnedNs >= WARN_INTERVAL_NS)) {
            warnedNs = nowNs;
            LOG.warn(
                    "the disk is nearly full: messages that are kept for their age alone are given up, the oldest first");
        }
        forgetting = now;
    }

    /** The subscription whose messages stand lowest in the log, or null when no subscription keeps anything. */
    @Nullable
    SubscriptionState pinning() {
        return pinning;
    }

    /** Who keeps the oldest messages, for people. */
    String pinnedBy() {
        final SubscriptionState by = pinning;
        if (by == null) {
            return "nobody that is known";
        }
        final DestinationState in = by.destination;
        final String kind = in.kind() == DestinationKind.QUEUE ? "queue" : "topic";
        final Subscription definition = by.definition();
        final String who = in.kind() == DestinationKind.QUEUE || definition == null
                ? ""
                : "subscription '" + definition.name() + "' on ";
        return who + kind + " '" + in.name() + "' (" + by.backlog() + " messages)";
    }

    /** One slice of a walk; returns 0 when none is due. */
    int doWork(final long nowNs, final long appliedPosition) {
        if (next == IDLE) {
            if (!isDue(nowNs, appliedPosition)) {
                return 0;
            }
            lastNs = nowNs;
            lastPosition = appliedPosition;
            lastMoved = cleaner.measured();
            // What is sequenced but not applied stands above this position, and so does all that comes during the walk.
            oldestWanted = appliedPosition;
            oldest = null;
            inexact = false;
            forgetBelow = forgetting ? endOfTheOldestSegment() : 0;
            for (final Retained keeper : keepers) {
                oldestWanted = Math.min(oldestWanted, keeper.oldestWanted());
            }
            next = 0;
        }
        final Places places = registry.places();
        final int end = Math.min(places.size(), next + SLICE);
        for (; next < end; next++) {
            final DestinationState destination = places.get(next);
            if (destination != null) {
                release(destination);
            }
        }
        if (next >= places.size()) {
            next = IDLE;
            oldestWanted = largeMessages.oldestWanted(oldestWanted);
            pinning = oldest;
            if (inexact) {
                cleaner.wantMeasure();
            }
            keys.releaseBelow(oldestWanted);
            log.releaseBelow(oldestWanted);
        }
        return 1;
    }

    /**
     * What is given up ends here: the next segment has its turn when this one is gone and the disk is still too full. The one
     * that is written to is never given up.
     */
    private long endOfTheOldestSegment() {
        final long[] bounds = log.segmentBounds();
        return bounds.length > 2 ? bounds[1] : 0;
    }

    private boolean isDue(final long nowNs, final long appliedPosition) {
        if (nowNs - lastNs < INTERVAL_NS) {
            return false;
        }
        final long grown = appliedPosition - lastPosition;
        return grown >= DUE_BYTES
                || cleaner.measured() != lastMoved
                || (grown > 0 && (eager || nowNs - lastNs >= LONG_INTERVAL_NS));
    }

    private void release(final DestinationState destination) {
        for (int number = 0; number < destination.lanes(); number++) {
            final Lane lane = destination.lane(number);
            if (lane != null && lane.index.start() < lane.index.end()) {
                release(lane);
            }
        }
    }

    private void release(final Lane lane) {
        if (forgetBelow > 0) {
            lane.forgetBelow(forgetBelow);
        }
        // The first offset of the lane that some subscription still wants; its end when none does.
        long lowest = Math.min(lane.index.end(), lane.keptFrom);
        SubscriptionState behind = null;
        final List<SubscriptionState> subscriptions = lane.destination.subscriptions();
        for (int i = 0; i < subscriptions.size(); i++) {
            final LaneLedger under = subscriptions.get(i).ledger(lane.number);
            if (under != null && under.ledger.floor() < lowest) {
                lowest = under.ledger.floor();
                behind = subscriptions.get(i);
            }
        }
        final long floor = Math.max(lowest, lane.index.start());
        if (floor < lane.index.end()) {
            final long position = lane.index.lowestPosition(floor);
            if (position < oldestWanted) {
                oldestWanted = position;
                oldest = behind;
                inexact = lane.index.isUnordered(floor);
            }
        }
        lane.index.releaseBelow(floor);
    }
}
