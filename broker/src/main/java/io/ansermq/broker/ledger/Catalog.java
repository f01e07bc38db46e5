package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which destinations and subscriptions there are: a fold of CATALOG records. Owned by the core agent (before it starts,
 * by the thread that recovers the broker).
 *
 * <p>A change takes three steps. A decision says what to record and changes nothing. When it is decided to record that,
 * {@code admit} takes the name and the numbers (or gives the name back), so that no second decision contradicts the first;
 * nobody sees the change yet. When the records are committed, {@code apply} makes it visible. Recovery only applies, and
 * applying a record again changes nothing. Numbers are never given twice.
 */
public final class Catalog {

    /** The most lanes of one destination. */
    public static final int MAX_LANES = 1024;

    /** The layout of {@link Snapshot#addTo}; another number is another layout. */
    private static final byte PART_VERSION = 2;

    private static final int PART_HEADER_BYTES = 1 + 2 * Varint.MAX_BYTES + Integer.BYTES;

    /** How much of a name that is too long is worth repeating. */
    private static final int SHOWN_CHARS = 40;

    private final int maxDestinations;

    // Admitted and applied ones alike: what a decision has to know.
    private final Int2ObjectHashMap<Entry> byId = new Int2ObjectHashMap<>();
    private final Map<DestinationKind, Map<String, Entry>> byName = new EnumMap<>(DestinationKind.class);
    private final Map<String, Entry> byTopic = new HashMap<>();
    private int lastDestinationId;
    private int appliedDestinations;

    private final SubscriptionTable subscriptions = new SubscriptionTable();

    /**
     * An empty catalog.
     *
     * @param maxDestinations the most that clients can create; what is in the log is taken in regardless
     */
    public Catalog(final int maxDestinations) {
        this.maxDestinations = maxDestinations;
        for (final DestinationKind kind : DestinationKind.values()) {
            byName.put(kind, new HashMap<>());
        }
    }

    /** What {@link #decideDestination} says. */
    public sealed interface Decision {}

    /** The destination exists: answer now. */
    public record Known(Destination destination) implements Decision {}

    /** Its creation is sequenced but not committed: answer when all that is sequenced by now is committed. */
    public record Pending(Destination destination) implements Decision {}

    /**
     * It can be created: record these in this order in one frame, {@link #admit} them then, {@link #apply} them and
     * answer when they are committed.
     *
     * @param destination the new destination
     * @param subscription the built-in subscription of a new queue; null for a topic
     */
    public record Create(Destination destination, @Nullable Subscription subscription) implements Decision {}

    /**
     * It cannot be.
     *
     * @param error one of {@link ErrorCodes}
     * @param text what is wrong and what to do about it
     */
    public record Refused(int error, String text) implements Decision {}

    /** Finds a destination, or says how to create it with a lane for each priority, or why not; changes nothing. */
    public Decision decideDestination(final DestinationKind kind, final String name) {
        return decideDestination(kind, name, MessageLayout.LANES, LaneOrder.PRIORITY);
    }

