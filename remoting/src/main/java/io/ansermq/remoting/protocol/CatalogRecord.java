package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CATALOG record says: that a destination or a subscription exists, or exists no longer. The same bytes stand in
 * the catalog's part of a state image.
 *
 * <pre>
 * op 1 destination     id, kind (1 byte), name, topic; from version 2: lanes, order (1 byte)
 * op 2 subscription    id, destination id, kind, name; from version 2: flags (1 byte: 1 client ID, 2 selector,
 *                      4 noLocal), client ID?, selector?, number of floors, floor of each lane from lane 0
 * op 3 no subscription id
 * op 4 no destination  id, topic
 * </pre>
 *
 * Numbers and texts are those of {@link ControlRecord}. Version 1 had only operations 1 and 2; its destinations have a
 * lane for each priority, its subscriptions begin with the first message. Immutable.
 */
public sealed interface CatalogRecord {

    /** The version that is written. */
    int VERSION = 2;

    /** How a consumer sees the lanes of a destination. */
    enum LaneOrder {
        /** Each lane is a priority; see {@code MessageLayout.LANES}. */
        PRIORITY,
        /** No lane comes before another. */
        FAIR,
        /** As {@link #PRIORITY}; but the destination is queue and topic at once, as those with {@link #FAIR} lanes are. */
        RANKED
    }

    /**
     * There is a destination.
     *
     * @param id its number, never reused
     * @param kind queue or topic
     * @param name its name in Jakarta Messaging
     * @param topic the text that its records carry
     * @param lanes how many lanes it has; a record that comes later may raise the number
     * @param order how consumers see the lanes
     */
    record Destination(int id, DestinationKind kind, String name, String topic, int lanes, LaneOrder order)
            implements CatalogRecord {

        /** By hand: what records have for that is made by the JVM when it is first used, which a first message waits for. */
        @Override
        public boolean equals(final @Nullable Object other) {
            return other instanceof Destination that
                    && id == that.id
                    && kind == that.kind
                    && name.equals(that.name)
                    && topic.equals(that.topic)
                    && lanes == that.lanes
                    && order == that.order;
        }

        @Override
        public int hashCode() {
            return 31 * id + name.hashCode();
        }

        @Override
        public int size() {
            return 1
                    + Varint.size(id)
                    + 1
                    + Varint.sizeOfText(name)
                    + Varint.sizeOfText(topic)
                    + Varint.size(lanes)
                    + 1;
        }

        @Override
        public void encode(final ByteBuffer out) {
            out.put(CatalogOps.DESTINATION);
            Varint.write(out, id);
            out.put(HeaderFields.code(kind));
            Varint.writeText(out, name);
            Varint.writeText(out, topic);
            Varint.write(out, lanes);
            out.put((byte)
                    switch (order) {
                        case PRIORITY -> 0;
                        case FAIR -> 1;
                        case RANKED -> 2;
                    });
        }
    }

