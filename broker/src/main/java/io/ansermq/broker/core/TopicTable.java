package io.ansermq.broker.core;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The topic text of every destination by its number, for network threads that check records. Thread safe: written by
 * core, read by anyone.
 */
public final class TopicTable {

    private volatile byte[] @Nullable [] topics = new byte[64][];
    private final Map<Integer, byte[]> temporaries = new ConcurrentHashMap<>();

    /** The topic text in UTF-8, or null when there is no such destination. */
    public byte @Nullable [] topic(final int destination) {
        if (destination >= Temporaries.FIRST_ID) {
            return temporaries.get(destination);
        }
        final byte[] @Nullable [] all = topics;
        return destination >= 0 && destination < all.length ? all[destination] : null;
    }

    /** Core only: the destination is gone. */
    void remove(final int destination) {
        if (destination >= Temporaries.FIRST_ID) {
            temporaries.remove(destination);
            return;
        }
        final byte[] @Nullable [] all = topics;
        all[destination] = null;
        topics = all;
    }

    /** Core only. */
    void put(final int destination, final byte[] topic) {
        if (destination >= Temporaries.FIRST_ID) {
            temporaries.put(destination, topic);
            return;
        }
        byte[] @Nullable [] all = topics;
        if (destination >= all.length) {
            all = Arrays.copyOf(all, Math.max(destination + 1, all.length * 2));
        }
        all[destination] = topic;
        topics = all;
    }
}