    /**
     * Finds a destination, or says how to create it or why not; changes nothing.
     *
     * @param lanes how many lanes a new one gets, 1 to {@link #MAX_LANES}
     * @param order how consumers of a new one see its lanes
     */
    public Decision decideDestination(
            final DestinationKind kind, final String name, final int lanes, final LaneOrder order) {
        final Entry existing = entry(kind, name);
        if (existing != null) {
            return existing.applied ? new Known(existing.destination) : new Pending(existing.destination);
        }
        final String what = kind == DestinationKind.QUEUE ? "queue" : "topic";
        if (name.isEmpty()) {
            return refused("the name of a " + what + " must not be empty");
        }
        // An encoded name is never shorter than the name, so there is no need to encode a monster.
        if (name.length() > TopicText.MAX_BYTES) {
            return tooLong(what, name, "has " + name.length() + " characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return refused(
                    "the name of " + what + " '" + name + "' is not valid Unicode: it has half a surrogate pair");
        }
        final String plain = TopicText.plain(kind, name);
        final String topic = byTopic.containsKey(plain) ? TopicText.prefixed(kind, name) : plain;
        if (topic.length() > TopicText.MAX_BYTES) {
            return tooLong(what, name, "takes " + topic.length() + " bytes as a RocketMQ topic");
        }
        if (byId.size() >= maxDestinations) {
            return new Refused(
                    ErrorCodes.RESOURCE_LIMIT,
                    "cannot create " + what + " '" + name + "': the broker has " + byId.size()
                            + " destinations, its limit");
        }
        if (lanes < 1 || lanes > MAX_LANES || (order != LaneOrder.FAIR && lanes != MessageLayout.LANES)) {
            return refused("a " + what + " cannot have " + lanes + " lanes: 1 to " + MAX_LANES + " are possible");
        }
        final Destination destination = new Destination(lastDestinationId + 1, kind, name, topic, lanes, order);
        return new Create(destination, kind == DestinationKind.QUEUE ? builtInOf(destination) : null);
    }

    /**
     * Finds the destination with a topic text that a RocketMQ client gave, or says how to create it: a topic, or the queue
     * for dead letters that the text stands for.
     *
     * @param lanes how many lanes a new one gets, 1 to {@link #MAX_LANES}
     * @param order how consumers of a new one see its lanes
     */
    public Decision decideTopicText(final String text, final int lanes, final LaneOrder order) {
        final Entry existing = byTopic.get(text);
        if (existing != null) {
            return existing.applied ? new Known(existing.destination) : new Pending(existing.destination);
        }
        if (lanes < 1 || lanes > MAX_LANES) {
            return refused(
                    "topic '" + text + "' cannot have " + lanes + " queues: 1 to " + MAX_LANES + " are possible");
        }
        if (text.length() > TopicText.MAX_BYTES || byId.size() >= maxDestinations) {
            return refused("cannot create topic '" + text + "': its name is longer than " + TopicText.MAX_BYTES
                    + " bytes, or the broker has " + maxDestinations + " destinations already");
        }
        final DestinationKind kind = TopicText.kind(text);
        final String name = TopicText.name(text);
        final Destination destination = new Destination(
                lastDestinationId + 1, kind, entry(kind, name) == null ? name : text, text, lanes, order);
        return new Create(destination, kind == DestinationKind.QUEUE ? builtInOf(destination) : null);
    }

    /**
     * Finds the destination that a queue of this name is for those who share it: the queue of Jakarta Messaging, else
     * whatever RocketMQ clients know by this name; or says how to create it, as queue and topic at once.
     *
     * @param streams how many equal lanes a new one gets; 0 for a lane for each priority
     */
    public Decision decideSharedQueue(final String name, final int streams) {
        final Entry queue = entry(DestinationKind.QUEUE, name);
        if (queue != null) {
            return queue.applied ? new Known(queue.destination) : new Pending(queue.destination);
        }
        if (name.isEmpty()) {
            return refused("the name of a queue must not be empty");
        }
        if (name.length() > TopicText.MAX_BYTES) {
            return tooLong("queue", name, "has " + name.length() + " characters");
        }
        final String text = TopicText.plain(DestinationKind.QUEUE, name);
        if (name.startsWith("%") && byTopic.get(text) == null) {
            return refused("'" + name + "' cannot be the name of a new queue: what begins with % is the broker's own");
        }
        return streams == 0
                ? decideTopicText(text, MessageLayout.LANES, LaneOrder.RANKED)
                : decideTopicText(text, streams, LaneOrder.FAIR);
    }

    /**
     * The topic that other clients than those of Jakarta Messaging made under the name of a queue, if there is no queue of this name: it serves as the
     * queue as well, through its consumer group of the same name.
     */
    public @Nullable Destination sharedQueue(final String name) {
        if (name.isEmpty() || name.length() > TopicText.MAX_BYTES || entry(DestinationKind.QUEUE, name) != null) {
            return null;
        }
        final Entry made = byTopic.get(TopicText.plain(DestinationKind.QUEUE, name));
        return made != null && made.applied && made.destination.order() != LaneOrder.PRIORITY ? made.destination : null;
    }

