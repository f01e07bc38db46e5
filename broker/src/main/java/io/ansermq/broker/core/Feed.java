package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where some consumers of a subscription get their messages from, in turn: those without a selector from the ledgers, those
 * with the same selector from a {@link View}, a browser from a walk of its own. Owned by the core agent.
 */
abstract class Feed {

    final SubscriptionState subscription;

    /** Whether it stands in the dispatcher's ready queue. */
    boolean ready;

    /** Fetches that wait until everything there is was looked at. */
    private final ArrayDeque<Runnable> whenExhausted = new ArrayDeque<>(1);

    private final List<Consumer> consumers = new ArrayList<>();
    private int nextConsumer;

    /** Where the consumer stands whose turn it is. */
    private int turn;

    private @Nullable LaneLedger leasedFrom;

    Feed(final SubscriptionState subscription) {
        this.subscription = subscription;
    }

    // ---- Consumers

    final void add(final Consumer consumer) {
        consumers.add(consumer);
        consumer.feed = this;
    }

    void remove(final Consumer consumer) {
        consumers.remove(consumer);
    }

    /** A consumer wants nothing for now, and holds nothing of the subscription. */
    void rests(final Consumer consumer) {}

    /** Hands all consumers over to another feed. */
    final void moveTo(final Feed other) {
        consumers.forEach(other::add);
        consumers.clear();
    }

    final boolean hasConsumers() {
        return !consumers.isEmpty();
    }

    /**
     * Whether a consumer may have messages at all: of an exclusive destination only the first one may, and of one that is
     * paused nobody.
     */
    final boolean mayTake(final Consumer consumer) {
        return !leases()
                || (!subscription.destination.isPaused()
                        && (!subscription.destination.policy.exclusive()
                                || subscription.consumers().get(0) == consumer));
    }

    /** The next consumer in turn that has credit, or null. */
    @Nullable
    Consumer nextWithCredit() {
        final int count = consumers.size();
        for (int i = 0; i < count; i++) {
            if (nextConsumer >= count) {
                nextConsumer = 0;
            }
            turn = nextConsumer;
            final Consumer consumer = consumers.get(nextConsumer++);
            if (consumer.hasCredit() && mayTake(consumer)) {
                return consumer;
            }
        }
        return null;
    }

    /** There was nothing for the consumer whose turn it was: it is the first that gets something. */
    final void keepTurn() {
        nextConsumer = turn;
    }

    /** Whether a turn could bring anything: somebody wants messages. */
    boolean wantsTurn() {
        for (int i = 0; i < consumers.size(); i++) {
            if (consumers.get(i).hasCredit() && mayTake(consumers.get(i))) {
                return true;
            }
        }
        return false;
    }

    // ---- Messages

    /** Looks for messages, at a cost of about {@code budget} units ({@link MessageReader#COST} for each one read). */
    int look(final int budget, final MessageReader reader) {
        return 0;
    }

    /** Whether there is nothing left to {@link #look} at. */
    boolean isExhausted() {
        return true;
    }

    /** A consumer's run begins: what has come since the last one counts. */
    void beginRun(final Consumer consumer) {}

    /** Takes the next message for a consumer, from {@link #leasedFrom()}; {@link Ledger#NONE} when there is none now. */
    abstract long take(Consumer consumer);

    /** Whether {@link #take} would find something without looking further. */
    abstract boolean hasAvailable();

    /** Whether messages are there that wait for nothing but a reservation in the log. */
    abstract boolean waitsForHighWater();

    /** Whether what is taken is leased. */
    boolean leases() {
        return true;
    }

    final LaneLedger leasedFrom() {
        return Objects.requireNonNull(leasedFrom, "something was taken");
    }

    final void leasedFrom(final LaneLedger under) {
        leasedFrom = under;
    }

    // ---- Fetches

    final void whenExhausted(final Runnable task) {
        whenExhausted.add(task);
    }

    /** Runs what waits. */
    final void exhausted() {
        for (int waiting = whenExhausted.size(); waiting > 0; waiting--) {
            whenExhausted.remove().run();
        }
    }
}
