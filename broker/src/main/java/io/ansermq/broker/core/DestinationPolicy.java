package io.ansermq.broker.core;

/**
 * To whom messages of a destination are delivered, and what becomes of those that cannot be.
 *
 * @param maxDeliveries after so many deliveries that the application has seen and not acknowledged, a message goes to the
 *     dead letter queue; 0 for never
 * @param redeliveryDelayMs how long a message waits after its first delivery came back; 0 for not at all
 * @param redeliveryFactor by what the wait is multiplied with each further delivery
 * @param maxRedeliveryDelayMs the longest wait
 * @param deadLetterQueue the queue for messages that were delivered too often; empty for none: they are dropped
 * @param expiryQueue the queue for messages whose time is over; empty for none: they are dropped
 * @param exclusive whether of the consumers that share a subscription only the first gets messages, until it leaves
 * @param retained whether the messages of a topic are kept for a time though every subscription has settled them
 */
public record DestinationPolicy(
        int maxDeliveries,
        long redeliveryDelayMs,
        double redeliveryFactor,
        long maxRedeliveryDelayMs,
        String deadLetterQueue,
        String expiryQueue,
        boolean exclusive,
        boolean retained) {

    /** A message is delivered again and again, at once, until its time is over. */
    public static final DestinationPolicy NONE = new DestinationPolicy(0, 0, 1, 0, "", "", false);

    /** Of a destination that keeps nothing that is settled. */
    public DestinationPolicy(
            final int maxDeliveries,
            final long redeliveryDelayMs,
            final double redeliveryFactor,
            final long maxRedeliveryDelayMs,
            final String deadLetterQueue,
            final String expiryQueue,
            final boolean exclusive) {
        this(
                maxDeliveries,
                redeliveryDelayMs,
                redeliveryFactor,
                maxRedeliveryDelayMs,
                deadLetterQueue,
                expiryQueue,
                exclusive,
                false);
    }

    /** How long a message waits that has come back after so many deliveries. */
    long delayMs(final int deliveries) {
        if (redeliveryDelayMs == 0 || deliveries == 0) {
            return 0;
        }
        final double wait = redeliveryDelayMs * Math.pow(redeliveryFactor, deliveries - 1.0);
        return wait >= maxRedeliveryDelayMs ? maxRedeliveryDelayMs : (long) wait;
    }

    /** Whether a message has come back often enough. */
    boolean isDead(final int deliveries) {
        return maxDeliveries > 0 && deliveries >= maxDeliveries;
    }
}