    /**
     * There is a subscription.
     *
     * @param id its number, never reused
     * @param destinationId whose messages it gets
     * @param kind what sort of subscription; the broker knows the numbers
     * @param name its name
     * @param clientId the client whose name space the name is of
     * @param selector which messages it wants; null for all
     * @param noLocal whether it leaves out what its own client sends
     * @param floors the first offset of each lane that belongs to it, from lane 0 on; 0 for lanes that are not listed
     * @param since delayed messages that were sent from this log position on are for it; 0 for that of this record
     */
    record Subscription(
            int id,
            int destinationId,
            int kind,
            String name,
            @Nullable String clientId,
            @Nullable String selector,
            boolean noLocal,
            List<Long> floors,
            long since)
            implements CatalogRecord {
        private static final int HAS_CLIENT_ID = 1;
        private static final int HAS_SELECTOR = 2;
        private static final int NO_LOCAL = 4;
        private static final int HAS_SINCE = 8;

        /** One that begins with its record. */
        public Subscription(
                final int id,
                final int destinationId,
                final int kind,
                final String name,
                final @Nullable String clientId,
                final @Nullable String selector,
                final boolean noLocal,
                final List<Long> floors) {
            this(id, destinationId, kind, name, clientId, selector, noLocal, floors, 0);
        }

        /** Keeps an unmodifiable copy of the floors. */
        public Subscription {
            floors = List.copyOf(floors);
        }

        @Override
        public int size() {
            int size = 1
                    + Varint.size(id)
                    + Varint.size(destinationId)
                    + Varint.size(kind)
                    + Varint.sizeOfText(name)
                    + 1
                    + (clientId == null ? 0 : Varint.sizeOfText(clientId))
                    + (selector == null ? 0 : Varint.sizeOfText(selector))
                    + (since == 0 ? 0 : Varint.size(since))
                    + Varint.size(floors.size());
            for (final long floor : floors) {
                size += Varint.size(floor);
            }
            return size;
        }

        @Override
        public void encode(final ByteBuffer out) {
            out.put(CatalogOps.SUBSCRIPTION);
            Varint.write(out, id);
            Varint.write(out, destinationId);
            Varint.write(out, kind);
            Varint.writeText(out, name);
            out.put((byte) ((clientId == null ? 0 : HAS_CLIENT_ID)
                    | (selector == null ? 0 : HAS_SELECTOR)
                    | (noLocal ? NO_LOCAL : 0)
                    | (since == 0 ? 0 : HAS_SINCE)));
            if (clientId != null) {
                Varint.writeText(out, clientId);
            }
            if (selector != null) {
                Varint.writeText(out, selector);
            }
            if (since != 0) {
                Varint.write(out, since);
            }
            Varint.write(out, floors.size());
            for (final long floor : floors) {
                Varint.write(out, floor);
            }
        }

        private static Subscription decode(final ByteBuffer in, final int version) {
            final int id = Varint.readInt(in);
            final int destinationId = Varint.readInt(in);
            final int kind = Varint.readInt(in);
            final String name = Varint.readText(in);
            if (version == 1) {
                return new Subscription(id, destinationId, kind, name, null, null, false, List.of());
            }
            final byte flags = CatalogOps.readByte(in);
            final String clientId = (flags & HAS_CLIENT_ID) == 0 ? null : Varint.readText(in);
            final String selector = (flags & HAS_SELECTOR) == 0 ? null : Varint.readText(in);
            final long since = (flags & HAS_SINCE) == 0 ? 0 : Varint.read(in);
            return new Subscription(
                    id, destinationId, kind, name, clientId, selector, (flags & NO_LOCAL) != 0, readFloors(in), since);
        }

        private static List<Long> readFloors(final ByteBuffer in) {
            final int count = Varint.readInt(in);
            if (count > in.remaining()) {
                throw new MalformedFrameException(
                        "a catalog record has " + count + " floors in " + in.remaining() + " bytes");
            }
            final List<Long> floors = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                floors.add(Varint.read(in));
            }
            return Collections.unmodifiableList(floors);
        }
    }

    /**
     * There is no longer a subscription of this number.
     *
     * @param id the number of the subscription
     */
    record SubscriptionGone(int id) implements CatalogRecord {
        @Override
        public int size() {
            return 1 + Varint.size(id);
        }

        @Override
        public void encode(final ByteBuffer out) {
            out.put(CatalogOps.SUBSCRIPTION_GONE);
            Varint.write(out, id);
        }
    }

    /**
     * There is no longer a destination of this number, nor any subscription of it.
     *
     * @param id the number of the destination
     * @param topic the text that its records carried
     */
    record DestinationGone(int id, String topic) implements CatalogRecord {
        @Override
        public int size() {
            return 1 + Varint.size(id) + Varint.sizeOfText(topic);
        }

        @Override
        public void encode(final ByteBuffer out) {
            out.put(CatalogOps.DESTINATION_GONE);
            Varint.write(out, id);
            Varint.writeText(out, topic);
        }
    }

    /** How many bytes {@link #encode} writes. */
    int size();

    /** Writes operation and fields at the buffer's position. */
    void encode(ByteBuffer out);

    /**
     * Reads what {@link #encode} wrote, in this or an earlier version.
     *
     * @throws MalformedFrameException when it is damaged or of a later version
     */
    static CatalogRecord decode(final ByteBuffer in, final int version) {
        final byte op = CatalogOps.readByte(in);
        if (version == 1 && op > CatalogOps.SUBSCRIPTION) {
            throw new MalformedFrameException("a catalog record of version 1 has the operation " + op);
        }
        return switch (op) {
            case CatalogOps.DESTINATION -> CatalogOps.readDestination(in, version);
            case CatalogOps.SUBSCRIPTION -> Subscription.decode(in, version);
            case CatalogOps.SUBSCRIPTION_GONE -> new SubscriptionGone(Varint.readInt(in));
            case CatalogOps.DESTINATION_GONE -> new DestinationGone(Varint.readInt(in), Varint.readText(in));
            default -> throw new MalformedFrameException("a catalog record has the unknown operation " + op);
        };
    }
}
