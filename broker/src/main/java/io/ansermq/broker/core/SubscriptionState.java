package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the messages of a destination: one ledger for each lane and the consumers that share them. The built-in
 * subscription of a queue is kept for ever; a topic consumer has one of its own that lives as long as it does. Owned by
 * the core agent.
 */
final class SubscriptionState {

    /** Lanes in the order in which they are served: priority 9 first. */
    private static final int[] SERVICE_ORDER = serviceOrder();

    final int id;
    final DestinationState destination;
    /** The log position of its creation: a delayed message that was sent earlier is not for it (section 7.9). */
    final long createdAt;
    /** Whether its progress is recorded in the log. */
    final boolean kept;

    final List<Consumer> consumers = new ArrayList<>();
    /** Whether it stands in the dispatcher's ready queue. */
    boolean ready;

    /** Fetches that wait until a reservation is committed. */
    final ArrayDeque<Runnable> whenReserved = new ArrayDeque<>();

    private final @Nullable LaneLedger[] ledgers = new LaneLedger[DestinationState.LANES];
    private int nextConsumer;

    SubscriptionState(final int id, final DestinationState destination, final boolean kept, final long createdAt) {
        this.id = id;
        this.destination = destination;
        this.kept = kept;
        this.createdAt = createdAt;
    }

    /** A ledger's number: unique over all subscriptions and lanes. */
    static long ledgerId(final int subscription, final int lane) {
        return (long) subscription << 16 | lane;
    }

    /** Starts the ledger of a lane that is new; a kept subscription starts at its first message, another one now. */
    void laneAdded(final Lane lane) {
        if (ledgers[lane.number] == null) {
            final long floor = kept ? lane.index.start() : lane.nextOffset;
            attach(lane, new Ledger(ledgerId(id, lane.number), floor, kept));
        }
    }

    /** Puts a ledger under a lane, in place of any it had. */
    void attach(final Lane lane, final Ledger ledger) {
        ledger.extend(lane.index.end());
        ledgers[lane.number] = new LaneLedger(this, lane, ledger);
    }

    @Nullable
    LaneLedger ledger(final int lane) {
        return lane >= 0 && lane < ledgers.length ? ledgers[lane] : null;
    }

    /** The ledger of the highest priority that has something to deliver, or null. */
    @Nullable
    LaneLedger firstAvailable() {
        for (final int lane : SERVICE_ORDER) {
            final LaneLedger candidate = ledgers[lane];
            if (candidate != null && candidate.ledger.available()) {
                return candidate;
            }
        }
        return null;
    }

    /** The next consumer in turn that has credit, or null. */
    @Nullable
    Consumer nextWithCredit() {
        final int count = consumers.size();
        for (int i = 0; i < count; i++) {
            if (nextConsumer >= count) {
                nextConsumer = 0;
            }
            final Consumer consumer = consumers.get(nextConsumer++);
            if (consumer.hasCredit()) {
                return consumer;
            }
        }
        return null;
    }

    boolean hasCredit() {
        for (int i = 0; i < consumers.size(); i++) {
            if (consumers.get(i).hasCredit()) {
                return true;
            }
        }
        return false;
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
            sum += each == null ? 0 : each.ledger.backlog();
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

    private static int[] serviceOrder() {
        final int[] order = new int[DestinationState.LANES];
        for (int i = 0; i < order.length; i++) {
            order[i] = DestinationState.laneOfPriority(9 - i);
        }
        return order;
    }
}
