package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where consumer groups of RocketMQ clients go on in each queue of a topic. Such a group keeps the order of a queue and
 * needs one number where a {@link Ledger} keeps the state of each message. Owned by the core agent.
 *
 * <p>{@link #tell} is what a client said last, and what it is told when it asks; it is recorded later, many at a time,
 * because a client says it every few seconds for every queue. After a crash a group goes on with what was recorded, and
 * gets again what it consumed since.
 */
public final class GroupOffsets {

    /** There is no offset. */
    public static final long NONE = -1;

    /** What no queue ever reaches, and records can still hold. */
    public static final long MAX_OFFSET = 1L << 62;

    /**
     * A group on a topic.
     *
     * @param group the consumer group
     * @param topic the topic text
     */
    public record Key(String group, String topic) {}

    /** An offset that waits to be recorded. */
    public record Unrecorded(Key key, int queue, long offset) {}

    private static final class Queues {
        long[] told = {};
        boolean[] waiting = {};

        void reach(final int queue) {
            if (queue >= told.length) {
                final int from = told.length;
                told = Arrays.copyOf(told, queue + 1);
                Arrays.fill(told, from, told.length, NONE);
                waiting = Arrays.copyOf(waiting, queue + 1);
            }
        }
    }

    private record Place(Key key, int queue) {}

    /** By group, then by topic. */
    private final Map<String, Map<String, Queues>> all = new LinkedHashMap<>();

    private final ArrayDeque<Place> waiting = new ArrayDeque<>();

    /** The offset that was told last, or {@link #NONE}. */
    public long offset(final String group, final String topic, final int queue) {
        final Queues queues = find(group, topic);
        return queues == null || queue < 0 || queue >= queues.told.length ? NONE : queues.told[queue];
    }

    /** A client said where its group goes on. */
    public void tell(final String group, final String topic, final int queue, final long offset) {
        if (queue < 0 || queue >= Catalog.MAX_LANES || offset < 0 || offset > MAX_OFFSET) {
            throw new IllegalArgumentException("no group can be at offset " + offset + " of queue " + queue);
        }
        tell(make(group, topic), group, topic, queue, offset);
    }

    private void tell(final Queues queues, final String group, final String topic, final int queue, final long offset) {
        queues.reach(queue);
        if (queues.told[queue] == offset) {
            return;
        }
        queues.told[queue] = offset;
        if (!queues.waiting[queue]) {
            queues.waiting[queue] = true;
            waiting.add(new Place(new Key(group, topic), queue));
        }
    }

    /** Whether something waits to be recorded. */
    public boolean hasUnrecorded() {
        return !waiting.isEmpty();
    }

    /** The next offset to record, or null; it counts as recorded once {@link #recorded} is called. */
    public @Nullable Unrecorded nextUnrecorded() {
        for (Place place = waiting.peekFirst(); place != null; place = waiting.peekFirst()) {
            final Queues queues = find(place.key());
            if (queues != null && queues.waiting[place.queue()]) {
                return new Unrecorded(place.key(), place.queue(), queues.told[place.queue()]);
            }
            waiting.removeFirst();
        }
        return null;
    }

    /** The offset that {@link #nextUnrecorded} returned has its record. */
    public void recorded() {
        final Place place = waiting.removeFirst();
        final Queues queues = find(place.key());
        if (queues != null) {
            queues.waiting[place.queue()] = false;
        }
    }

    /** Applies an OFFSET record. What a client said since stays. */
    public void apply(final String group, final String topic, final int queue, final long offset) {
        final Queues queues = make(group, topic);
        queues.reach(queue);
        if (!queues.waiting[queue]) {
            queues.told[queue] = offset;
        }
    }

    /** A group forgets where it was on a topic. */
    public void forget(final String group, final String topic) {
        final Queues queues = find(group, topic);
        for (int queue = 0; queues != null && queue < queues.told.length; queue++) {
            tell(queues, group, topic, queue, NONE);
        }
    }

    /** All groups on all topics. */
    public List<Key> keys() {
        final List<Key> keys = new ArrayList<>();
        for (final String group : all.keySet()) {
            for (final String topic : topics(group)) {
                keys.add(new Key(group, topic));
            }
        }
        return keys;
    }

    /** The topics of which a group has an offset. */
    public List<String> topics(final String group) {
        final List<String> topics = new ArrayList<>();
        all.getOrDefault(group, Map.of()).forEach((topic, queues) -> {
            if (Arrays.stream(queues.told).anyMatch(offset -> offset != NONE)) {
                topics.add(topic);
            }
        });
        return topics;
    }

    private @Nullable Queues find(final Key key) {
        return find(key.group(), key.topic());
    }

    private @Nullable Queues find(final String group, final String topic) {
        final Map<String, Queues> topics = all.get(group);
        return topics == null ? null : topics.get(topic);
    }

    private Queues make(final String group, final String topic) {
        return all.computeIfAbsent(group, any -> new LinkedHashMap<>()).computeIfAbsent(topic, any -> new Queues());
    }

    /** Writes one group on one topic for a state image: two texts with their lengths, then the offsets. */
    public byte[] encode(final Key key) {
        final Queues found = find(key);
        final Queues queues = found == null ? new Queues() : found;
        final byte[] group = key.group().getBytes(StandardCharsets.UTF_8);
        final byte[] topic = key.topic().getBytes(StandardCharsets.UTF_8);
        final ByteBuffer out =
                ByteBuffer.allocate(3 * Integer.BYTES + group.length + topic.length + queues.told.length * Long.BYTES);
        out.putInt(group.length).put(group).putInt(topic.length).put(topic).putInt(queues.told.length);
        for (final long offset : queues.told) {
            out.putLong(offset);
        }
        return out.array();
    }

    /** Takes in what {@link #encode} wrote. */
    public void load(final ByteBuffer in) {
        final String group = text(in);
        final String topic = text(in);
        final int count = in.getInt();
        for (int queue = 0; queue < count; queue++) {
            final long offset = in.getLong();
            if (offset != NONE) {
                apply(group, topic, queue, offset);
            }
        }
    }

    private static String text(final ByteBuffer in) {
        final byte[] utf8 = new byte[in.getInt()];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
