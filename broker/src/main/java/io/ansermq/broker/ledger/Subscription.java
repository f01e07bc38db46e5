package io.ansermq.broker.ledger;

/**
 * A subscription that outlives the process: each of its lanes has a {@link Ledger}.
 *
 * @param id its number in this broker, from 1; never reused
 * @param destinationId whose messages it gets
 * @param kind what sort of subscription
 * @param name its name in the RocketMQ world, where it is a consumer group
 */
public record Subscription(int id, int destinationId, Kind kind, String name) {
    /** The sorts of subscription; the ordinal is what the log and the state image hold. */
    public enum Kind {
        /** The one that each queue has, created with it. */
        QUEUE
    }

    /** The number of this subscription's ledger on one lane. */
    public long ledgerId(final int lane) {
        return (long) id << 16 | lane;
    }
}
