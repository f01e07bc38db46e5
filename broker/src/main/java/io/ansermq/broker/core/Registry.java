package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.Destination;
import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.Subscription;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.index.QueueIndex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.Object2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The live side of the {@link Catalog}: destinations with their lanes, subscriptions with their ledgers. Owned by the
 * core agent.
 */
final class Registry {

    /** Destinations a broker holds at most. */
    static final int MAX_DESTINATIONS = 1_000_000;

    private final Catalog catalog = new Catalog(MAX_DESTINATIONS);
    private final QueueIndex index;
    private final TopicTable topics;
    private final Function<String, FlushLevel> flushOf;

    private final Int2ObjectHashMap<DestinationState> destinations = new Int2ObjectHashMap<>();
    private final Object2ObjectHashMap<String, DestinationState> byTopic = new Object2ObjectHashMap<>();
    private final Long2ObjectHashMap<LaneLedger> ledgers = new Long2ObjectHashMap<>();
    private final List<DestinationState> inOrder = new ArrayList<>();
    /** Volatile subscriptions count down from here; kept ones count up from 1. */
    private int nextVolatileId = -1;

    private Consumer<DestinationState> onNewDestination = state -> {};

    Registry(final QueueIndex index, final TopicTable topics, final Function<String, FlushLevel> flushOf) {
        this.index = index;
        this.topics = topics;
        this.flushOf = flushOf;
    }

    /** From now on this one is told of new destinations. */
    void onNewDestination(final Consumer<DestinationState> listener) {
        onNewDestination = listener;
    }

    Catalog catalog() {
        return catalog;
    }

    /** All destinations, oldest first. */
    List<DestinationState> destinations() {
        return inOrder;
    }

    @Nullable
    DestinationState destination(final int id) {
        return destinations.get(id);
    }

    @Nullable
    DestinationState destinationOfTopic(final String topic) {
        return byTopic.get(topic);
    }

    /** The ledger of a kept subscription by its number, or null. */
    @Nullable
    LaneLedger ledger(final long id) {
        return ledgers.get(id);
    }

    /** The records of a creation are about to be sequenced: name and numbers are taken. */
    void admit(final Catalog.Create creation) {
        catalog.admit(creation);
    }

    /** A CATALOG record of a destination is committed or replayed; twice changes nothing. */
    void apply(final Destination definition) {
        catalog.applyDestination(definition.id(), definition.kind(), definition.name(), definition.topic());
        if (destinations.containsKey(definition.id())) {
            return;
        }
        final DestinationState state = new DestinationState(
                definition.id(),
                definition.kind(),
                definition.name(),
                definition.topic(),
                flushOf.apply(definition.name()));
        destinations.put(state.id, state);
        byTopic.put(state.topic, state);
        inOrder.add(state);
        topics.put(state.id, state.topic.getBytes(StandardCharsets.UTF_8));
        onNewDestination.accept(state);
    }

    /** A CATALOG record of a subscription is committed or replayed; twice changes nothing. */
    void apply(final Subscription definition) {
        catalog.applySubscription(
                definition.id(), definition.destinationId(), definition.kind().number(), definition.name());
        final DestinationState destination = destinations.get(definition.destinationId());
        if (destination == null) {
            throw new IllegalStateException("subscription " + definition.name() + " names destination "
                    + definition.destinationId() + ", which the log never created");
        }
        for (final SubscriptionState existing : destination.subscriptions) {
            if (existing.id == definition.id()) {
                return;
            }
        }
        destination.subscriptions.add(new SubscriptionState(definition.id(), destination, true, 0));
    }

    /** The lane that a message goes to, made on first use. */
    Lane laneForWrite(final DestinationState destination, final int number) {
        final Lane existing = destination.lane(number);
        if (existing != null) {
            return existing;
        }
        final Lane lane = new Lane(destination, number, index.queue(laneKey(destination, number)));
        destination.add(lane);
        for (final SubscriptionState subscription : destination.subscriptions) {
            register(subscription, number);
        }
        return lane;
    }

    /** Makes the lanes of which the index already knows messages. */
    void openLanes() {
        for (final DestinationState destination : inOrder) {
            for (int number = 0; number < DestinationState.LANES; number++) {
                if (index.find(laneKey(destination, number)) != null) {
                    laneForWrite(destination, number);
                }
            }
        }
    }

    private static long laneKey(final DestinationState destination, final int number) {
        return (long) destination.id << 16 | number;
    }

    /** Puts a ledger that the state image held under its lane; false when its subscription is unknown. */
    boolean restore(final Ledger ledger) {
        final Subscription definition = catalog.subscription((int) (ledger.id() >> 16));
        final DestinationState destination = definition == null ? null : destinations.get(definition.destinationId());
        if (definition == null || destination == null) {
            return false;
        }
        final int number = (int) (ledger.id() & 0xffff);
        final Lane lane = laneForWrite(destination, number);
        for (final SubscriptionState subscription : destination.subscriptions) {
            if (subscription.id == definition.id()) {
                subscription.attach(lane, ledger);
                register(subscription, number);
            }
        }
        return true;
    }

    private void register(final SubscriptionState subscription, final int lane) {
        final LaneLedger ledger = subscription.ledger(lane);
        if (subscription.kept && ledger != null) {
            ledgers.put(ledger.ledger.id(), ledger);
        }
    }

    /**
     * A subscription of one topic consumer, which begins now and is never recorded.
     *
     * @param now the log position that the next message will be above
     */
    SubscriptionState subscribeVolatile(final DestinationState destination, final long now) {
        final SubscriptionState subscription = new SubscriptionState(nextVolatileId--, destination, false, now);
        for (int number = 0; number < DestinationState.LANES; number++) {
            final Lane lane = destination.lane(number);
            if (lane != null) {
                subscription.laneAdded(lane);
            }
        }
        destination.subscriptions.add(subscription);
        return subscription;
    }

    /** The end of a volatile subscription. */
    void unsubscribe(final SubscriptionState subscription) {
        subscription.destination.subscriptions.remove(subscription);
    }

    /**
     * The end of replay. The index forgets entries only when they are settled, so what it no longer has is done, even if
     * the record that said so was not forced before a power loss.
     */
    void recovered() {
        for (final LaneLedger each : ledgers.values()) {
            final long start = each.lane.index.start();
            if (each.ledger.floor() < start) {
                each.ledger.done(each.ledger.floor(), start - 1);
            }
            each.ledger.recovered();
        }
    }

    /** All kept ledgers, in no order. */
    Iterable<LaneLedger> keptLedgers() {
        return ledgers.values();
    }
}
