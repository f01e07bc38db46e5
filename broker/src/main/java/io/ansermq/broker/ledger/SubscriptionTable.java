package io.ansermq.broker.ledger;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kept subscriptions of a {@link Catalog}, by number and, for those that applications name, by client ID and name.
 * Owned by the core agent.
 *
 * <p>As with destinations a name is taken or given back when a change is admitted, and the subscription is there or gone
 * when it is applied.
 */
public final class SubscriptionTable {

    /**
     * What an application calls a durable subscription. Shared and unshared ones have one name space (Jakarta Messaging
     * 3.1, sections 8.3.3 and 8.3.5). Compares by hand: what records have for that is made by the JVM when it is first
     * used, which the first message of a broker would wait for.
     */
    private record Key(@Nullable String clientId, String name) {
        @Override
        public boolean equals(final @Nullable Object other) {
            return other instanceof Key key && name.equals(key.name) && Objects.equals(clientId, key.clientId);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + Objects.hashCode(clientId);
        }
    }

    /** What a consumer group is called: its name is one of its destination. Compares by hand as well. */
    private record GroupKey(int destinationId, String name) {
        @Override
        public boolean equals(final @Nullable Object other) {
            return other instanceof GroupKey key && destinationId == key.destinationId && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + destinationId;
        }
    }

    /** One that is there, and where its record stands in the log. */
    record Entry(Subscription subscription, long position) {}

    private final NavigableMap<Integer, Entry> applied = new TreeMap<>();
    private final Map<Key, Subscription> named = new HashMap<>();
    private final Map<GroupKey, Subscription> groups = new HashMap<>();
    private int lastId;

    /** The number that the next new subscription takes. */
    public int nextId() {
        return lastId + 1;
    }

    /** The highest number that was ever taken. */
    int lastId() {
        return lastId;
    }

    /** Numbers up to this one are taken. */
    void reserve(final int id) {
        lastId = Math.max(lastId, id);
    }

    /** The subscription of this number; null when there is none, or not yet. */
    public @Nullable Subscription get(final int id) {
        final Entry entry = applied.get(id);
        return entry == null ? null : entry.subscription();
    }

    /** From where in the log on something is for a subscription: in general where its record stands. */
    public long positionOf(final int id) {
        final Entry entry = applied.get(id);
        return entry == null ? 0 : entry.position();
    }

    /** The durable subscription of this name, admitted or applied; null when there is none. */
    public @Nullable Subscription named(final @Nullable String clientId, final String name) {
        return named.get(new Key(clientId, name));
    }

    /** The consumer group of this name on a destination, admitted or applied; null when there is none. */
    public @Nullable Subscription group(final int destinationId, final String name) {
        return groups.get(new GroupKey(destinationId, name));
    }

    /** The first subscription whose number is {@code id} or higher. */
    @Nullable
    Subscription atOrAfter(final int id) {
        final Map.Entry<Integer, Entry> entry = applied.ceilingEntry(id);
        return entry == null ? null : entry.getValue().subscription();
    }

    /** Hands out all by ascending number; they may be removed meanwhile. */
    public void forEach(final Consumer<Subscription> action) {
        final Entry[] all = applied.values().toArray(Entry[]::new);
        Arrays.stream(all).map(Entry::subscription).forEach(action);
    }

    /** Its record is being written: number and name are taken. */
    public void admit(final Subscription subscription) {
        reserve(subscription.id());
        if (subscription.kind().isNamed()) {
            // Replay may meet an earlier one of the name after the image has brought a later one.
            named.merge(new Key(subscription.clientId(), subscription.name()), subscription, SubscriptionTable::later);
        } else if (subscription.kind() == Subscription.Kind.GROUP) {
            groups.merge(
                    new GroupKey(subscription.destinationId(), subscription.name()),
                    subscription,
                    SubscriptionTable::later);
        }
    }

    private static Subscription later(final Subscription known, final Subscription other) {
        return known.id() > other.id() ? known : other;
    }

    /** Its record is committed. */
    void apply(final Subscription subscription, final long position) {
        final Entry known = applied.putIfAbsent(
                subscription.id(),
                new Entry(subscription, subscription.since() == 0 ? position : subscription.since()));
        if (known == null) {
            admit(subscription);
        } else {
            Catalog.requireSame(known.subscription(), subscription);
        }
    }

    /** The record of its end is being written: the name is free. */
    public void admitGone(final Subscription subscription) {
        final Key key = new Key(subscription.clientId(), subscription.name());
        final Subscription holder = named.get(key);
        if (holder != null && holder.id() == subscription.id()) {
            named.remove(key);
        }
        groups.remove(new GroupKey(subscription.destinationId(), subscription.name()), subscription);
    }

    /** The record of its end is committed; one that is not there has ended already. */
    public void applyGone(final int id) {
        final Entry entry = applied.remove(id);
        if (entry != null) {
            admitGone(entry.subscription());
        }
    }

    /** The destination of these is gone. */
    void applyGoneOf(final int destinationId) {
        forEach(each -> {
            if (each.destinationId() == destinationId) {
                applyGone(each.id());
            }
        });
    }
}
