package io.ansermq.broker.core;

import io.ansermq.broker.ledger.LaneView;
import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.selector.Selector;
import io.ansermq.remoting.protocol.MessageProperties;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a subscription that a selector lets through, for all consumers that have the same one. It looks at each
 * message once, ahead of what its consumers ask for, in slices; what does not match stays where it is for others. Where the
 * selector belongs to the subscription itself nobody else will want it, and it is done. Owned by the core agent.
 */
final class View extends Feed {

    /** Matches found and not taken yet, on one lane, beyond which a view looks no further. */
    private static final int ENOUGH = 1024;

    final Views owner;
    /** How the owner finds it again. */
    final String key;

    private final @Nullable Selector selector;
    /** Leaves out what this connection or client has sent; null: nothing. */
    private final byte @Nullable [] otherThan;
    /** Whether what does not match is done. */
    private final boolean settles;

    private final boolean hasType;
    private final int typeCode;

    private @Nullable LaneView[] lanes;

    /** Who has which message groups, once there are any. */
    private @Nullable Groups groups;

    /** With a router: where it takes over from this view's own looking, by lane. */
    private @Nullable Router router;

    private long[] routedFrom = {};

    View(
            final SubscriptionState subscription,
            final Views owner,
            final String key,
            final @Nullable Selector selector,
            final byte @Nullable [] otherThan,
            final boolean settles) {
        super(subscription);
        this.owner = owner;
        this.key = key;
        this.selector = selector;
        this.otherThan = otherThan;
        this.settles = settles;
        final String type = selector == null ? null : selector.type();
        hasType = type != null;
        typeCode = type == null ? 0 : (int) MessageProperties.tagsCode(type);
        lanes = new LaneView[subscription.lanes()];
    }

    /** The selector, or null when only the sender counts. */
    @Nullable
    Selector selector() {
        return selector;
    }

    /** From now on a router finds new messages for this view, from these offsets on. */
    void routedBy(final Router newRouter, final long[] from) {
        router = newRouter;
        routedFrom = from;
    }

    boolean isRouted() {
        return router != null;
    }

    /** Looks now at what has come, when that is the router's to do. */
    void catchUpRouter(final MessageReader reader) {
        if (router != null) {
            router.look(Integer.MAX_VALUE, reader);
        }
    }

    /** Whether a message is for this view's consumers. */
    boolean matches(final LaneLedger under, final long offset, final MessageReader reader) {
        if (selector == null && otherThan == null) {
            return true;
        }
        if (hasType && (int) under.lane.index.tagsCode(offset) != typeCode) {
            return false;
        }
        return reader.read(under, offset)
                && (otherThan == null || !reader.isFrom(otherThan))
                && (selector == null || selector.matches(reader.fields()));
    }

    /** A message that somebody else looked at matches. */
    void add(final LaneLedger under, final long offset) {
        final LaneView view = lane(under.lane.number);
        if (view != null) {
            view.add(offset);
        }
    }

    /** A message became free again that this view may have looked at when it was not. */
    boolean offer(final LaneLedger under, final long offset, final MessageReader reader) {
        final LaneView view = lane(under.lane.number);
        if (view == null || offset >= view.scanned() || !matches(under, offset, reader)) {
            return false;
        }
        view.add(offset);
        return true;
    }

    /** Looks again from this offset on. */
    void rewind(final LaneLedger under, final long offset) {
        final LaneView view = lane(under.lane.number);
        if (view != null) {
            view.rewind(offset);
        }
    }

    @Override
    int look(final int budget, final MessageReader reader) {
        int used = 0;
        for (int turn = 0; turn < subscription.lanes() && used < budget; turn++) {
            final LaneLedger under = subscription.ledger(subscription.laneInOrder(turn));
            if (under != null) {
                used += look(under, budget - used, reader);
            }
        }
        return used;
    }

    private int look(final LaneLedger under, final int budget, final MessageReader reader) {
        final LaneView view = lane(under.lane.number);
        if (view == null) {
            return 0;
        }
        final long limit = limit(under.lane.number);
        int used = 0;
        long runFirst = Ledger.NONE;
        long runLast = Ledger.NONE;
        for (long offset = view.nextToScan(limit);
                offset != Ledger.NONE && used < budget && view.candidates() < ENOUGH && !isFull();
                offset = view.nextToScan(limit)) {
            final boolean matches = matches(under, offset, reader);
            used += hasType && !matches ? 1 : MessageReader.COST;
            view.scanned(matches);
            if (settles && !matches) {
                if (offset != runLast + 1 || runFirst == Ledger.NONE) {
                    settle(under, runFirst, runLast);
                    runFirst = offset;
                }
                runLast = offset;
            }
        }
        settle(under, runFirst, runLast);
        return used;
    }

