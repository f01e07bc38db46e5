package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.store.index.Queue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings available messages together with consumers that have credit. Owned by the core agent.
 *
 * <p>Only feeds that may have work stand in the ready queue, so a hundred thousand idle subscriptions cost nothing; each
 * turn a feed gives one consumer a run of at most {@link #RUN} messages and goes to the end of the queue. Looking through a
 * backlog for what a selector wants is done in slices, so that nobody waits for it.
 */
final class Dispatcher {

    /** Messages one consumer gets before the next consumer and the next subscription have their turn. */
    static final int RUN = 64;

    /** Messages per turn of core, so that commands and commits are never kept waiting long. */
    private static final int TURN = 2048;

    /** What looking for messages may cost per turn, in the units of {@link Feed#look}: some 250 messages read. */
    private static final int LOOKS = 250 * MessageReader.COST;

    /** What one feed may look at before the next one has its turn. */
    private static final int LOOK = 64 * MessageReader.COST;

    private long lanesFull;
    private boolean stopped;
    private final ArrayDeque<Feed> ready = new ArrayDeque<>();
    /** Feeds that have more to look at when this turn's looks are used up. */
    private final List<Feed> later = new ArrayList<>();

    private final IdleViews idleViews = new IdleViews();
    private final Settlement settlement;
    private final Expirations expirations;
    private final DeadLetters deadLetters;
    private final Outgoing outgoing;
    private final MessageReader reader;
    private final long firstPositionOfEpoch;

    /** @param firstPositionOfEpoch where this life of the broker began in the log: older non-persistent messages are void */
    Dispatcher(
            final Settlement settlement,
            final Expirations expirations,
            final DeadLetters deadLetters,
            final Outgoing outgoing,
            final MessageReader reader,
            final long firstPositionOfEpoch) {
        this.settlement = settlement;
        this.expirations = expirations;
        this.deadLetters = deadLetters;
        this.outgoing = outgoing;
        this.reader = reader;
        this.firstPositionOfEpoch = firstPositionOfEpoch;
    }

    /** Something changed that may let this subscription deliver: a message, a credit, a release. */
    void wake(final SubscriptionState subscription) {
        if (subscription.hasConsumers()) {
            wake(subscription.plain);
            final Views views = subscription.views();
            if (views != null) {
                views.wake();
            }
        }
    }

    /** Something changed that may let these consumers have messages. */
    void wake(final Feed feed) {
        if (!feed.ready && feed.wantsTurn()) {
            feed.ready = true;
            ready.addLast(feed);
        }
    }

    /** How often a lane had all the leases it may have. */
    long lanesFull() {
        return lanesFull;
    }

    /** Views that nobody uses at the moment. */
    IdleViews idleViews() {
        return idleViews;
    }

    /** Whether a turn would find something to do. */
    boolean hasWork() {
        return !stopped && !ready.isEmpty();
    }

    /** Nothing is delivered any more. */
    void stop() {
        stopped = true;
    }

    /** Delivers for one turn of core. */
    void dispatch() {
        if (stopped) {
            return;
        }
        reader.forget();
        int left = TURN;
        int looks = LOOKS;
        while (left > 0) {
            final Feed feed = ready.pollFirst();
            if (feed == null) {
                break;
            }
            feed.ready = false;
            offerReturned(feed.subscription);
            final int looked = looks > 0 ? feed.look(Math.min(looks, LOOK), reader) : 0;
            looks -= looked;
            final Consumer consumer = feed.nextWithCredit();
            final int taken = consumer == null ? 0 : run(feed, consumer);
            if (taken == 0) {
                feed.keepTurn();
            }
            if (consumer != null && taken < RUN) {
                lanesFull += feed.subscription.warnIfFull();
            }
            left -= taken;
            again(feed, looked, taken, looks);
        }
        for (int i = 0; i < later.size(); i++) {
            wake(later.get(i));
        }
        later.clear();
        reader.setDamagedAside();
    }

    /** Gives a feed another turn when that would bring it further, and answers those who wait for its end. */
    private void again(final Feed feed, final int looked, final int taken, final int looks) {
        final boolean exhausted = feed.isExhausted();
        if (!exhausted && looks <= 0) {
            later.add(feed);
        } else if (exhausted ? taken > 0 && feed.hasAvailable() : looked > 0 || taken > 0) {
            wake(feed);
        }
        if (exhausted || !feed.wantsTurn()) {
            feed.exhausted();
        }
    }

    private void offerReturned(final SubscriptionState subscription) {
        final Views views = subscription.views();
        if (views != null) {
            views.offerReturned(reader);
        }
    }

    /** Delivers to this consumer what it may have now; what is yet to be looked at may bring more. */
    void dispatch(final Consumer consumer) {
        if (stopped) {
            return;
        }
        reader.forget();
        offerReturned(consumer.subscription);
        Feed feed;
        int taken;
        do {
            feed = consumer.feed;
            if (feed instanceof View view) {
                view.catchUpRouter(reader);
            }
            feed.look(LOOK, reader);
            taken = consumer.hasCredit() && feed.mayTake(consumer) ? run(feed, consumer) : 0;
            // A first message of a group moves the consumer to another feed.
        } while (taken > 0 || feed != consumer.feed);
    }

    private int run(final Feed feed, final Consumer consumer) {
        int taken = 0;
        feed.beginRun(consumer);
        while (taken < RUN && consumer.hasCredit()) {
            final long offset = feed.take(consumer);
            if (offset == Ledger.NONE) {
                break;
            }
            taken++;
            deliver(feed, offset, consumer);
        }
        if (feed.leases()) {
            settlement.reserveHighWater(feed.subscription);
            if (feed instanceof View view && view.waitsForHighWater()) {
                view.owner.block(view);
            }
            if (feed instanceof PlainFeed plain && plain.metGroup()) {
                wake(feed.subscription.group(this));
            }
        }
        return taken;
    }

    private void deliver(final Feed feed, final long offset, final Consumer consumer) {
        final LaneLedger from = feed.leasedFrom();
        final Queue index = from.lane.index;
        final long position = index.position(offset);
        if (isVoid(index, offset, position)) {
            if (feed.leases()) {
                settlement.drop(from, consumer, offset);
            }
            return;
        }
        if (!feed.leases()) {
            if (expirations.isOver(index, offset)) {
                return;
            }
        } else if (setAside(from, offset)) {
            return;
        }
        final int size = index.size(offset);
        final int deliveries = from.ledger.deliveries(offset);
        outgoing.touch(consumer.link);
        consumer.link.deliver(
                consumer.number, consumer.nextTag(), from.lane.number, offset, position, size, deliveries);
        consumer.delivered(size);
        from.lane.destination.messagesOut++;
        if (deliveries > 0) {
            from.lane.destination.redeliveries++;
        }
    }

    /** Settles or moves a leased message that must not be delivered: its time is over, or it was delivered too often. */
    private boolean setAside(final LaneLedger from, final long offset) {
        if (expirations.isOver(from.lane.index, offset)) {
            expirations.expire(from, offset);
        } else if (Redelivery.isDead(from, offset)) {
            deadLetters.bury(from, offset);
        } else {
            return false;
        }
        return true;
    }

    /** Whether a message must not be shown any more: it has expired, or was not to survive the last restart. */
    boolean isOver(final Queue index, final long offset, final long position) {
        return isVoid(index, offset, position) || expirations.isOver(index, offset);
    }

    /** Whether a message must not be delivered any more: it is damaged or withdrawn, or was not to survive the last restart. */
    private boolean isVoid(final Queue index, final long offset, final long position) {
        final int bits = index.bits(offset);
        return (bits & EntryBits.NOT_SHOWN) != 0
                || (position < firstPositionOfEpoch && (bits & EntryBits.NON_PERSISTENT) != 0);
    }

    /** Forgets a subscription that is gone. */
    void forget(final SubscriptionState subscription) {
        forget(subscription.plain);
        final Views views = subscription.views();
        if (views != null) {
            views.clear();
        }
    }

    /** Forgets a feed that is gone; whoever waits for it is answered. */
    void forget(final Feed feed) {
        if (feed.ready) {
            ready.remove(feed);
            feed.ready = false;
        }
        later.remove(feed);
        feed.exhausted();
    }
}
