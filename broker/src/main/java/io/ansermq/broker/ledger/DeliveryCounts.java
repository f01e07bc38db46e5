package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;
import org.agrona.collections.Long2LongHashMap;

/**
 * How often unfinished offsets were delivered, for those that came back at least once: few, mostly none. Not thread
 * safe; owned by its {@link Ledger}.
 */
final class DeliveryCounts {

    /** For those who have no count yet. Nothing may be put in it: see {@link #orNew()}. */
    static final DeliveryCounts EMPTY = new DeliveryCounts();

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

    /** Sets the count of an offset unless it is higher already. */
    void raise(final long offset, final int count) {
        if (this == EMPTY) {
            throw new IllegalStateException("the shared empty counts take no count");
        }
        if (count > get(offset)) {
            counts.put(offset, count);
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