    /** The same destination with more lanes, to be recorded; null when it has so many, or its lanes are priorities. */
    public static @Nullable Destination withMoreLanes(final Destination known, final int lanes) {
        return known.order() == LaneOrder.FAIR && known.lanes() < lanes && lanes <= MAX_LANES
                ? withLanes(known, lanes)
                : null;
    }

    /** The records of this creation are being written: its names and numbers are taken. */
    public void admit(final Create creation) {
        admit(creation.destination());
        if (creation.subscription() != null) {
            subscriptions.admit(creation.subscription());
        }
    }

    /** The records of this creation are committed. */
    public void apply(final Create creation) {
        apply(creation.destination(), 0);
        if (creation.subscription() != null) {
            apply(creation.subscription(), 0);
        }
    }

    /**
     * Applies a CATALOG record of a destination. One that comes again may have more lanes than before.
     *
     * @param position where the record stands in the log: messages before it are of an earlier destination of that name
     */
    public void apply(final Destination destination, final long position) {
        if (isSuperseded(destination)) {
            return;
        }
        final Entry entry = admit(destination);
        if (destination.lanes() > entry.destination.lanes()) {
            entry.destination = destination;
        }
        if (!entry.applied) {
            entry.applied = true;
            entry.position = position;
            appliedDestinations++;
        }
    }

    /**
     * Whether the image that replay began with knows a later destination of this name already: then this one has ended,
     * and its end follows.
     */
    private boolean isSuperseded(final Destination destination) {
        if (byId.containsKey(destination.id())) {
            return false;
        }
        final Entry name = entry(destination.kind(), destination.name());
        final Entry topic = byTopic.get(destination.topic());
        return (name != null && name.destination.id() > destination.id())
                || (topic != null && topic.destination.id() > destination.id());
    }

    /** Applies a CATALOG record of a subscription; without its destination it has ended with that. */
    public void apply(final Subscription subscription, final long position) {
        final Entry entry = byId.get(subscription.destinationId());
        if (entry == null && subscription.destinationId() <= lastDestinationId) {
            return;
        }
        if (entry == null || !entry.applied) {
            throw new IllegalStateException(
                    "the log has a subscription of a destination that does not exist: " + subscription);
        }
        if (subscription.kind() == Subscription.Kind.QUEUE) {
            requireSame(entry.builtIn, subscription);
            entry.builtIn = subscription;
        }
        subscriptions.apply(subscription, position);
    }

    /** The record that ends this destination is being written: its name is free. Its number is not. */
    public void admitGone(final Destination destination) {
        names(destination.kind()).remove(destination.name(), byId.get(destination.id()));
        byTopic.remove(destination.topic(), byId.get(destination.id()));
    }

    /** Applies a CATALOG record that ends a destination; one that is not there has ended already. */
    public void applyGone(final int destinationId) {
        final Entry entry = byId.get(destinationId);
        if (entry != null) {
            admitGone(entry.destination);
            byId.remove(destinationId);
            appliedDestinations -= entry.applied ? 1 : 0;
            subscriptions.applyGoneOf(destinationId);
        }
    }

    /** The subscriptions alone. */
    public SubscriptionTable subscriptions() {
        return subscriptions;
    }

    /** The destination of this kind and name; null when there is none yet. */
    public @Nullable Destination destination(final DestinationKind kind, final String name) {
        return visible(entry(kind, name));
    }

    /** The destination of this number; null when there is none yet. */
    public @Nullable Destination destination(final int id) {
        return visible(byId.get(id));
    }

    /** The destination with this topic text; null when there is none yet. */
    public @Nullable Destination destinationOfTopic(final String topic) {
        return visible(byTopic.get(topic));
    }

