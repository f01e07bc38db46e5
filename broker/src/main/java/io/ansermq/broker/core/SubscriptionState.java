package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.Subscription;
import io.ansermq.remoting.protocol.MessageLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who gets the messages of a destination: one ledger for each lane and the consumers that share them. A kept one has a
 * definition in the catalog and stays until that ends; another one lives as long as its consumers. Owned by the core agent.
 *
 * <p>Only while there are consumers does it hear of every message. Without one its ledgers stand still, and their ends
 * with them; the first consumer that comes brings them up to date.
 */
final class SubscriptionState {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionState.class);

    /** Lanes in the order in which they are served when they are priorities: 9 first. */
    private static final int[] BY_PRIORITY = byPriority();

    final int id;
    final DestinationState destination;
    /** Whether its progress is recorded in the log. */
    final boolean kept;
    /** What the catalog says of it; null for one that is not kept. */
    private @Nullable Subscription definition;

    /** The log position of its creation: a delayed message that was sent earlier is not for it (section 7.9). */
    private long createdAt;

    /** Which messages it wants; null for all. Of a queue the consumers have selectors, not the subscription. */
    private final @Nullable String selector;

    private final boolean noLocal;

    /** Run when an unkept one ends with its last consumer. */
    private @Nullable Runnable whenUnused;

    private final List<Consumer> consumers = new ArrayList<>();

    /** For consumers without a selector. */
    final PlainFeed plain = new PlainFeed(this);

    private @Nullable Views views;

    /** Fetches that wait until a reservation is committed. */
    final ArrayDeque<Runnable> whenReserved = new ArrayDeque<>(1);

    private @Nullable LaneLedger[] ledgers;
    /** Where lanes without priorities are looked at first, so that each has its turn. */
    private int nextLane;

    /** One that ends with its consumers. */
    SubscriptionState(
            final int id, final DestinationState destination, final @Nullable String selector, final boolean noLocal) {
        this.id = id;
        this.destination = destination;
        this.kept = false;
        this.definition = null;
        this.selector = selector;
        this.noLocal = noLocal;
        this.ledgers = new LaneLedger[destination.lanes()];
    }

    /** One of the catalog. */
    SubscriptionState(final Subscription definition, final DestinationState destination) {
        this.id = definition.id();
        this.destination = destination;
        this.kept = true;
        this.definition = definition;
        this.selector = definition.selector();
        this.noLocal = definition.noLocal();
        this.ledgers = new LaneLedger[destination.lanes()];
    }

    /** A ledger's number: unique over all subscriptions and lanes. */
    static long ledgerId(final int subscription, final int lane) {
        return (long) subscription << 16 | lane;
    }

    /** Its record is committed, or there is none: it gets lanes from now on. */
    void begin(final @Nullable Subscription committed, final long position) {
        definition = committed;
        // A consumer group has every message, however long one was on its way.
        createdAt = committed != null && committed.kind() == Subscription.Kind.GROUP ? 0 : position;
    }

    /** What the catalog says of it; null for one that is not kept. */
    @Nullable
    Subscription definition() {
        return definition;
    }

    /** Which messages it wants; null for all. */
    @Nullable
    String selector() {
        return selector;
    }

    /** Whether it leaves out what its own client sends. */
    boolean noLocal() {
        return noLocal;
    }

    /** Has this run when the last consumer is gone, for one that is not kept. */
    void whenUnused(final Runnable action) {
        whenUnused = action;
    }

    /** It is over: nothing is looked for any more. */
    void end() {
        if (views != null) {
            views.clear();
        }
    }

    /** The last consumer of one that is not kept is gone. */
    void unused() {
        if (whenUnused != null) {
            whenUnused.run();
        }
    }

    /** The log position of its creation: where its record stands, if it has one. */
    long createdAt() {
        return createdAt;
    }

    /** Starts the ledger of a lane; what is not kept starts now. */
    void laneAdded(final Lane lane) {
        if (ledgers[lane.number] == null) {
            final Subscription known = definition;
            final long floor = known == null ? lane.nextOffset : Math.max(known.floor(lane.number), lane.index.start());
            attach(lane, new Ledger(ledgerId(id, lane.number), floor, kept));
        }
    }

    /** Puts a ledger under a lane, in place of any it had. */
    void attach(final Lane lane, final Ledger ledger) {
        ledger.extend(lane.index.end());
        ledgers[lane.number] = new LaneLedger(this, lane, ledger);
    }

    /** The destination has more lanes now. */
    void grow(final int lanes) {
        ledgers = Arrays.copyOf(ledgers, lanes);
    }

    /** How many lanes it looks at. */
    int lanes() {
        return ledgers.length;
    }

    @Nullable
    LaneLedger ledger(final int lane) {
        return lane >= 0 && lane < ledgers.length ? ledgers[lane] : null;
    }

    // ---- Consumers

    boolean hasConsumers() {
        return !consumers.isEmpty();
    }

    /** Those that share it now. */
    List<Consumer> consumers() {
        return consumers;
    }

    void add(final Consumer consumer) {
        if (consumers.isEmpty()) {
            extendAll();
            destination.activate(this);
        }
        consumers.add(consumer);
    }

    void remove(final Consumer consumer) {
        if (consumers.remove(consumer) && consumers.isEmpty()) {
            destination.deactivate(this);
        }
    }

    /**
     * Takes from a consumer what its application has not seen, which is as if it had not been delivered.
     *
     * @param fromTag its first delivery of that kind
     * @return whether it has nothing now
     */
    boolean releaseUnseen(final Consumer consumer, final long fromTag) {
        int left = 0;
        for (final LaneLedger each : ledgers) {
            if (each != null) {
                left += each.ledger.releaseUnseen(consumer.id, fromTag);
            }
        }
        return left == 0;
    }

    /** Says when a lane has all the leases it may have; returns how many lanes this is new for. */
    int warnIfFull() {
        int full = 0;
        for (final LaneLedger each : ledgers) {
            if (each != null && each.isNewlyFull()) {
                full++;
                LOG.warn(
                        "consumers of '{}' (lane {}) hold {} messages that they have not acknowledged, the most there may be:"
                                + " nothing more is delivered to them from there until they acknowledge or give back",
                        destination.name(),
                        each.lane.number,
                        Ledger.MAX_IN_FLIGHT);
            }
        }
        return full;
    }

    /** The last consumer is gone, and its leases with it: gives back what an idle subscription does not need. */
    void trim() {
        for (final LaneLedger each : ledgers) {
            if (each != null) {
                each.trim();
            }
        }
    }

    /** Tells the ledgers of all messages there are. */
    void extendAll() {
        for (final LaneLedger each : ledgers) {
            if (each != null) {
                each.ledger.extend(each.lane.index.end());
            }
        }
    }

    // ---- Delivering

    /** The ledger whose turn it is and that has something to deliver, or null. */
    @Nullable
    LaneLedger firstAvailable() {
        return destination.prioritised ? highestAvailable() : nextInTurn();
    }

    private @Nullable LaneLedger highestAvailable() {
        for (final int lane : BY_PRIORITY) {
            final LaneLedger candidate = ledgers[lane];
            if (candidate != null && candidate.ledger.available()) {
                return candidate;
            }
        }
        return null;
    }

    private @Nullable LaneLedger nextInTurn() {
        for (int i = 0; i < ledgers.length; i++) {
            final int lane = nextLane < ledgers.length ? nextLane : 0;
            nextLane = lane + 1;
            final LaneLedger candidate = ledgers[lane];
            if (candidate != null && candidate.ledger.available()) {
                return candidate;
            }
        }
        return null;
    }

    /** Whether there is something to deliver. */
    boolean hasAvailable() {
        for (final LaneLedger each : ledgers) {
            if (each != null && each.ledger.available()) {
                return true;
            }
        }
        return false;
    }

    /** The lane that is looked at as number {@code turn} when all are looked at: the highest priority first. */
    int laneInOrder(final int turn) {
        return destination.prioritised ? BY_PRIORITY[turn] : turn;
    }

    /** Whether consumers with selectors are or were here. */
    boolean hasViews() {
        return views != null && !views.isEmpty();
    }

    /** The views of its selectors; null when there never was one. */
    @Nullable
    Views views() {
        return views;
    }

    /** What consumers without a selector take from: the ledgers, or a view once there are message groups. */
    Feed feedOfAll() {
        final View grouped = views == null ? null : views.ofAll();
        return grouped != null && grouped.hasConsumers() ? grouped : plain;
    }

    /** A message of a group has come: consumers without a selector get a view that lets everything through. */
    View group(final Dispatcher dispatcher) {
        final View view = viewsBy(dispatcher).viewOf(null, null, false);
        plain.moveTo(view);
        return view;
    }

    /** The views of its selectors. */
    Views viewsBy(final Dispatcher dispatcher) {
        Views known = views;
        if (known == null) {
            known = new Views(this, dispatcher);
            views = known;
        }
        return known;
    }

    /** Whether messages are there that wait for nothing but a reservation in the log. */
    boolean waitsForHighWater() {
        for (final LaneLedger each : ledgers) {
            if (each != null && kept) {
                final long cursor = each.ledger.cursor();
                if (cursor < each.ledger.end() && cursor >= each.ledger.highWater()) {
                    return true;
                }
            }
        }
        return false;
    }

    long backlog() {
        long sum = 0;
        for (final LaneLedger each : ledgers) {
            sum += each == null ? 0 : each.lane.index.end() - each.ledger.end() + each.ledger.backlog();
        }
        return sum;
    }

    long inFlight() {
        long sum = 0;
        for (final LaneLedger each : ledgers) {
            sum += each == null ? 0 : each.ledger.inFlight();
        }
        return sum;
    }

    /** Where its oldest unsettled message stands in the log; {@link DestinationFigures#NONE} when there is none. */
    long oldestPosition() {
        long oldest = DestinationFigures.NONE;
        for (final LaneLedger each : ledgers) {
            if (each != null) {
                final long offset = Math.max(each.ledger.nextUnfinished(0), each.lane.index.start());
                if (offset < each.lane.index.end()) {
                    oldest = DestinationFigures.older(oldest, each.lane.index.position(offset));
                }
            }
        }
        return oldest;
    }

    private static int[] byPriority() {
        final int[] order = new int[MessageLayout.LANES];
        for (int i = 0; i < order.length; i++) {
            order[i] = DestinationState.laneOfPriority(9 - i);
        }
        return order;
    }
}
