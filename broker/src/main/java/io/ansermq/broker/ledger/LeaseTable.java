package io.ansermq.broker.ledger;

import java.util.Arrays;

/**
 * Who has leased which offset: offset to consumer and delivery tag, in one open-addressing table of primitive arrays.
 * Not thread safe; owned by its {@link Ledger}.
 *
 * <p>An offset's home slot is its product with 2^64 divided by the golden ratio, the top bits of it. Offsets that
 * follow each other, which is what leases mostly are, then spread more evenly than random ones would: in the table at
 * its fullest (just under one half) nearly all sit at home, while the stragglers of a slow consumer get in nobody's way, as they
 * would if offsets simply filled the slots in order. Removal moves later entries back, so there are no tombstones and
 * the table never needs cleaning.
 *
 * <p>Memory: 20 bytes per slot, 40 to 80 bytes per lease.
 */
final class LeaseTable {

    /** For those who have no lease yet. Nothing may be put in it: see {@link #orNew()}. */
    static final LeaseTable EMPTY = new LeaseTable(2);

    /** What {@link #find} says when there is no lease. */
    static final int ABSENT = -1;

    private static final int INITIAL_SLOTS = 16;
    private static final long FREE = -1;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long[] offsets;
    private long[] tags;
    private int[] consumers;
    private int size;

    private LeaseTable(final int slots) {
        offsets = new long[slots];
        Arrays.fill(offsets, FREE);
        tags = new long[slots];
        consumers = new int[slots];
    }

    /** This table, or a new one if this is {@link #EMPTY}: what a field becomes before the first lease. */
    LeaseTable orNew() {
        return this == EMPTY ? new LeaseTable(INITIAL_SLOTS) : this;
    }

    int size() {
        return size;
    }

    /** How many slots a walk over the whole table visits. */
    int slots() {
        return offsets.length;
    }

    /** Adds a lease of an offset that has none. */
    void put(final long offset, final int consumer, final long tag) {
        if (2 * (size + 1) >= offsets.length) {
            grow();
        }
        int slot = home(offset);
        while (offsets[slot] != FREE) {
            slot = next(slot);
        }
        set(slot, offset, consumer, tag);
        size++;
    }

    /** The slot of the lease of this offset, or {@link #ABSENT}. Slots are good until the next change. */
    int find(final long offset) {
        int slot = home(offset);
        while (offsets[slot] != offset) {
            if (offsets[slot] == FREE) {
                return ABSENT;
            }
            slot = next(slot);
        }
        return slot;
    }

    int consumer(final int slot) {
        return consumers[slot];
    }

    long tag(final int slot) {
        return tags[slot];
    }

    void remove(final int slot) {
        int hole = slot;
        for (int next = next(hole); offsets[next] != FREE; next = next(next)) {
            // An entry may move back to the hole unless its home lies between the two.
            if (distance(home(offsets[next]), next) >= distance(hole, next)) {
                set(hole, offsets[next], consumers[next], tags[next]);
                hole = next;
            }
        }
        offsets[hole] = FREE;
        size--;
    }

    /** Removes all leases from {@code first} to {@code last}, whoever has them. */
    void remove(final long first, final long last) {
        if (size == 0) {
            return;
        }
        if (last - first < offsets.length) {
            for (long offset = first; offset <= last; offset++) {
                final int slot = find(offset);
                if (slot != ABSENT) {
                    remove(slot);
                }
            }
            return;
        }
        for (int slot = 0; slot < offsets.length; slot++) {
            // What a removal moves into this slot was either not looked at yet or has been found to stay.
            while (offsets[slot] != FREE && first <= offsets[slot] && offsets[slot] <= last) {
                remove(slot);
            }
        }
    }

    /** The offsets leased by one consumer, ascending, in a new array. */
    long[] offsetsOf(final int consumer) {
        final long[] found = new long[size];
        int count = 0;
        for (int slot = 0; slot < offsets.length; slot++) {
            if (offsets[slot] != FREE && consumers[slot] == consumer) {
                found[count++] = offsets[slot];
            }
        }
        Arrays.sort(found, 0, count);
        return Arrays.copyOf(found, count);
    }

    /** How many leases from {@code first} to {@code last} are not this consumer's. */
    int countOfOthers(final int consumer, final long first, final long last) {
        int count = 0;
        for (int slot = 0; slot < offsets.length; slot++) {
            if (consumers[slot] != consumer && first <= offsets[slot] && offsets[slot] <= last) {
                count++;
            }
        }
        return count;
    }

    private void grow() {
        if (this == EMPTY) {
            throw new IllegalStateException("the shared empty table takes no lease");
        }
        final LeaseTable larger = new LeaseTable(2 * offsets.length);
        for (int slot = 0; slot < offsets.length; slot++) {
            if (offsets[slot] != FREE) {
                larger.put(offsets[slot], consumers[slot], tags[slot]);
            }
        }
        offsets = larger.offsets;
        consumers = larger.consumers;
        tags = larger.tags;
    }

    private void set(final int slot, final long offset, final int consumer, final long tag) {
        offsets[slot] = offset;
        consumers[slot] = consumer;
        tags[slot] = tag;
    }

    private int home(final long offset) {
        // Slots are a power of two, so its leading zeros and one more are what is to go.
        return (int) ((offset * GOLDEN) >>> (Integer.numberOfLeadingZeros(offsets.length) + 33));
    }

    private int next(final int slot) {
        return (slot + 1) & (offsets.length - 1);
    }

    private int distance(final int from, final int to) {
        return (to - from) & (offsets.length - 1);
    }
}