    /** Where the record of a destination stands in the log; 0 when it is not known. */
    public long positionOf(final int destinationId) {
        final Entry entry = byId.get(destinationId);
        return entry == null ? 0 : entry.position;
    }

    /** The subscription of this number; null when there is none yet. */
    public @Nullable Subscription subscription(final int id) {
        return subscriptions.get(id);
    }

    /** The built-in subscription of a queue; null for a topic, and when there is no such queue yet. */
    public @Nullable Subscription queueSubscription(final int destinationId) {
        final Entry entry = byId.get(destinationId);
        return entry == null ? null : entry.builtIn;
    }

    /**
     * What a queue without its built-in subscription needs: its two records were not in one frame, and only the first
     * survived. To be recorded, admitted and applied.
     */
    public Subscription missingSubscription(final Destination queue) {
        return builtInOf(queue);
    }

    /** How many destinations there are. */
    public int size() {
        return appliedDestinations;
    }

    /** Hands out all destinations by ascending number. */
    public void forEachDestination(final Consumer<Destination> action) {
        for (int id = nextApplied(1); id > 0; id = nextApplied(id + 1)) {
            action.accept(entry(id).destination);
        }
    }

    /** Hands out all subscriptions by ascending number. */
    public void forEachSubscription(final Consumer<Subscription> action) {
        subscriptions.forEach(action);
    }

    /** A walk over the catalog for a state image. */
    public Snapshot snapshot() {
        return new Snapshot();
    }

    /**
     * Writes the catalog in parts. The catalog may change between two parts: what is missing then, or too much, is set
     * right by the records after the image's position.
     *
     * <p>Layout of a part: version, last destination and subscription number, count (4 bytes), then so many entries: the
     * log position of a record, and what it says, see {@link CatalogRecord}.
     */
    public final class Snapshot {
        private int nextDestination = nextApplied(1);
        private int nextSubscription = 1;

        private Snapshot() {}

        /**
         * Adds what fits.
         *
         * @return false when the walk is over
         * @throws BufferOverflowException when not even one entry fits; {@link #neededBytes} says how much would do
         */
        public boolean addTo(final ByteBuffer out) {
            out.put(PART_VERSION);
            Varint.put(out, lastDestinationId);
            Varint.put(out, subscriptions.lastId());
            final int countIndex = out.position();
            out.putInt(0);
            int count = 0;
            CatalogRecord next = next();
            while (next != null && fits(next, out)) {
                Varint.put(
                        out,
                        next instanceof Destination destination
                                ? positionOf(destination.id())
                                : subscriptions.positionOf(nextSubscription));
                next.encode(out);
                count++;
                skip();
                next = next();
            }
            if (next != null && count == 0) {
                throw new BufferOverflowException();
            }
            out.putInt(countIndex, count);
            return next != null;
        }

        /** How large a buffer must be at least for {@link #addTo} to get on. */
        public int neededBytes() {
            final CatalogRecord next = next();
            return PART_HEADER_BYTES + (next == null ? 0 : Varint.MAX_BYTES + next.size());
        }

        private static boolean fits(final CatalogRecord record, final ByteBuffer out) {
            return Varint.MAX_BYTES + record.size() <= out.remaining();
        }

        private @Nullable CatalogRecord next() {
            while (nextDestination > 0) {
                final Destination destination = visible(byId.get(nextDestination));
                if (destination != null) {
                    return destination;
                }
                nextDestination = nextApplied(nextDestination + 1);
            }
            final Subscription subscription = subscriptions.atOrAfter(nextSubscription);
            nextSubscription = subscription == null ? Integer.MAX_VALUE : subscription.id();
            return subscription == null ? null : subscription.toRecord();
        }

        private void skip() {
            if (nextDestination > 0) {
                nextDestination = nextApplied(nextDestination + 1);
            } else {
                nextSubscription++;
            }
        }
    }

