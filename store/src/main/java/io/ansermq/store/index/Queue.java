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

    /** Bytes of a directory in an image, without its blocks. */
    static final int ENCODED_BYTES = 4 * Long.BYTES + 2 * Integer.BYTES;

    private final BlockFiles files;
    private final BlockAllocator allocator;
    private final long key;
    private long start;
    private long end;
    private long origin;

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
        if (offset > end) {
            if (start < end) {
                throw new IllegalStateException(
                        "queue " + key + " goes on with offset " + end + ", not with " + offset);
            }
            restartAt(offset);
        }
        if ((position & ~BlockLayout.MAX_POSITION) != 0 || bits >>> BlockLayout.BITS != 0) {
            throw new IllegalArgumentException("position " + position + " or bits " + bits + " do not fit an entry");
        }
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

    // ---- state image: key, start, end, origin i64, first ordinal i32, number of blocks i32, blocks i32 each

    int encodedBytes() {
        return ENCODED_BYTES + blockCount * Integer.BYTES;
    }

    void encode(final ByteBuffer out) {
        out.putLong(key)
                .putLong(start)
                .putLong(end)
                .putLong(origin)
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
        firstOrdinal = in.getInt();
        blockCount = in.getInt();
        blocks = new int[blockCount];
        for (int i = 0; i < blockCount; i++) {
            blocks[i] = in.getInt();
            used.set(blocks[i], blocks[i] + BlockLayout.units(BlockLayout.sizeClass(firstOrdinal + i)));
        }
    }
}
