package io.ansermq.store.index;

import io.ansermq.store.files.MappedRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * One file of the key index: hash slots, and entries chained from them, as in RocketMQ's IndexFile. Owned by
 * {@code core}.
 *
 * <pre>
 *   0                8                16               24               32
 *   +----------------+----------------+----------------+----------------+
 *   | begin time     | end time       | begin position | end position   |
 *   +--------+-------+--------+-------+----------------+----------------+
 *   | slots  | capacity       | entries| 0      |                        48: header
 *   +--------+----------------+--------+--------+
 *   | slot: number of its newest entry, 0 for none   |                   4 bytes each
 *   +--------+----------------+--------+-------------+
 *   | hash   | position       | second | the slot's entry before |       20 bytes each; the first has number 1
 *   +--------+----------------+--------+-------------------------+
 * </pre>
 *
 * <p>All numbers are big-endian. Times are epoch milliseconds, an entry's second counts from the file's begin time.
 * The end position is the highest there is: entries may go back, to messages that were stored before they could be seen.
 *
 * <p>After a loss of power a slot may speak of an entry that is not there, so recovery believes only in the entries that
 * the state image counts, and makes the slots anew from them.
 */
final class KeyFile {
    static final int HEADER_BYTES = 48;
    static final int SLOT_BYTES = 4;
    static final int ENTRY_BYTES = 20;

    private static final int BEGIN_EPOCH_MS = 0;
    private static final int END_EPOCH_MS = 8;
    private static final int BEGIN_POSITION = 16;
    private static final int END_POSITION = 24;
    private static final int SLOTS = 32;
    private static final int CAPACITY = 36;
    private static final int ENTRIES = 40;

    private static final int HASH = 0;
    private static final int POSITION = 4;
    private static final int SECOND = 12;
    private static final int PREVIOUS = 16;

    private static final long MS = 1000;

    private final int number;
    private final Path path;
    private final MappedRegion region;
    private final ByteBuffer bytes;
    private final int slots;
    private final int capacity;
    // core
    private int entries;
    private boolean dirty;

    // aux
    private boolean closed;

    private KeyFile(final int number, final Path path, final MappedRegion region) {
        this.number = number;
        this.path = path;
        this.region = region;
        this.bytes = region.buffer();
        this.slots = bytes.getInt(SLOTS);
        this.capacity = bytes.getInt(CAPACITY);
        this.entries = bytes.getInt(ENTRIES);
    }

    static long length(final int slots, final int capacity) {
        return HEADER_BYTES + (long) slots * SLOT_BYTES + (long) capacity * ENTRY_BYTES;
    }

    /** Makes a file of zeros an empty one. */
    static KeyFile create(
            final int number,
            final Path path,
            final MappedRegion region,
            final int slots,
            final int capacity,
            final long position,
            final long epochMs) {
        region.buffer()
                .putLong(BEGIN_EPOCH_MS, epochMs)
                .putLong(END_EPOCH_MS, epochMs)
                .putLong(BEGIN_POSITION, position)
                .putLong(END_POSITION, position)
                .putInt(SLOTS, slots)
                .putInt(CAPACITY, capacity);
        final KeyFile created = new KeyFile(number, path, region);
        created.dirty = true;
        return created;
    }

    /** Whether the mapped bytes can be a file of so many entries at least. */
    static boolean isPlausible(final MappedRegion region, final int entries) {
        final ByteBuffer bytes = region.buffer();
        if (bytes.capacity() < HEADER_BYTES) {
            return false;
        }
        final int slots = bytes.getInt(SLOTS);
        final int capacity = bytes.getInt(CAPACITY);
        return Integer.bitCount(slots) == 1
                && slots > 0
                && entries > 0
                && entries <= capacity
                && length(slots, capacity) == bytes.capacity();
    }

    /** Takes a file over with its first entries alone. */
    static KeyFile restore(final int number, final Path path, final MappedRegion region, final int entries) {
        final KeyFile file = new KeyFile(number, path, region);
        if (entries < file.capacity) {
            file.relink(entries);
        } else {
            file.entries = entries;
        }
        return file;
    }

    private void relink(final int count) {
        for (int slot = 0; slot < slots; slot++) {
            bytes.putInt(HEADER_BYTES + slot * SLOT_BYTES, 0);
        }
        entries = 0;
        for (int i = 1; i <= count; i++) {
            final int linked = entry(i);
            link(i, bytes.getInt(linked + HASH));
            end(bytes.getLong(linked + POSITION), bytes.getLong(BEGIN_EPOCH_MS) + bytes.getInt(linked + SECOND) * MS);
        }
    }

    /** Adds an entry; the file must not be full. */
    void put(final int hash, final long position, final long epochMs) {
        final int added = entry(entries + 1);
        final long second = Math.max(0, epochMs - bytes.getLong(BEGIN_EPOCH_MS)) / MS;
        bytes.putInt(added + HASH, hash);
        bytes.putLong(added + POSITION, position);
        bytes.putInt(added + SECOND, (int) Math.min(Integer.MAX_VALUE, second));
        link(entries + 1, hash);
        end(position, epochMs);
    }

    private void link(final int which, final int hash) {
        final int slot = slot(hash);
        bytes.putInt(entry(which) + PREVIOUS, bytes.getInt(slot));
        bytes.putInt(slot, which);
        entries = which;
        dirty = true;
    }

    private void end(final long position, final long epochMs) {
        bytes.putLong(END_POSITION, Math.max(position, bytes.getLong(END_POSITION)));
        bytes.putLong(END_EPOCH_MS, Math.max(epochMs, bytes.getLong(END_EPOCH_MS)));
        bytes.putInt(ENTRIES, entries);
    }

    /** Visits the positions of a hash, newest first. */
    void query(final int hash, final long beginEpochMs, final long endEpochMs, final LongConsumer positions) {
        final long begin = bytes.getLong(BEGIN_EPOCH_MS);
        if (begin > endEpochMs || bytes.getLong(END_EPOCH_MS) + MS < beginEpochMs) {
            return;
        }
        int which = bytes.getInt(slot(hash));
        while (which > 0 && which <= entries) {
            final int entry = entry(which);
            final long epochMs = begin + bytes.getInt(entry + SECOND) * MS;
            if (bytes.getInt(entry + HASH) == hash && epochMs <= endEpochMs && epochMs + MS > beginEpochMs) {
                positions.accept(bytes.getLong(entry + POSITION));
            }
            final int previous = bytes.getInt(entry + PREVIOUS);
            if (previous >= which) {
                return; // Never written like this; but a walk must end.
            }
            which = previous;
        }
    }

    int number() {
        return number;
    }

    Path path() {
        return path;
    }

    /** Forces the file unless it is closed already. Aux. */
    void force() throws IOException {
        if (!closed) {
            region.force(0, bytes.capacity());
        }
    }

    /** Unmaps the file. Aux, or whoever closes the index when there is no aux any more. */
    void close() {
        closed = true;
        region.close();
    }

    int entries() {
        return entries;
    }

    int capacity() {
        return capacity;
    }

    boolean isFull() {
        return entries == capacity;
    }

    long endPosition() {
        return bytes.getLong(END_POSITION);
    }

    /** Whether something was written since the last call. */
    boolean takeDirty() {
        final boolean was = dirty;
        dirty = false;
        return was;
    }

    private int slot(final int hash) {
        return HEADER_BYTES + ((hash ^ hash >>> 16) & (slots - 1)) * SLOT_BYTES;
    }

    private int entry(final int which) {
        return HEADER_BYTES + slots * SLOT_BYTES + (which - 1) * ENTRY_BYTES;
    }
}
