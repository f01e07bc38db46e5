package io.ansermq.broker.ledger;

/**
 * A subscription that outlives the process: each lane of its destination that is in use has a {@link Ledger} for it.
 *
 * @param id its number in this broker, from 1; never reused
 * @param destinationId whose messages it gets
 * @param kind what sort of subscription
 * @param name its name in the RocketMQ world, where it is a consumer group
 */
public record Subscription(int id, int destinationId, Kind kind, String name) {

    /** The sorts of subscription. */
    public enum Kind {
        /** The one that each queue has, created with it: all consumers of the queue share it. */
        QUEUE(1);

        private final int number;

        Kind(final int number) {
            this.number = number;
        }

        /** What the log and the state image hold; never reused for another meaning. */
        public int number() {
            return number;
        }

        /**
         * The kind with this number.
         *
         * @throws IllegalArgumentException when this version of the broker knows none
         */
        public static Kind of(final int number) {
            for (final Kind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("subscription kind " + number
                    + " is not known to this version: start the broker version that wrote it");
        }
    }

    /** The number of this subscription's ledger on one lane. */
    public long ledgerId(final int lane) {
        return (long) id << 16 | lane;
    }
}
