package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.Subscription;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.CatalogRecord.DestinationGone;
import io.ansermq.remoting.protocol.CatalogRecord.SubscriptionGone;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.StoreException;
import io.ansermq.store.index.QueueIndex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private final DestinationSettings settings;

    private final Int2ObjectHashMap<DestinationState> destinations = new Int2ObjectHashMap<>();
    private final Object2ObjectHashMap<String, DestinationState> byTopic = new Object2ObjectHashMap<>();
    private final Long2ObjectHashMap<LaneLedger> ledgers = new Long2ObjectHashMap<>();
    private final List<DestinationState> inOrder = new ArrayList<>();
    private final Places places = new Places();
    /** Temporary ones by what the keys of their lanes are made of. */
    private final Int2ObjectHashMap<DestinationState> temporaries = new Int2ObjectHashMap<>();

    private final Int2ObjectHashMap<SubscriptionState> kept = new Int2ObjectHashMap<>();
    /** Kept ones whose record is being written. */
    private final Int2ObjectHashMap<SubscriptionState> pending = new Int2ObjectHashMap<>();

    // Replay only: topics of messages without destination, and of destinations that ended.
    private final Map<String, Long> orphans = new HashMap<>();
    /** What came to destinations that are gone. */
    private long messagesInBefore;

    private final Set<String> goneTopics = new HashSet<>();

    /** Volatile subscriptions count down from here; kept ones count up from 1. */
    private int nextVolatileId = -1;

    /** Told of new destinations. */
    private CoreGuest guest = CoreGuest.NOBODY;

    Registry(final QueueIndex index, final TopicTable topics, final DestinationSettings settings) {
        this.index = index;
        this.topics = topics;
        this.settings = settings;
    }

    /** From now on this one is told of new destinations. */
    void attach(final CoreGuest newcomer) {
        guest = newcomer;
    }

    Catalog catalog() {
        return catalog;
    }

    /** All destinations, temporary ones too, where a walk in slices finds them. */
    Places places() {
        return places;
    }

    /** All destinations that are recorded, oldest first. */
    List<DestinationState> destinations() {
        return inOrder;
    }

    @Nullable
    DestinationState destination(final int id) {
        return destinations.get(id);
    }

    /** The destination with this number, which is known to be there. */
    DestinationState existing(final int id) {
        return Objects.requireNonNull(destinations.get(id), "the destination was there a moment ago");
    }

    @Nullable
    DestinationState destinationOfTopic(final String topic) {
        return byTopic.get(topic);
    }

    /** The lane whose messages the index has under this key, or null. */
    @Nullable
    Lane lane(final long key) {
        final int indexId = (int) (key >> 16);
        final DestinationState destination =
                indexId < Temporaries.FIRST_ID ? destinations.get(indexId) : temporaries.get(indexId);
        final int number = (int) (key & 0xffff);
        return destination == null ? null : destination.lane(number);
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

    /** A CATALOG record is committed or replayed; twice changes nothing. */
    void apply(final CatalogRecord change, final long position) {
        if (change instanceof Destination destination) {
            catalog.apply(destination, position);
            show(destination);
        } else if (change instanceof CatalogRecord.Subscription record) {
            final Subscription subscription = Subscription.of(record);
            catalog.apply(subscription, position);
            show(subscription);
        } else if (change instanceof SubscriptionGone gone) {
            remove(gone.id());
        } else if (change instanceof DestinationGone gone) {
            remove(gone);
        }
    }

    /** Makes what the catalog has live; for what the state image brought. */
    void showAll() {
        catalog.forEachDestination(this::show);
        catalog.forEachSubscription(this::show);
    }

    private void show(final Destination definition) {
        // Replay may tell of one that the catalog knows to be over.
        if (catalog.destination(definition.id()) == null) {
            return;
        }
        final DestinationState known = destinations.get(definition.id());
        if (known != null) {
            known.grow(definition.lanes());
            return;
        }
        final DestinationState state =
                new DestinationState(definition, settings.flush(definition.name()), settings.policy(definition.name()));
        destinations.put(state.id, state);
        byTopic.put(state.topic, state);
        inOrder.add(state);
        places.add(state);
        topics.put(state.id, state.topic.getBytes(StandardCharsets.UTF_8));
        guest.destinationAdded(state);
    }

    private void show(final Subscription definition) {
        final DestinationState destination = destinations.get(definition.destinationId());
        if (destination == null || kept.containsKey(definition.id())) {
            return;
        }
        final SubscriptionState expected = pending.remove(definition.id());
        final SubscriptionState state = expected == null ? new SubscriptionState(definition, destination) : expected;
        state.begin(definition, catalog.subscriptions().positionOf(definition.id()));
        destination.add(state);
        kept.put(state.id, state);
        for (int lane = 0; lane < state.lanes(); lane++) {
            register(state, lane);
        }
    }

    /** A kept subscription, also one whose record is still being written; null when there is none. */
    @Nullable
    SubscriptionState kept(final int id) {
        final SubscriptionState applied = kept.get(id);
        return applied == null ? pending.get(id) : applied;
    }

    /** Whether the record of a kept subscription is committed. */
    boolean isApplied(final SubscriptionState subscription) {
        return !pending.containsKey(subscription.id);
    }

    /** The record of this subscription is being written: consumers may join it. */
    SubscriptionState expect(final Subscription definition, final DestinationState destination) {
        final SubscriptionState state = new SubscriptionState(definition, destination);
        pending.put(state.id, state);
        return state;
    }

    private void remove(final int id) {
        catalog.subscriptions().applyGone(id);
        final SubscriptionState state = kept.remove(id);
        if (state != null) {
            state.end();
            forgetLedgers(state);
            state.destination.remove(state);
        }
    }

    private void remove(final DestinationGone gone) {
        catalog.applyGone(gone.id());
        final DestinationState state = destinations.remove(gone.id());
        goneTopics.add(gone.topic());
        if (state == null) {
            return;
        }
        messagesInBefore += state.messagesIn();
        byTopic.remove(state.topic, state);
        inOrder.remove(state);
        places.remove(state);
        topics.remove(state.id);
        for (final SubscriptionState subscription : state.subscriptions()) {
            subscription.end();
            kept.remove(subscription.id);
            forgetLedgers(subscription);
        }
        for (int number = 0; number < state.lanes(); number++) {
            index.remove(laneKey(state, number));
        }
    }

    /** How many messages came since the start, to whatever destination. */
    long messagesIn() {
        long sum = messagesInBefore;
        for (final DestinationState destination : destinations.values()) {
            sum += destination.messagesIn();
        }
        return sum;
    }

    /** Nothing that is under way goes to this temporary destination any more: its messages may go. */
    void forgetMessages(final DestinationState state) {
        for (int number = 0; number < state.lanes(); number++) {
            final Lane lane = state.lane(number);
            if (lane != null) {
                lane.index.releaseBelow(lane.index.end());
            }
        }
    }

    /** A destination that is in no record. */
    void addTemporary(final DestinationState state) {
        destinations.put(state.id, state);
        byTopic.put(state.topic, state);
        temporaries.put(state.indexId(), state);
        places.add(state);
        topics.put(state.id, state.topic.getBytes(StandardCharsets.UTF_8));
        if (state.kind == DestinationKind.QUEUE) {
            subscribeVolatile(state, 0, null, false);
        }
    }

    void removeTemporary(final DestinationState state) {
        messagesInBefore += state.messagesIn();
        destinations.remove(state.id);
        byTopic.remove(state.topic);
        temporaries.remove(state.indexId());
        places.remove(state);
        topics.remove(state.id);
    }

    /** The recorded destination of this kind and name, unless its end is decided; or null. */
    @Nullable
    DestinationState destination(final DestinationKind kind, final String name) {
        final Destination definition = catalog.destination(kind, name);
        return definition == null ? null : destinations.get(definition.id());
    }

    /** The record that ends this destination is being written: nothing more is sent to it. */
    void admitGone(final DestinationState state) {
        final Destination definition = catalog.destination(state.id);
        if (definition != null) {
            catalog.admitGone(definition);
        }
        state.end();
        topics.remove(state.id);
    }

    /** Whether somebody consumes from a destination. */
    boolean isConsumed(final DestinationState state) {
        return !state.active().isEmpty()
                || pending.values().stream().anyMatch(each -> each.destination == state && each.hasConsumers());
    }

    private void forgetLedgers(final SubscriptionState state) {
        for (int lane = 0; lane < state.lanes(); lane++) {
            ledgers.remove(SubscriptionState.ledgerId(state.id, lane));
        }
    }

    /**
     * Where a message of the log goes in replay, or null when its destination is over: the record that ended it comes
     * later, or came before the state image.
     */
    @Nullable
    DestinationState destinationOf(final String topic, final long position) {
        if (Temporaries.isTemporary(topic)) {
            return null;
        }
        final DestinationState state = byTopic.get(topic);
        if (state != null && catalog.positionOf(state.id) <= position) {
            return state;
        }
        orphans.putIfAbsent(topic, position);
        return null;
    }

    /** The lane that a message goes to, made on first use. */
    Lane laneForWrite(final DestinationState destination, final int number) {
        final Lane existing = destination.lane(number);
        if (existing != null) {
            return existing;
        }
        final Lane lane = new Lane(destination, number, index.queue(laneKey(destination, number)));
        destination.add(lane);
        for (final SubscriptionState subscription : destination.subscriptions()) {
            register(subscription, number);
        }
        return lane;
    }

    /**
     * The end of recovery: what belongs to destinations that are gone is forgotten, those among them that ended with the
     * life of the broker before this one.
     */
    private void forgetStrangers() {
        index.forEach(queue -> {
            final long id = queue.key() >> 16;
            if (!Timers.isLedger(queue.key()) && !destinations.containsKey((int) id)) {
                index.remove(queue.key());
            }
        });
    }

    /** Makes the lanes of which the index already knows messages. */
    void openLanes() {
        for (final DestinationState destination : inOrder) {
            for (int number = 0; number < destination.lanes(); number++) {
                if (index.find(laneKey(destination, number)) != null) {
                    laneForWrite(destination, number);
                }
            }
        }
    }

    private static long laneKey(final DestinationState destination, final int number) {
        return (long) destination.indexId() << 16 | number;
    }

    /** Puts a ledger that the state image held under its lane; false when its subscription is unknown. */
    boolean restore(final Ledger ledger) {
        final SubscriptionState state = kept.get((int) (ledger.id() >> 16));
        final int number = (int) (ledger.id() & 0xffff);
        if (state == null || number >= state.lanes()) {
            return false;
        }
        state.attach(laneForWrite(state.destination, number), ledger);
        register(state, number);
        return true;
    }

    private void register(final SubscriptionState subscription, final int lane) {
        final LaneLedger ledger = subscription.ledger(lane);
        if (subscription.kept && ledger != null) {
            ledgers.put(ledger.ledger.id(), ledger);
        }
    }

    /**
     * A subscription that begins now and is never recorded.
     *
     * @param position where the next record will stand in the log
     */
    SubscriptionState subscribeVolatile(
            final DestinationState destination,
            final long position,
            final @Nullable String selector,
            final boolean noLocal) {
        final SubscriptionState subscription = new SubscriptionState(nextVolatileId--, destination, selector, noLocal);
        subscription.begin(null, position);
        destination.add(subscription);
        return subscription;
    }

    /** The end of a volatile subscription. */
    void unsubscribe(final SubscriptionState subscription) {
        subscription.destination.remove(subscription);
    }

    /**
     * The end of replay. The index forgets entries only when they are settled, so what it no longer has is done, even if
     * the record that said so was not forced before a power loss.
     */
    void recovered() {
        for (final LaneLedger each : ledgers.values()) {
            each.ledger.extend(each.lane.index.end());
            final long start = each.lane.index.start();
            if (each.ledger.floor() < start) {
                each.ledger.done(each.ledger.floor(), start - 1);
            }
            each.ledger.recovered();
        }
        for (final Map.Entry<String, Long> each : orphans.entrySet()) {
            if (!goneTopics.contains(each.getKey()) && !byTopic.containsKey(each.getKey())) {
                throw new StoreException("the message at log position " + each.getValue() + " belongs to topic '"
                        + each.getKey() + "', which the log never created; run 'anser store verify'");
            }
        }
        orphans.clear();
        goneTopics.clear();
        forgetStrangers();
    }

    /** What such a queue needs. */
    Subscription missingSubscription(final DestinationState queue) {
        return catalog.missingSubscription(Objects.requireNonNull(catalog.destination(queue.id)));
    }

    /** The subscription that all consumers of a queue share; null when the destination does not serve as one. */
    @Nullable
    SubscriptionState queueSubscription(final DestinationState destination) {
        if (destination.kind == DestinationKind.QUEUE) {
            return destination.subscriptions().get(0);
        }
        final Subscription builtIn = catalog.queueSubscription(destination.id);
        return builtIn == null ? null : kept.get(builtIn.id());
    }

    /** Queues whose built-in subscription is missing, see {@link Catalog#missingSubscription}. */
    List<DestinationState> incompleteQueues() {
        final List<DestinationState> incomplete = new ArrayList<>();
        for (final DestinationState each : inOrder) {
            if (each.kind == DestinationKind.QUEUE && catalog.queueSubscription(each.id) == null) {
                incomplete.add(each);
            }
        }
        return incomplete;
    }

    /** All kept ledgers, in no order. */
    Iterable<LaneLedger> keptLedgers() {
        return ledgers.values();
    }

    /** All lanes that there are. */
    List<Lane> lanes() {
        final List<Lane> all = new ArrayList<>();
        for (final DestinationState destination : inOrder) {
            for (int number = 0; number < destination.lanes(); number++) {
                final Lane lane = destination.lane(number);
                if (lane != null) {
                    all.add(lane);
                }
            }
        }
        return all;
    }
}
