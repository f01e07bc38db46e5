package io.ansermq.broker.rocketmq;

import java.util.HashMap;
import java.util.Map;

/**
 * Offsets that an administrator set and the group's consumer of the queue has not taken over yet. Until it has, what it
 * says of its own offset does not count. Owned by the core agent.
 */
final class OffsetResets {

    static final long NONE = -1;

    private record Place(String group, String topic, int queue) {}

    private final Map<Place, Long> resets = new HashMap<>();

    void put(final String group, final String topic, final int queue, final long offset) {
        resets.put(new Place(group, topic, queue), offset);
    }

    boolean isPending(final String group, final String topic, final int queue) {
        return !resets.isEmpty() && resets.containsKey(new Place(group, topic, queue));
    }

    /** The offset that the consumer has to go on with, once; else {@link #NONE}. */
    long take(final String group, final String topic, final int queue) {
        if (resets.isEmpty()) {
            return NONE;
        }
        final Long offset = resets.remove(new Place(group, topic, queue));
        return offset == null ? NONE : offset;
    }
}
