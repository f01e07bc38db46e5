package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
 * <p>A creation takes three steps. {@link #decideDestination} says what to record and changes nothing. When the records
 * are sequenced, {@link #admit} takes the name and the numbers, so that no second decision gives them away; nobody sees
 * the destination yet. When they are committed, {@link #apply} makes it visible. Recovery only applies, and applying a
 * record again changes nothing.
 */
public final class Catalog {

    /** What a buffer for {@link #encode} has to offer at least: any one destination fits. */
    public static final int MIN_PART_BYTES = 1024;

    /** The layout of {@link #encode}; another number is another layout. */
    private static final byte PART_VERSION = 1;

    /** How much of a name that is too long is worth repeating. */
    private static final int SHOWN_CHARS = 40;

    private final int maxDestinations;

    // Sequenced and applied ones alike: what a decision has to know.
    private final Int2ObjectHashMap<Entry> byId = new Int2ObjectHashMap<>();
    private final Map<DestinationKind, Map<String, Entry>> byName = new EnumMap<>(DestinationKind.class);
    private final Map<String, Entry> byTopic = new HashMap<>();
    private int lastDestinationId;
    private int lastSubscriptionId;

    // Applied ones alone.
    private final Int2ObjectHashMap<Subscription> subscriptions = new Int2ObjectHashMap<>();
    private int appliedDestinations;

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

    /** Finds a destination, or says how to create it or why not; changes nothing. */
    public Decision decideDestination(final DestinationKind kind, final String name) {
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
        final Destination destination = new Destination(lastDestinationId + 1, kind, name, topic);
        return new Create(destination, kind == DestinationKind.QUEUE ? builtInOf(destination) : null);
    }

    /**
     * Finds the destination with a topic text that a RocketMQ client gave, or says how to create it: a topic, or the queue
     * for dead letters that the text stands for.
     */
    public Decision decideTopicText(final String text) {
        final Entry existing = byTopic.get(text);
        if (existing != null) {
            return existing.applied ? new Known(existing.destination) : new Pending(existing.destination);
        }
        if (text.length() > TopicText.MAX_BYTES || byId.size() >= maxDestinations) {
            return refused("cannot create topic '" + text + "': its name is longer than " + TopicText.MAX_BYTES
                    + " bytes, or the broker has " + maxDestinations + " destinations already");
        }
        final DestinationKind kind = TopicText.kind(text);
        final String name = TopicText.name(text);
        final Destination destination =
                new Destination(lastDestinationId + 1, kind, entry(kind, name) == null ? name : text, text);
        return new Create(destination, kind == DestinationKind.QUEUE ? builtInOf(destination) : null);
    }

    /** The records of this creation are sequenced: its names and numbers are taken. */
    public void admit(final Create creation) {
        admit(creation.destination());
        if (creation.subscription() != null) {
            lastSubscriptionId =
                    Math.max(lastSubscriptionId, creation.subscription().id());
        }
    }

    /** The records of this creation are committed. */
    public void apply(final Create creation) {
        apply(creation.destination());
        if (creation.subscription() != null) {
            apply(creation.subscription());
        }
    }

    /** Applies a CATALOG record of a destination, given as its plain values. */
    public void applyDestination(final int id, final DestinationKind kind, final String name, final String topic) {
        apply(new Destination(id, kind, name, topic));
    }

    /** Applies a CATALOG record of a subscription, given as its plain values; its destination is applied already. */
    public void applySubscription(final int id, final int destinationId, final int kind, final String name) {
        apply(new Subscription(id, destinationId, Subscription.Kind.of(kind), name));
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

    /** The subscription of this number; null when there is none yet. */
    public @Nullable Subscription subscription(final int id) {
        return subscriptions.get(id);
    }

    /** The built-in subscription of a queue; null for a topic, and when there is no such queue yet. */
    public @Nullable Subscription queueSubscription(final int destinationId) {
        final Entry entry = byId.get(destinationId);
        return entry == null ? null : entry.builtIn;
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
        final int[] ids =
                subscriptions.keySet().stream().mapToInt(Integer::intValue).toArray();
        Arrays.sort(ids);
        for (final int id : ids) {
            final Subscription subscription = subscriptions.get(id);
            if (subscription != null) {
                action.accept(subscription);
            }
        }
    }

    /**
     * Writes a part of the state image: destinations with their subscriptions, from number {@code fromId} on (the first
     * part: 1), as many as fit into {@code out}. Each part can be {@link #load loaded} by itself, in any order, also when
     * the catalog changed between two parts: what is missing then is in the records after the image's position.
     *
     * <p>Layout: version, last destination and subscription number, count, then per destination: id, kind, name, topic
     * and 0 or 1 (then id, kind and name of the built-in subscription).
     *
     * @param out with room for {@link #MIN_PART_BYTES} at least
     * @return the {@code fromId} of the next part, or -1 when this was the last one
     */
    public int encode(final int fromId, final ByteBuffer out) {
        if (out.remaining() < MIN_PART_BYTES) {
            throw new BufferOverflowException();
        }
        out.put(PART_VERSION);
        Varint.put(out, lastDestinationId);
        Varint.put(out, lastSubscriptionId);
        final int countIndex = out.position();
        out.putInt(0);
        int count = 0;
        int id = nextApplied(fromId);
        for (; id > 0 && out.remaining() >= MIN_PART_BYTES / 2; id = nextApplied(id + 1)) {
            entry(id).encode(out);
            count++;
        }
        out.putInt(countIndex, count);
        return id;
    }

    /** Takes in one part that {@link #encode} wrote. */
    public void load(final ByteBuffer in) {
        final byte version = in.get();
        if (version != PART_VERSION) {
            throw new IllegalArgumentException("catalog image of version " + version + "; this broker reads version "
                    + PART_VERSION + ": start the version that wrote it");
        }
        lastDestinationId = Math.max(lastDestinationId, Varint.getInt(in));
        lastSubscriptionId = Math.max(lastSubscriptionId, Varint.getInt(in));
        for (int left = in.getInt(); left > 0; left--) {
            final Destination destination = new Destination(Varint.getInt(in), kind(in.get()), text(in), text(in));
            apply(destination);
            if (in.get() != 0) {
                applySubscription(Varint.getInt(in), destination.id(), in.get(), text(in));
            }
        }
    }

    private Subscription builtInOf(final Destination queue) {
        return new Subscription(lastSubscriptionId + 1, queue.id(), Subscription.Kind.QUEUE, queue.topic());
    }

    private Entry admit(final Destination destination) {
        final Entry existing = byId.get(destination.id());
        if (existing != null) {
            requireSame(existing.destination, destination);
            return existing;
        }
        final Entry entry = new Entry(destination);
        requireFree(names(destination.kind()).putIfAbsent(destination.name(), entry), destination);
        requireFree(byTopic.putIfAbsent(destination.topic(), entry), destination);
        byId.put(destination.id(), entry);
        lastDestinationId = Math.max(lastDestinationId, destination.id());
        return entry;
    }

    private void apply(final Destination destination) {
        final Entry entry = admit(destination);
        if (!entry.applied) {
            entry.applied = true;
            appliedDestinations++;
        }
    }

    private void apply(final Subscription subscription) {
        final Entry entry = byId.get(subscription.destinationId());
        if (entry == null || !entry.applied) {
            throw new IllegalStateException(
                    "the log has a subscription of a destination that does not exist: " + subscription);
        }
        requireSame(subscriptions.get(subscription.id()), subscription);
        requireSame(entry.builtIn, subscription);
        entry.builtIn = subscription;
        subscriptions.put(subscription.id(), subscription);
        lastSubscriptionId = Math.max(lastSubscriptionId, subscription.id());
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
    private static void requireSame(final @Nullable Record known, final Record again) {
        if (known != null && !known.equals(again)) {
            throw new IllegalStateException("the log contradicts itself: " + known + " and " + again
                    + " cannot both be; restore the data directory from a copy");
        }
    }

    private static DestinationKind kind(final int number) {
        return switch (number) {
            case 1 -> DestinationKind.QUEUE;
            case 2 -> DestinationKind.TOPIC;
            default ->
                throw new IllegalArgumentException("destination kind " + number
                        + " is not known to this version: start the broker version that wrote it");
        };
    }

    private static int number(final DestinationKind kind) {
        return switch (kind) {
            case QUEUE -> 1;
            case TOPIC -> 2;
        };
    }

    private static String text(final ByteBuffer in) {
        final byte[] utf8 = new byte[Varint.getInt(in)];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static void putText(final ByteBuffer out, final String text) {
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        Varint.put(out, utf8.length);
        out.put(utf8);
    }

    /** A destination, from its sequencing on. */
    private static final class Entry {
        final Destination destination;
        boolean applied;

        @Nullable
        Subscription builtIn;

        Entry(final Destination destination) {
            this.destination = destination;
        }

        /** Writes less than half of {@link #MIN_PART_BYTES}: three texts of up to 127 bytes, and a few numbers. */
        void encode(final ByteBuffer out) {
            Varint.put(out, destination.id());
            out.put((byte) number(destination.kind()));
            putText(out, destination.name());
            putText(out, destination.topic());
            final Subscription subscription = builtIn;
            out.put((byte) (subscription == null ? 0 : 1));
            if (subscription != null) {
                Varint.put(out, subscription.id());
                out.put((byte) subscription.kind().number());
                putText(out, subscription.name());
            }
        }
    }
}
