package io.ansermq.store.index;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The index of one queue: entries for the offsets from {@link #start()} to {@link #end()}. Owned by {@code core}.
 *
 * <p>An idle queue is this object and, once it had a message, an array of one number.
 */
public final class Queue {
    private static final int[] NO_BLOCKS = {};
    private static final long UNKNOWN = -1;

    /** Bytes of a directory in an image, without its blocks. */
    static final int ENCODED_BYTES = 5 * Long.BYTES + 2 * Integer.BYTES;

    private final BlockFiles files;
    private final BlockAllocator allocator;
    private final long key;
    private long start;
    private long end;
    private long origin;

    /** From this offset on positions ascend; below it messages were moved, or came to the queue later than to the log. */
    private long orderedFrom;

    /** No wanted entry below {@link #orderedFrom} has a lower position. */
    private long lowest = Long.MAX_VALUE;

    /** The lowest position that was added out of order since {@link #beginMeasure}. */
    private long lowestSinceMeasure = Long.MAX_VALUE;

    /** The highest position that was added in this life. */
    private long highest = UNKNOWN;

    /** The first units of the blocks from {@link #firstOrdinal} on. */
    private int[] blocks = NO_BLOCKS;

    private int blockCount;
    private int firstOrdinal;

    Queue(final BlockFiles files, final BlockAllocator allocator, final long key) {
        this.files = files;
        this.allocator = allocator;
        this.key = key;
    }

    /** {@code destinationId << 16 | lane}. */
    public long key() {
        return key;
    }

    /** The oldest offset that has an entry; equals {@link #end()} when there is none. */
    public long start() {
        return start;
    }

    /** The offset that comes next. */
    public long end() {
        return end;
    }

    /**
     * Adds the entry of the next offset. A lower offset is ignored: it comes from a replay. A queue without entries may
     * start anywhere above its end.
     *
     * @param position where the message stands in the log, less than 2^48
     * @param bits 16 bits of the caller's
     * @throws IllegalStateException when an offset is left out
     */
    public void append(
            final long offset,
            final long position,
            final int size,
            final int expirySec,
            final long tagsCode,
            final int bits) {
        if (offset < end) {
            return;
        }
        if (offset > end && allocator.lostBits() >= 0) {
            while (end < offset) {
                append(end, position, 0, 0, 0, allocator.lostBits());
            }
        } else if (offset > end) {
            if (start < end) {
                throw new IllegalStateException(
                        "queue " + key + " goes on with offset " + end + ", not with " + offset);
            }
            restartAt(offset);
        }
        checkFits(position, bits);
        if (highest == UNKNOWN) {
            highest = start < end ? position(end - 1) : 0;
        }
        if (position < highest) {
            endOrderBehind(offset, position);
        }
        highest = Math.max(highest, position);
        final long entry = offset - origin;
        final int ordinal = BlockLayout.ordinal(entry);
        if (ordinal - firstOrdinal == blockCount) {
            addBlock(BlockLayout.sizeClass(ordinal));
        }
        final int unit = blocks[ordinal - firstOrdinal];
        final ByteBuffer extent = files.extent(unit);
        final int index = files.index(unit) + inBlock(entry, ordinal);
        extent.putLong(index + BlockLayout.POSITION_AND_BITS, position << BlockLayout.BITS | bits);
        extent.putInt(index + BlockLayout.SIZE, size);
        extent.putInt(index + BlockLayout.EXPIRY_SEC, expirySec);
        extent.putLong(index + BlockLayout.TAGS_CODE, tagsCode);
        files.touch(unit);
        end = offset + 1;
    }

    private static void checkFits(final long position, final int bits) {
        if ((position & ~BlockLayout.MAX_POSITION) != 0 || bits >>> BlockLayout.BITS != 0) {
            throw new IllegalArgumentException("position " + position + " or bits " + bits + " do not fit an entry");
        }
    }

    /** Where the message stands in the log. */
    public long position(final long offset) {
        return getLong(offset, BlockLayout.POSITION_AND_BITS) >>> BlockLayout.BITS;
    }

    /** The message's length in the log. */
    public int size(final long offset) {
        return getInt(offset, BlockLayout.SIZE);
    }

    /** When the message expires, as given. */
    public int expirySec(final long offset) {
        return getInt(offset, BlockLayout.EXPIRY_SEC);
    }

    /** The hash of the message's tag. */
    public long tagsCode(final long offset) {
        return getLong(offset, BlockLayout.TAGS_CODE);
    }

    /** The caller's 16 bits. */
    public int bits(final long offset) {
        return (int) getLong(offset, BlockLayout.POSITION_AND_BITS) & ((1 << BlockLayout.BITS) - 1);
    }

    /** Whether there is an entry for an offset. */
    public boolean contains(final long offset) {
        return offset >= start && offset < end;
    }

    /**
     * The message of an offset has a copy elsewhere, to be read from now on; size, bits and all else stay. The caller
     * makes sure that the copy is durable: entries reach the disk on their own.
     *
     * @param from where it stood; after a loss of power the entry itself may say anything
     */
    public void repoint(final long offset, final long from, final long position) {
        if (offset >= orderedFrom) {
            endOrderBehind(offset, Math.min(from, position));
        }
        putPositionAndBits(offset, position, bits(offset));
        highest = Math.max(highest, position);
    }

    /** The positions up to this offset count as unordered from now on. */
    private void endOrderBehind(final long offset, final long position) {
        final long first = Math.max(orderedFrom, start);
        final long low = first < end ? Math.min(position(first), position) : position;
        lowest = Math.min(lowest, low);
        lowestSinceMeasure = Math.min(lowestSinceMeasure, low);
        orderedFrom = offset + 1;
    }

    /** Adds bits to those of an entry. */
    public void mark(final long offset, final int bits) {
        putPositionAndBits(offset, position(offset), bits(offset) | bits);
    }

    private void putPositionAndBits(final long offset, final long position, final int bits) {
        checkFits(position, bits);
        final int unit = unit(offset);
        files.extent(unit)
                .putLong(index(unit, offset) + BlockLayout.POSITION_AND_BITS, position << BlockLayout.BITS | bits);
        files.touch(unit);
    }

    /**
     * A position at or below those of all wanted entries from {@code offset} on; {@link Long#MAX_VALUE} when there are no
     * entries. Exact while positions ascend; else as exact as the last {@link #endMeasure}.
     */
    public long lowestPosition(final long offset) {
        return offset >= end ? Long.MAX_VALUE : bound(Math.max(offset, start));
    }

    private long bound(final long offset) {
        if (offset >= orderedFrom) {
            return offset < end ? position(offset) : Long.MAX_VALUE;
        }
        return orderedFrom < end ? Math.min(lowest, position(orderedFrom)) : lowest;
    }

    /** Whether {@link #lowestPosition} is only a bound. */
    public boolean isUnordered(final long offset) {
        return offset < orderedFrom && offset < end;
    }

    /** A walk over all wanted entries begins, to find the lowest position among them. */
    public void beginMeasure() {
        lowestSinceMeasure = Long.MAX_VALUE;
    }

    /**
     * The walk found this position to be the lowest of the wanted entries below {@code measuredEnd}, or
     * {@link Long#MAX_VALUE} when none of them is wanted.
     */
    public void endMeasure(final long measuredEnd, final long position) {
        if (measuredEnd > orderedFrom && measuredEnd > start && position > bound(start)) {
            orderedFrom = Math.min(measuredEnd, end);
        }
        lowest = Math.min(position, lowestSinceMeasure);
    }

    /** Forgets all entries below an offset, at most up to {@link #end()}. */
    public void releaseBelow(final long offset) {
        if (offset <= start) {
            return;
        }
        if (offset >= end) {
            restartAt(end);
            return;
        }
        start = offset;
        final int unneeded = BlockLayout.ordinal(start - origin) - firstOrdinal;
        if (unneeded > 0) {
            giveBack(unneeded);
            System.arraycopy(blocks, unneeded, blocks, 0, blockCount - unneeded);
            blockCount -= unneeded;
            firstOrdinal += unneeded;
        }
    }

    private void restartAt(final long offset) {
        giveBack(blockCount);
        blocks = NO_BLOCKS;
        blockCount = 0;
        firstOrdinal = 0;
        start = offset;
        end = offset;
        origin = offset;
        orderedFrom = offset;
        lowest = Long.MAX_VALUE;
        highest = UNKNOWN;
    }

    private void giveBack(final int count) {
        for (int i = 0; i < count; i++) {
            allocator.giveBack(BlockLayout.sizeClass(firstOrdinal + i), blocks[i]);
        }
    }

    private void addBlock(final int sizeClass) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(1, blockCount * 2));
        }
        blocks[blockCount++] = allocator.allocate(sizeClass);
    }

    private long getLong(final long offset, final int field) {
        final int unit = unit(offset);
        return files.extent(unit).getLong(index(unit, offset) + field);
    }

    private int getInt(final long offset, final int field) {
        final int unit = unit(offset);
        return files.extent(unit).getInt(index(unit, offset) + field);
    }

    private int unit(final long offset) {
        if (offset < start || offset >= end) {
            throw new IndexOutOfBoundsException(
                    "queue " + key + " has the offsets from " + start + " to " + end + ", not " + offset);
        }
        return blocks[BlockLayout.ordinal(offset - origin) - firstOrdinal];
    }

    private int index(final int unit, final long offset) {
        final long entry = offset - origin;
        return files.index(unit) + inBlock(entry, BlockLayout.ordinal(entry));
    }

    private static int inBlock(final long entry, final int ordinal) {
        return (int) (entry - BlockLayout.firstEntry(ordinal)) * BlockLayout.ENTRY_BYTES;
    }

    // ---- state image: key, start, end, origin, ordered from i64, first ordinal i32, number of blocks i32, blocks i32
    // each

    int encodedBytes() {
        return ENCODED_BYTES + blockCount * Integer.BYTES;
    }

    void encode(final ByteBuffer out) {
        out.putLong(key)
                .putLong(start)
                .putLong(end)
                .putLong(origin)
                .putLong(orderedFrom)
                .putInt(firstOrdinal)
                .putInt(blockCount);
        for (int i = 0; i < blockCount; i++) {
            out.putInt(blocks[i]);
        }
    }

    /** Reads what {@link #encode} wrote behind the key, and marks the units of its blocks. */
    void decode(final ByteBuffer in, final BitSet used) {
        start = in.getLong();
        end = in.getLong();
        origin = in.getLong();
        orderedFrom = in.getLong();
        firstOrdinal = in.getInt();
        blockCount = in.getInt();
        blocks = new int[blockCount];
        for (int i = 0; i < blockCount; i++) {
            blocks[i] = in.getInt();
            used.set(blocks[i], blocks[i] + BlockLayout.units(BlockLayout.sizeClass(firstOrdinal + i)));
        }
        // Nobody has measured yet in this life, and nothing stands below 0.
        lowest = start < orderedFrom ? 0 : Long.MAX_VALUE;
        highest = UNKNOWN;
    }
}
