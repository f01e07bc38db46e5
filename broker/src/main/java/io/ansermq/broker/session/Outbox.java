package io.ansermq.broker.session;

import io.ansermq.remoting.protocol.ControlHeader;
import java.util.Objects;
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
        DELIVER
    }

    /** One thing to write; only the fields of its kind mean anything. */
    static final class Item {
        Kind kind = Kind.ANSWER;
        long number;
        int opaque;

        @Nullable
        ControlHeader header;

        int consumer;
        int count;
        long bytes;
        private long @Nullable [] positions;
        private int @Nullable [] sizes;
        private int @Nullable [] deliveries;

        void addDelivery(final long position, final int size, final int earlier) {
            if (positions == null || sizes == null || deliveries == null) {
                positions = new long[MAX_DELIVERIES];
                sizes = new int[MAX_DELIVERIES];
                deliveries = new int[MAX_DELIVERIES];
            }
            positions[count] = position;
            sizes[count] = size;
            deliveries[count] = earlier;
            count++;
            bytes += size;
        }

        long position(final int i) {
            return Objects.requireNonNull(positions)[i];
        }

        int size(final int i) {
            return Objects.requireNonNull(sizes)[i];
        }

        int deliveries(final int i) {
            return Objects.requireNonNull(deliveries)[i];
        }
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
