package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/**
 * A set of offsets that lie less than {@link #MAX_SPAN} apart: a compressed bitmap of 32-bit numbers over a base that
 * moves along. Not thread safe; owned by its {@link Ledger}.
 *
 * <p>A run costs one step per 65,536 offsets to add or to remove, a single offset a binary search; memory is what the
 * holes need, one bit for each offset at worst.
 */
final class OffsetSet {

    /** How far apart two offsets of one set may be. */
    static final long MAX_SPAN = 1L << 31;

    /** For those who have no offset yet. Nothing may be added to it: see {@link #orNew()}. */
    static final OffsetSet EMPTY = new OffsetSet();

    /** A container of the bitmap: moving the base by whole ones moves their keys and leaves their contents alone. */
    private static final long CONTAINER = 1L << 16;

    private @Nullable RoaringBitmap bits;

    /** The offset of bit 0, a multiple of {@link #CONTAINER}. */
    private long base;

    /** No member is at or above this. The largest one may be further down, if larger ones were removed. */
    private long end;

    /** This set, or a new one if this is {@link #EMPTY}: what a field becomes before the first offset is added. */
    OffsetSet orNew() {
        return this == EMPTY ? new OffsetSet() : this;
    }

    boolean isEmpty() {
        return bits == null || bits.isEmpty();
    }

    long cardinality() {
        return bits == null ? 0 : bits.getLongCardinality();
    }

    boolean contains(final long offset) {
        return bits != null && offset >= base && offset < end && bits.contains((int) (offset - base));
    }

    /** The smallest member; only of a set that is not empty. */
    long first() {
        return base + Integer.toUnsignedLong(notEmpty().first());
    }

    /** The largest member; only of a set that is not empty. */
    long last() {
        return base + Integer.toUnsignedLong(notEmpty().last());
    }

    /** How many members there are from {@code first} to {@code last}. */
    long cardinality(final long first, final long last) {
        final long from = Math.max(first, base);
        final long to = Math.min(last, end - 1);
        return bits == null || from > to ? 0 : bits.rangeCardinality(from - base, to - base + 1);
    }

    /** The smallest offset from {@code offset} on that is no member. */
    long nextAbsent(final long offset) {
        // The usual case by far: what is asked for is newer than all members.
        if (bits == null || offset >= end || offset < base) {
            return offset;
        }
        return base + bits.nextAbsentValue((int) (offset - base));
    }

    void add(final long first, final long last) {
        final RoaringBitmap set = roomFor(first, last);
        if (first == last) {
            set.add((int) (first - base));
        } else {
            set.add(first - base, last - base + 1);
        }
        end = Math.max(end, last + 1);
    }

    /** Takes out one offset and says whether it was there. */
    boolean remove(final long offset) {
        return contains(offset) && notEmpty().checkedRemove((int) (offset - base));
    }

    void remove(final long first, final long last) {
        final long from = Math.max(first, base);
        final long to = Math.min(last, end - 1);
        if (bits != null && from <= to) {
            bits.remove(from - base, to - base + 1);
        }
    }

    /** Hands out the members from {@code first} to {@code last} as runs, in ascending order. The set must not change meanwhile. */
    void forEachRun(final long first, final long last, final RangeSink sink) {
        if (bits == null) {
            return;
        }
        final long to = Math.min(last, end - 1);
        long runFirst = Math.max(first, base);
        while (runFirst <= to) {
            final long member = bits.nextValue((int) (runFirst - base));
            if (member < 0 || base + member > to) {
                return;
            }
            runFirst = base + member;
            final long runEnd = Math.min(nextAbsent(runFirst), to + 1);
            sink.range(runFirst, runEnd - 1);
            runFirst = runEnd;
        }
    }

    int encodedLength() {
        final int length = bits == null ? 0 : bits.serializedSizeInBytes();
        return Varint.size(base) + Varint.size(length) + length;
    }

    /** Writes the base, then the bitmap with its length in the portable format that all Roaring libraries share. */
    void encode(final ByteBuffer out) {
        final RoaringBitmap set = notEmpty();
        final int length = set.serializedSizeInBytes();
        Varint.put(out, base);
        Varint.put(out, length);
        set.serialize(out.slice(out.position(), length).order(ByteOrder.LITTLE_ENDIAN));
        out.position(out.position() + length);
    }

    static OffsetSet decode(final ByteBuffer in) {
        final OffsetSet set = new OffsetSet();
        set.base = Varint.get(in);
        final int length = Varint.getInt(in);
        // By way of the mapped form, because reading into a new bitmap is declared as I/O, which has no place here.
        final RoaringBitmap bits = new ImmutableRoaringBitmap(in.slice(in.position(), length)).toRoaringBitmap();
        in.position(in.position() + length);
        set.bits = bits;
        set.end = bits.isEmpty() ? set.base : set.last() + 1;
        return set;
    }

    private RoaringBitmap notEmpty() {
        if (bits == null) {
            throw new IllegalStateException("the set is empty");
        }
        return bits;
    }

    /** The bitmap, with a base from which this run is in reach. */
    private RoaringBitmap roomFor(final long first, final long last) {
        if (this == EMPTY) {
            throw new IllegalStateException("the shared empty set takes no offset");
        }
        if (bits == null) {
            bits = new RoaringBitmap();
        }
        if (bits.isEmpty()) {
            base = baseFor(first);
            end = first;
        }
        if (first < base || last - base >= 2 * MAX_SPAN) {
            rebase(Math.min(first, first()), Math.max(last, last()));
        }
        return bits;
    }

    private void rebase(final long smallest, final long largest) {
        if (largest - smallest >= MAX_SPAN) {
            throw new IllegalArgumentException("offsets " + smallest + " and " + largest + " are too far apart");
        }
        final long newBase = baseFor(smallest);
        bits = RoaringBitmap.addOffset(notEmpty(), base - newBase);
        base = newBase;
    }

    /**
     * A base for a set whose smallest member is {@code offset}. A little less than half of what 32 bits can tell apart
     * lies below it, for smaller ones that are added later; the rest is above, so that the base moves once in two
     * billion offsets.
     */
    private static long baseFor(final long offset) {
        return Math.max(0, offset - MAX_SPAN + CONTAINER) & -CONTAINER;
    }
}
