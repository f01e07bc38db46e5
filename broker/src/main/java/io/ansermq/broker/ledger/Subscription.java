package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.CatalogRecord;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A subscription that outlives the process: each lane of its destination that is in use has a {@link Ledger} for it.
 *
 * @param id its number in this broker, from 1; never reused
 * @param destinationId whose messages it gets
 * @param kind what sort of subscription
 * @param name its name, that of the RocketMQ consumer group for the built-in one of a queue
 * @param clientId the client whose name space the name is of; null when it has none
 * @param selector which messages it wants; null for all
 * @param noLocal whether it leaves out what its own client sends
 * @param floors the first offset of each lane that belongs to it, from lane 0 on; 0 for lanes that are not listed
 */
public record Subscription(
        int id,
        int destinationId,
        Kind kind,
        String name,
        @Nullable String clientId,
        @Nullable String selector,
        boolean noLocal,
        List<Long> floors,
        long since) {

    /** One that begins with its record. */
    public Subscription(
            final int id,
            final int destinationId,
            final Kind kind,
            final String name,
            final @Nullable String clientId,
            final @Nullable String selector,
            final boolean noLocal,
            final List<Long> floors) {
        this(id, destinationId, kind, name, clientId, selector, noLocal, floors, 0);
    }

    /** By hand: what records have for that is made by the JVM when it is first used, which a first message waits for. */
    @Override
    public boolean equals(final @Nullable Object other) {
        return other instanceof Subscription that
                && id == that.id
                && destinationId == that.destinationId
                && kind == that.kind
                && name.equals(that.name)
                && Objects.equals(clientId, that.clientId)
                && Objects.equals(selector, that.selector)
                && noLocal == that.noLocal
                && floors.equals(that.floors)
                && since == that.since;
    }

    @Override
    public int hashCode() {
        return 31 * id + name.hashCode();
    }

    /** The sorts of subscription. */
    public enum Kind {
        /** The one that each queue has, created with it: all consumers of the queue share it. */
        QUEUE(1),
        /** A durable subscription that has one consumer at a time. */
        DURABLE(2),
        /** A durable subscription whose consumers share the messages. */
        SHARED_DURABLE(3),
        /** A RocketMQ consumer group on a topic. */
        GROUP(16);

        private final int number;

        Kind(final int number) {
            this.number = number;
        }

        /** What the log and the state image hold; never reused for another meaning. */
        public int number() {
            return number;
        }

        /** Whether applications of Jakarta Messaging call it by client ID and name. */
        public boolean isNamed() {
            return this == DURABLE || this == SHARED_DURABLE;
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

    /** The one that belongs to a queue. */
    static Subscription ofQueue(final int id, final CatalogRecord.Destination queue) {
        return new Subscription(id, queue.id(), Kind.QUEUE, queue.topic(), null, null, false, List.of());
    }

    /** What a record says. */
    public static Subscription of(final CatalogRecord.Subscription from) {
        return new Subscription(
                from.id(),
                from.destinationId(),
                Kind.of(from.kind()),
                from.name(),
                from.clientId(),
                from.selector(),
                from.noLocal(),
                from.floors(),
                from.since());
    }

    /** As a record says it. */
    public CatalogRecord.Subscription toRecord() {
        return new CatalogRecord.Subscription(
                id, destinationId, kind.number(), name, clientId, selector, noLocal, floors, since);
    }

    /** The same, beginning at these offsets. */
    public Subscription startingAt(final List<Long> newFloors) {
        return new Subscription(id, destinationId, kind, name, clientId, selector, noLocal, newFloors, since);
    }

    /** The first offset of a lane that belongs to it. */
    public long floor(final int lane) {
        return lane < floors.size() ? floors.get(lane) : 0;
    }

    /**
     * One like it in its place, beginning at these offsets.
     *
     * @param sentFrom delayed messages that were sent from this log position on are for it
     */
    public Subscription inItsPlace(final int newId, final List<Long> newFloors, final long sentFrom) {
        return new Subscription(
                newId, destinationId, kind, name, clientId, selector, noLocal, newFloors, Math.max(1, sentFrom));
    }

    /** The consumer group that it is in the RocketMQ world. */
    public String group() {
        return kind.isNamed() ? (clientId == null ? "" : TopicText.part(clientId)) + "|" + TopicText.part(name) : name;
    }

    /** The number of this subscription's ledger on one lane. */
    public long ledgerId(final int lane) {
        return (long) id << 16 | lane;
    }
}
