package io.ansermq.rocketmqit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Which messages of a long run were delivered, how often and why more than once. Thread safe.
 *
 * <p>RocketMQ promises at least once. A message comes twice when its producer sent it again because the answer to the first
 * time was lost (it is stored twice then), or when a queue changes hands, or the broker dies, before the group's progress is
 * told. Everything else is a fault.
 */
final class Deliveries {

    /** How long after a change of the group, or a death, queues may still change hands: clients look every 20 s. */
    private static final long UNREST_MS = 40_000;

    private final AtomicIntegerArray counts;
    private final AtomicLongArray firstEpochMs;
    private final AtomicIntegerArray attempts;
    private final AtomicInteger missing;
    private final Map<Integer, String> firstIds = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Long> unrestEpochMs = new ConcurrentSkipListSet<>();
    private final AtomicInteger storedTwice = new AtomicInteger();
    private final AtomicInteger redelivered = new AtomicInteger();
    private final AtomicInteger unexplained = new AtomicInteger();

    Deliveries(final int messages) {
        counts = new AtomicIntegerArray(messages);
        firstEpochMs = new AtomicLongArray(messages);
        attempts = new AtomicIntegerArray(messages);
        missing = new AtomicInteger(messages);
    }

    /** A producer tries to send a message, for the first time or again. */
    void attempt(final int number) {
        attempts.incrementAndGet(number);
    }

    /** The broker dies, or a consumer comes or goes. */
    void unrest() {
        unrestEpochMs.add(System.currentTimeMillis());
    }

    void delivered(final int number, final MessageExt message) {
        final long now = System.currentTimeMillis();
        if (counts.getAndIncrement(number) == 0) {
            firstEpochMs.set(number, now);
            if (attempts.get(number) > 1) {
                firstIds.put(number, message.getMsgId() + message.getQueueOffset());
            }
            missing.decrementAndGet();
        } else if (attempts.get(number) > 1
                && !(message.getMsgId() + message.getQueueOffset()).equals(firstIds.get(number))) {
            storedTwice.incrementAndGet();
        } else if (hadUnrest(firstEpochMs.get(number), now)) {
            redelivered.incrementAndGet();
        } else {
            unexplained.incrementAndGet();
        }
    }

    private boolean hadUnrest(final long first, final long second) {
        final Long next = unrestEpochMs.ceiling(first - UNREST_MS);
        return next != null && next <= second;
    }

    int missing() {
        return missing.get();
    }

    /** Some of the messages that nobody was given. */
    List<Integer> missingNumbers() {
        return IntStream.range(0, counts.length())
                .filter(number -> counts.get(number) == 0)
                .limit(20)
                .boxed()
                .toList();
    }

    /** Duplicates that RocketMQ's contract does not allow. */
    int unexplained() {
        return unexplained.get();
    }

    int duplicates() {
        return storedTwice.get() + redelivered.get() + unexplained.get();
    }

    @Override
    public String toString() {
        return counts.length() + " messages, " + missing + " missing, " + duplicates() + " duplicates: " + storedTwice
                + " sent again by their producer, " + redelivered
                + " delivered again after the broker died or a consumer came or went, " + unexplained + " unexplained";
    }
}
