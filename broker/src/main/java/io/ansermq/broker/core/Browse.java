package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.selector.Selector;
import org.jspecify.annotations.Nullable;

/**
 * A browser's walk over a queue, from the highest priority to the lowest: the messages that nobody has settled, those that
 * consumers have in their hands among them, and none that came after the browser. Takes nothing away from anybody. Owned by
 * the core agent.
 */
final class Browse extends Feed {

    private final @Nullable Selector selector;

    /** By turn of lane: one past the last offset to be seen. */
    private final long[] ends;

    private int turn;
    private long next;

    // Found, and not taken yet.
    private final LaneLedger[] foundIn = new LaneLedger[Dispatcher.RUN];
    private final long[] found = new long[Dispatcher.RUN];
    private int foundCount;
    private int taken;

    Browse(final SubscriptionState subscription, final @Nullable Selector selector) {
        super(subscription);
        this.selector = selector;
        ends = new long[subscription.lanes()];
        for (int i = 0; i < ends.length; i++) {
            final LaneLedger under = subscription.ledger(subscription.laneInOrder(i));
            ends[i] = under == null ? 0 : under.lane.index.end();
        }
    }

    @Override
    int look(final int budget, final MessageReader reader) {
        if (taken < foundCount) {
            return 0;
        }
        taken = 0;
        foundCount = 0;
        int used = 0;
        while (used < budget && foundCount < found.length && turn < ends.length) {
            final LaneLedger under = subscription.ledger(subscription.laneInOrder(turn));
            next = under == null ? ends[turn] : under.ledger.nextUndone(next);
            if (next >= ends[turn]) {
                turn++;
                next = 0;
            } else {
                used += look(under, reader);
                next++;
            }
        }
        return Math.max(1, used);
    }

    private int look(final @Nullable LaneLedger under, final MessageReader reader) {
        if (under == null || !under.ledger.isThere(next)) {
            return 1;
        }
        if (selector == null || (reader.read(under, next) && selector.matches(reader.fields()))) {
            foundIn[foundCount] = under;
            found[foundCount++] = next;
        }
        return selector == null ? 1 : MessageReader.COST;
    }

    @Override
    boolean isExhausted() {
        return turn == ends.length && taken == foundCount;
    }

    @Override
    long take(final Consumer consumer) {
        while (taken < foundCount) {
            final int at = taken++;
            if (foundIn[at].ledger.isThere(found[at])) {
                leasedFrom(foundIn[at]);
                return found[at];
            }
        }
        return Ledger.NONE;
    }

    @Override
    boolean leases() {
        return false;
    }

    @Override
    boolean hasAvailable() {
        return taken < foundCount;
    }

    @Override
    boolean waitsForHighWater() {
        return false;
    }
}
