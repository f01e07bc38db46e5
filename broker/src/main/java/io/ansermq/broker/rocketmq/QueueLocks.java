package io.ansermq.broker.rocketmq;

import java.util.HashMap;
import java.util.Map;

/**
 * Who of a group may consume a queue in order. A lock lasts a minute and is renewed every 20 s by its holder. Owned by the
 * core agent; gone with the process, as in RocketMQ.
 */
final class QueueLocks {

    private static final long LIFETIME_MS = 60_000;

    /** A queue of a topic, as a group sees it. */
    record Place(String group, String topic, int queue) {}

    private record Lock(String clientId, long untilEpochMs) {}

    private final Map<Place, Lock> locks = new HashMap<>();

    /** Takes or renews a lock; false when another client has it. */
    boolean lock(final Place place, final String clientId, final long nowEpochMs) {
        final Lock lock = locks.get(place);
        if (lock != null && !lock.clientId().equals(clientId) && lock.untilEpochMs() > nowEpochMs) {
            return false;
        }
        locks.put(place, new Lock(clientId, nowEpochMs + LIFETIME_MS));
        return true;
    }

    /** Gives a lock back, if it is this client's. */
    void unlock(final Place place, final String clientId) {
        final Lock lock = locks.get(place);
        if (lock != null && lock.clientId().equals(clientId)) {
            locks.remove(place);
        }
    }
}
