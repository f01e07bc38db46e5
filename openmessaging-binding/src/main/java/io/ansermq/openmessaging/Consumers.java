package io.ansermq.openmessaging;

import io.openmessaging.KeyValue;
import io.openmessaging.OMSBuiltinKeys;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queues of a consumer: what it is to be attached to, whether it is started or not, and what it is attached to while
 * it is. Thread safe.
 *
 * @param <T> what the consumer keeps of each queue
 */
final class Consumers<T> {

    /** Attaches a started consumer. */
    @FunctionalInterface
    interface Attaching<T> {
        Attachment attach(String queue, @Nullable String group, T with);
    }

    private record Wanted<T>(@Nullable String group, T with) {}

    private final Service service;
    private final Attaching<T> attaching;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Map<String, Wanted<T>> wanted = new LinkedHashMap<>();
    private final Map<String, Attachment> attached = new LinkedHashMap<>();

    Consumers(final Service service, final Attaching<T> attaching) {
        this.service = service;
        this.attaching = attaching;
    }

    /** Attaches, now or with the startup. */
    void attach(final String queueName, final KeyValue attributes, final T with) {
        final String queue = QueueNames.check(queueName, "queue");
        final String given = Attributes.text(attributes, OMSBuiltinKeys.CONSUMER_ID);
        final String group =
                given == null ? Attributes.text(service.ownAttributes(), OMSBuiltinKeys.CONSUMER_ID) : given;
        lock.lock();
        try {
            if (wanted.containsKey(queue)) {
                throw Errors.of(
                        ErrorCode.EXISTS_ALREADY,
                        "this consumer is attached to queue '" + queue + "' already: detach it first");
            }
            if (service.isStarted()) {
                attached.put(queue, attaching.attach(queue, group, with));
            }
            wanted.put(queue, new Wanted<>(group, with));
        } finally {
            lock.unlock();
        }
    }

    /** Leaves a queue; one that this is not attached to is left already. */
    void detach(final String queueName) {
        final String queue = QueueNames.check(queueName, "queue");
        final Attachment left;
        lock.lock();
        try {
            wanted.remove(queue);
            left = attached.remove(queue);
        } finally {
            lock.unlock();
        }
        if (left != null) {
            left.end();
        }
    }

    /** Attaches to all; what this throws leaves those that came before attached, until {@link #stopping}. */
    void started() {
        lock.lock();
        try {
            wanted.forEach((queue, how) -> attached.put(queue, attaching.attach(queue, how.group(), how.with())));
        } finally {
            lock.unlock();
        }
    }

    /** Leaves all, to be attached again with the next startup. */
    void stopping() {
        lock.lock();
        try {
            attached.values().forEach(Attachment::end);
            attached.clear();
        } finally {
            lock.unlock();
        }
    }
}
