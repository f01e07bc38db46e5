package io.ansermq.broker.rocketmq;

import java.util.function.LongSupplier;

/**
 * What the service for RocketMQ clients needs to know from the broker's options.
 *
 * @param brokerName the broker's name
 * @param cluster the cluster's name
 * @param storeHost address and port under which clients reach the broker, as the record layout holds them
 * @param maxMessageBytes the longest body
 * @param connectionMemoryBytes unconsumed bytes of a connection from which on it is not read
 * @param autoCreate whether a message creates its topic
 * @param flushSync whether persistent messages are forced to disk before they are answered, if nothing else is said
 * @param retentionMs how long messages of topics that RocketMQ clients made are kept
 * @param retentionOf how long those of a given topic are kept, if something else is said for it than the given time
 * @param checkBack when producers are asked for the outcome of half messages
 */
public record RocketMqSettings(
        String brokerName,
        String cluster,
        LongSupplier storeHost,
        int maxMessageBytes,
        long connectionMemoryBytes,
        boolean autoCreate,
        boolean flushSync,
        long retentionMs,
        RetentionOf retentionOf,
        CheckBack checkBack) {

    /** How long messages of a topic are kept. */
    public interface RetentionOf {
        /** Milliseconds; {@code otherwiseMs} when nothing is said for the topic. */
        long retentionMs(String topic, long otherwiseMs);
    }
}
