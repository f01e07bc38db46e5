package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;
import org.agrona.collections.Long2LongHashMap;

/**
 * How often unfinished offsets were delivered, for those that came back at least once: few, mostly none. Not thread
 * safe; owned by its {@link Ledger}.
 *
 * <p>A count is two numbers in one, as NACK records have it: all deliveries (low 16 bits), which the application is told,
 * and those among them of which nobody knows whether the application saw them (high 15 bits): the client was lost. Only the
 * others, which a client has reported, count towards a limit. Both only grow, up to what they can hold.
 */
final class DeliveryCounts {

    /** For those who have no count yet. Nothing may be put in it: see {@link #orNew()}. */
    static final DeliveryCounts EMPTY = new DeliveryCounts();

    private static final int MAX_DELIVERIES = (1 << 16) - 1;
    private static final int MAX_UNREPORTED = (1 << 15) - 1;
    private static final int UNREPORTED_SHIFT = 16;

    /** A count of one delivery that may not have reached the application. */
    static final int ONE_UNREPORTED = of(1, 1);

    private final Long2LongHashMap counts = new Long2LongHashMap(0);

    /** These counts, or new ones if these are {@link #EMPTY}: what a field becomes before the first count. */
    DeliveryCounts orNew() {
        return this == EMPTY ? new DeliveryCounts() : this;
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    int get(final long offset) {
        return counts.isEmpty() ? 0 : (int) counts.get(offset);
    }

    static int deliveries(final int count) {
        return count & MAX_DELIVERIES;
    }

    /** Those that a client has reported. */
    static int reported(final int count) {
        return deliveries(count) - (count >>> UNREPORTED_SHIFT);
    }

    /** This count after one more delivery. */
    static int next(final int count, final boolean reported) {
        final int deliveries = Math.min(MAX_DELIVERIES, deliveries(count) + 1);
        final int unreported = (count >>> UNREPORTED_SHIFT) + (reported ? 0 : 1);
        return of(deliveries, unreported);
    }

    private static int of(final int deliveries, final int unreported) {
        return deliveries | Math.min(MAX_UNREPORTED, unreported) << UNREPORTED_SHIFT;
    }

    /** Sets the count of an offset, each of its two numbers unless it is higher already. */
    void raise(final long offset, final int count) {
        if (this == EMPTY) {
            throw new IllegalStateException("the shared empty counts take no count");
        }
        final int known = get(offset);
        final int raised = of(
                Math.max(deliveries(known), deliveries(count)),
                Math.max(known >>> UNREPORTED_SHIFT, count >>> UNREPORTED_SHIFT));
        if (raised != known) {
            counts.put(offset, raised);
        }
    }

    void remove(final long first, final long last) {
        if (counts.isEmpty()) {
            return;
        }
        if (last - first < counts.size()) {
            for (long offset = first; offset <= last; offset++) {
                counts.remove(offset);
            }
            return;
        }
        for (final Long2LongHashMap.KeyIterator it = counts.keySet().iterator(); it.hasNext(); ) {
            final long offset = it.nextValue();
            if (first <= offset && offset <= last) {
                it.remove();
            }
        }
    }

    int encodedLength(final long floor) {
        int length = Varint.size(counts.size());
        for (final Long2LongHashMap.EntryIterator it = counts.entrySet().iterator(); it.hasNext(); ) {
            it.next();
            length += Varint.size(it.getLongKey() - floor) + Varint.size(it.getLongValue());
        }
        return length;
    }

    /** Writes how many there are, then each offset, less the floor, with its count. */
    void encode(final ByteBuffer out, final long floor) {
        Varint.put(out, counts.size());
        for (final Long2LongHashMap.EntryIterator it = counts.entrySet().iterator(); it.hasNext(); ) {
            it.next();
            Varint.put(out, it.getLongKey() - floor);
            Varint.put(out, it.getLongValue());
        }
    }

    static DeliveryCounts decode(final ByteBuffer in, final long floor) {
        final DeliveryCounts decoded = new DeliveryCounts();
        for (int left = Varint.getInt(in); left > 0; left--) {
            decoded.raise(floor + Varint.get(in), Varint.getInt(in));
        }
        return decoded;
    }
}
