package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.image.ImageWriter;
import io.ansermq.store.index.KeyIndex;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Finds messages of topics that RocketMQ clients made by their keys and unique ids. Owned by the core agent.
 *
 * <p>A key's hash is RocketMQ's: of {@code topic#key} as a text, without its sign.
 */
final class MessageKeys {

    private static final byte[] KEYS = MessageProperties.KEYS.getBytes(StandardCharsets.UTF_8);
    private static final byte[] UNIQ_KEY = MessageProperties.UNIQ_KEY.getBytes(StandardCharsets.UTF_8);

    private final KeyIndex index;
    private final CommitLog log;
    private final LateKeys late = new LateKeys();
    private ByteBuffer record = ByteBuffer.allocateDirect(4096);

    MessageKeys(final KeyIndex index, final CommitLog log) {
        this.index = index;
        this.log = log;
    }

    /** A message of a lane can be seen, since the record at {@code seenAt} is committed. */
    void committed(final Lane lane, final long position, final int size, final long seenAt) {
        if (!lane.destination.shared) {
            return;
        }
        if (record.capacity() < size) {
            record = ByteBuffer.allocateDirect(Integer.highestOneBit(size) * 2);
        }
        record.clear();
        if (log.read(position, size, record, 0)) {
            add(lane, position, record, 0, seenAt);
        }
    }

    /**
     * As {@link #committed}, of a message that was stored earlier: it may be one of very many, or the log be under replay and not
     * readable yet, so its keys are added by {@link #proceed}.
     */
    void committedLater(final Lane lane, final long position, final int size, final long seenAt) {
        if (lane.destination.shared) {
            late.add(lane, position, size, seenAt);
        }
    }

    /** Adds the keys of messages that wait for it, of a few at a time; returns of how many. */
    int proceed() {
        return addLate(late.share());
    }

    private int addLate(final int count) {
        for (int i = 0; i < count; i++) {
            committed(late.lane(), late.position(), late.sizeBytes(), late.seenAt());
            late.removeFirst();
        }
        return count;
    }

    /** Whether keys of all messages that can be seen were added. */
    boolean isIdle() {
        return late.isEmpty();
    }

    /** Adds the keys of the record at {@code at}, which can be seen since the one at {@code seenAt}. */
    void add(final Lane lane, final long position, final ByteBuffer from, final int at, final long seenAt) {
        if (!lane.destination.shared) {
            return;
        }
        final int properties = MessageLayout.propertiesOffset(from, at);
        final int length = MessageLayout.propertiesLength(from, at);
        final long storedEpochMs = from.getLong(at + MessageLayout.STORE_TIMESTAMP);
        final int topicHash = lane.destination.keyHash;
        final long unique = MessageProperties.find(from, properties, length, UNIQ_KEY);
        if (unique != MessageProperties.NONE) {
            final int end = MessageProperties.offset(unique) + MessageProperties.length(unique);
            put(topicHash, from, MessageProperties.offset(unique), end, position, seenAt, storedEpochMs);
        }
        final long keys = MessageProperties.find(from, properties, length, KEYS);
        if (keys != MessageProperties.NONE) {
            final int end = MessageProperties.offset(keys) + MessageProperties.length(keys);
            int begin = MessageProperties.offset(keys);
            for (int i = begin; i <= end; i++) {
                if (i == end || from.get(i) == ' ') {
                    put(topicHash, from, begin, i, position, seenAt, storedEpochMs);
                    begin = i + 1;
                }
            }
        }
    }

    private void put(
            final int topicHash,
            final ByteBuffer from,
            final int begin,
            final int end,
            final long position,
            final long seenAt,
            final long storedEpochMs) {
        if (begin < end) {
            int hash = topicHash;
            for (int i = begin; i < end; i++) {
                hash = 31 * hash + from.get(i);
            }
            index.put(positive(hash), position, seenAt, storedEpochMs);
        }
    }

    /** Visits the positions of messages that may have this key, newest first. */
    void find(
            final DestinationState destination,
            final String key,
            final long beginEpochMs,
            final long endEpochMs,
            final LongConsumer positions) {
        addLate(late.size());
        int hash = destination.keyHash;
        for (final byte next : key.getBytes(StandardCharsets.UTF_8)) {
            hash = 31 * hash + next;
        }
        index.query(positive(hash), beginEpochMs, endEpochMs, positions);
    }

    private static int positive(final int hash) {
        return hash == Integer.MIN_VALUE ? 0 : Math.abs(hash);
    }

    /** All that can be seen by now is part of it. */
    void snapshot(final ImageWriter image) {
        addLate(late.size());
        index.snapshot(image);
    }

    void releaseBelow(final long position) {
        index.releaseBelow(position);
    }
}
