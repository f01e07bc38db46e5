package io.ansermq.broker.session;

import io.ansermq.broker.core.RecordPlaces;
import io.ansermq.remoting.protocol.ControlHeader;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jctools.queues.SpscArrayQueue;
import org.jctools.queues.SpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What core has decided for one client and its event loop has not written yet: a queue from the core agent (the
 * {@code put} side) to the event loop (the {@code peek} side).
 *
 * <p>It holds where messages stand in the log, never their bytes, so a client that does not read costs little: its
 * deliveries are bounded by the credit it gave, its answers by the event loop, which stops reading from a connection
 * that cannot be written to. Items are reused.
 */
final class Outbox {

    /** Messages of one delivery item: about what one frame should carry. */
    static final int MAX_DELIVERIES = 64;

    private static final int RECYCLED_ITEMS = 64;
    private static final int CHUNK = 64;

    /** What an item is. */
    enum Kind {
        SETTLED,
        ANSWER,
        /** An answer whose body is a piece of the log. */
        PART,
        /** Something to tell with messages behind it. */
        RECORDS,
        DELIVER
    }

    /** One thing to write; only the fields of its kind mean anything. */
    static final class Item {
        Kind kind = Kind.ANSWER;
        long number;
        int opaque;

        @Nullable
        ControlHeader header;

        @Nullable
        IntFunction<ControlHeader> headerOf;

        @Nullable
        RecordPlaces places;

        int consumer;
        int count;
        long bytes;
        private @Nullable Deliveries deliveries;

        void addDelivery(final int lane, final long offset, final long position, final int size, final int earlier) {
            if (deliveries == null) {
                deliveries = new Deliveries();
            }
            deliveries.lanes[count] = lane;
            deliveries.offsets[count] = offset;
            deliveries.positions[count] = position;
            deliveries.sizes[count] = size;
            deliveries.earlier[count] = earlier;
            count++;
            bytes += size;
        }

        private Deliveries deliveries() {
            return Objects.requireNonNull(deliveries);
        }

        int lane(final int i) {
            return deliveries().lanes[i];
        }

        long offset(final int i) {
            return deliveries().offsets[i];
        }

        long position(final int i) {
            return deliveries().positions[i];
        }

        int size(final int i) {
            return deliveries().sizes[i];
        }

        int deliveries(final int i) {
            return deliveries().earlier[i];
        }
    }

    /** The messages of a delivery item; made when an item first has one, and reused with it. */
    private static final class Deliveries {
        final int[] lanes = new int[MAX_DELIVERIES];
        final long[] offsets = new long[MAX_DELIVERIES];
        final long[] positions = new long[MAX_DELIVERIES];
        final int[] sizes = new int[MAX_DELIVERIES];
        final int[] earlier = new int[MAX_DELIVERIES];
    }

    private final SpscUnboundedArrayQueue<Item> items = new SpscUnboundedArrayQueue<>(CHUNK);
    private final SpscArrayQueue<Item> recycled = new SpscArrayQueue<>(RECYCLED_ITEMS);

    /** A blank item; core only. */
    Item newItem(final Kind kind) {
        final Item reused = recycled.poll();
        final Item item = reused == null ? new Item() : reused;
        item.kind = kind;
        return item;
    }

    /** Core only. */
    void put(final Item item) {
        items.offer(item);
    }

    /** Event loop only. */
    @Nullable
    Item peek() {
        return items.peek();
    }

    /** Event loop only: the item of the last {@link #peek} is written. */
    void removeFirst() {
        final Item item = items.poll();
        if (item != null) {
            item.header = null;
            item.headerOf = null;
            item.places = null;
            item.opaque = 0;
            item.count = 0;
            item.bytes = 0;
            recycled.offer(item);
        }
    }

    boolean isEmpty() {
        return items.isEmpty();
    }
}