    /** Done without a record: whoever replays the log looks again, and comes to the same end. */
    private static void settle(final LaneLedger under, final long first, final long last) {
        if (first != Ledger.NONE) {
            under.ledger.done(first, last);
        }
    }

    @Override
    boolean isExhausted() {
        for (int lane = 0; lane < subscription.lanes(); lane++) {
            final LaneView view = lane(lane);
            if (view != null && view.nextToScan(limit(lane)) != Ledger.NONE) {
                return false;
            }
        }
        return true;
    }

    @Override
    long take(final Consumer consumer) {
        for (int turn = 0; turn < subscription.lanes(); turn++) {
            final int number = subscription.laneInOrder(turn);
            final LaneLedger under = subscription.ledger(number);
            final LaneView view = lane(number);
            if (under != null && view != null) {
                final long next = routed(view, under, turn, consumer);
                if (next != Ledger.NONE) {
                    leasedFrom(under);
                    return view.lease(consumer.id, consumer.nextTag());
                }
                if (view.nextToScan(limit(number)) != Ledger.NONE) {
                    // A message of a higher priority may be there.
                    return Ledger.NONE;
                }
            }
        }
        return Ledger.NONE;
    }

    /** The next match that this consumer may have; what belongs to groups of others is parked for them. */
    private long routed(final LaneView view, final LaneLedger under, final int turn, final Consumer consumer) {
        long next = view.next();
        while (next != Ledger.NONE && (under.lane.index.bits(next) & EntryBits.GROUPED) != 0) {
            if (groups == null) {
                groups = new Groups();
            }
            final Consumer taker = groups.owner(under.lane.index.tagsCode(next), consumer);
            if (taker == consumer && !groups.hasOlder(consumer, turn, next)) {
                return next;
            }
            if (groups.isFull()) {
                return Ledger.NONE;
            }
            groups.park(taker, turn, under, next);
            view.drop(next);
            if (taker.hasCredit()) {
                owner.wake(this);
            }
            next = view.next();
        }
        return next;
    }

    @Override
    void beginRun(final Consumer consumer) {
        if (groups != null) {
            groups.unpark(consumer, Dispatcher.RUN, this);
        }
    }

    @Override
    @Nullable
    Consumer nextWithCredit() {
        final Consumer first = groups == null ? null : groups.nextWithCredit();
        return first == null ? super.nextWithCredit() : first;
    }

    @Override
    void remove(final Consumer consumer) {
        super.remove(consumer);
        if (groups != null) {
            groups.left(consumer, this);
        }
    }

    /** So that others get the messages of its groups: it has none of them in hand, so their order holds. */
    @Override
    void rests(final Consumer consumer) {
        if (groups != null) {
            groups.left(consumer, this);
        }
    }

    @Override
    boolean hasAvailable() {
        for (final LaneView view : lanes) {
            if (view != null && view.next() != Ledger.NONE && !view.waitsForHighWater()) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean waitsForHighWater() {
        for (final LaneView view : lanes) {
            if (view != null && view.waitsForHighWater()) {
                return true;
            }
        }
        return false;
    }

    private boolean isFull() {
        return groups != null && groups.isFull();
    }

    private long limit(final int lane) {
        if (router == null) {
            return Long.MAX_VALUE;
        }
        return lane < routedFrom.length ? routedFrom[lane] : 0;
    }

    /** What was found on a lane; null when the lane has no ledger yet. */
    private @Nullable LaneView lane(final int number) {
        if (number >= lanes.length) {
            lanes = Arrays.copyOf(lanes, subscription.lanes());
        }
        final LaneView known = lanes[number];
        if (known != null) {
            return known;
        }
        final LaneLedger under = subscription.ledger(number);
        if (under == null) {
            return null;
        }
        final LaneView view = new LaneView(under.ledger, under.ledger.floor());
        lanes[number] = view;
        return view;
    }
}