    /** Takes in one part of a {@link Snapshot}; parts come in their order. */
    public void load(final ByteBuffer in) {
        final byte version = in.get();
        if (version != PART_VERSION) {
            throw new IllegalArgumentException("catalog image of version " + version + "; this broker reads version "
                    + PART_VERSION + ": start the version that wrote it");
        }
        lastDestinationId = Math.max(lastDestinationId, Varint.getInt(in));
        subscriptions.reserve(Varint.getInt(in));
        for (int left = in.getInt(); left > 0; left--) {
            final long position = Varint.get(in);
            final CatalogRecord entry = CatalogRecord.decode(in, CatalogRecord.VERSION);
            if (entry instanceof Destination destination) {
                apply(destination, position);
            } else if (entry instanceof CatalogRecord.Subscription subscription
                    && destination(subscription.destinationId()) != null) {
                // Of a destination that is not here it is younger than the image: its record follows.
                apply(Subscription.of(subscription), position);
            }
        }
    }

    private Subscription builtInOf(final Destination queue) {
        return Subscription.ofQueue(subscriptions.nextId(), queue);
    }

    private Entry admit(final Destination destination) {
        final Entry existing = byId.get(destination.id());
        if (existing != null) {
            requireSame(withLanes(existing.destination, destination.lanes()), destination);
            return existing;
        }
        final Entry entry = new Entry(destination);
        requireFree(names(destination.kind()).putIfAbsent(destination.name(), entry), destination);
        requireFree(byTopic.putIfAbsent(destination.topic(), entry), destination);
        byId.put(destination.id(), entry);
        lastDestinationId = Math.max(lastDestinationId, destination.id());
        return entry;
    }

    private static Destination withLanes(final Destination known, final int lanes) {
        return new Destination(known.id(), known.kind(), known.name(), known.topic(), lanes, known.order());
    }

    private @Nullable Entry entry(final DestinationKind kind, final String name) {
        return names(kind).get(name);
    }

    private Entry entry(final int id) {
        final Entry entry = byId.get(id);
        if (entry == null) {
            throw new IllegalStateException("no destination " + id);
        }
        return entry;
    }

    private Map<String, Entry> names(final DestinationKind kind) {
        final Map<String, Entry> names = byName.get(kind);
        if (names == null) {
            throw new IllegalStateException("no names of kind " + kind);
        }
        return names;
    }

    /** The smallest number from {@code id} on that has an applied destination, or -1. */
    private int nextApplied(final int id) {
        for (int next = id; next <= lastDestinationId; next++) {
            final Entry entry = byId.get(next);
            if (entry != null && entry.applied) {
                return next;
            }
        }
        return -1;
    }

    private static @Nullable Destination visible(final @Nullable Entry entry) {
        return entry != null && entry.applied ? entry.destination : null;
    }

    private static Refused refused(final String text) {
        return new Refused(ErrorCodes.DESTINATION, text);
    }

    private static Refused tooLong(final String what, final String name, final String howLong) {
        final String shown = name.length() <= SHOWN_CHARS ? name : name.substring(0, SHOWN_CHARS) + "...";
        return refused(
                "the name of " + what + " '" + shown + "' " + howLong + ", and " + TopicText.MAX_BYTES
                        + " is the limit: shorten it (characters other than letters, digits, '-', '_' and '|' take 3 bytes or more)");
    }

    private static void requireFree(final @Nullable Entry holder, final Destination destination) {
        requireSame(holder == null ? null : holder.destination, destination);
    }

    /** A record that comes again has to say what it said before. */
    static void requireSame(final @Nullable Record known, final Record again) {
        if (known != null && !known.equals(again)) {
            throw new IllegalStateException("the log contradicts itself: " + known + " and " + again
                    + " cannot both be; restore the data directory from a copy");
        }
    }

    /** A destination, from its admission on. */
    private static final class Entry {
        Destination destination;
        boolean applied;
        long position;

        @Nullable
        Subscription builtIn;

        Entry(final Destination destination) {
            this.destination = destination;
        }
    }
}
