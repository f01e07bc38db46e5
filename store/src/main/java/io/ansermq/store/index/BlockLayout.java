package io.ansermq.store.index;

/**
 * Entries of a queue, and the blocks that hold them.
 *
 * <pre>
 *   0                8        12       16               24
 *   +----------------+--------+--------+----------------+
 *   | position | bits| size   | expiry | tags code      |
 *   | 48       | 16  |        | second |                |
 *   +----------------+--------+--------+----------------+
 * </pre>
 *
 * <p>All numbers are big-endian. A queue's first block has {@value #SMALL_ENTRIES} entries, so that a million queues with
 * few messages take little; the next {@value #MEDIUM_BLOCKS} have {@value #MEDIUM_ENTRIES} each, all others
 * {@value #LARGE_ENTRIES}. Blocks are addressed in units of {@value #UNIT_BYTES} bytes. An entry is counted from the
 * queue's origin, the offset with which its first block began; a queue that runs empty gets a new origin.
 */
final class BlockLayout {
    static final int POSITION_AND_BITS = 0;
    static final int SIZE = 8;
    static final int EXPIRY_SEC = 12;
    static final int TAGS_CODE = 16;
    static final int ENTRY_BYTES = 24;

    static final int BITS = 16;
    static final long MAX_POSITION = (1L << (Long.SIZE - BITS)) - 1;

    static final int UNIT_BYTES = 256;
    static final int SMALL_BYTES = UNIT_BYTES;
    static final int MEDIUM_BYTES = 16 * SMALL_BYTES;
    static final int LARGE_BYTES = 16 * MEDIUM_BYTES;

    static final int SMALL_ENTRIES = SMALL_BYTES / ENTRY_BYTES;
    static final int MEDIUM_ENTRIES = MEDIUM_BYTES / ENTRY_BYTES;
    static final int LARGE_ENTRIES = LARGE_BYTES / ENTRY_BYTES;
    static final int MEDIUM_BLOCKS = 16;

    /** What the small block and the medium ones hold together. */
    private static final int BEFORE_LARGE = SMALL_ENTRIES + MEDIUM_BLOCKS * MEDIUM_ENTRIES;

    /** Sizes of blocks: small, medium, large. */
    static final int CLASSES = 3;

    private BlockLayout() {}

    /** Which of the queue's blocks, counted from its origin, holds an entry. */
    static int ordinal(final long entry) {
        if (entry < SMALL_ENTRIES) {
            return 0;
        }
        if (entry < BEFORE_LARGE) {
            return 1 + ((int) entry - SMALL_ENTRIES) / MEDIUM_ENTRIES;
        }
        return Math.toIntExact(1 + MEDIUM_BLOCKS + (entry - BEFORE_LARGE) / LARGE_ENTRIES);
    }

    /** The first entry of a block. */
    static long firstEntry(final int ordinal) {
        if (ordinal == 0) {
            return 0;
        }
        if (ordinal <= MEDIUM_BLOCKS) {
            return SMALL_ENTRIES + (long) (ordinal - 1) * MEDIUM_ENTRIES;
        }
        return BEFORE_LARGE + (ordinal - 1L - MEDIUM_BLOCKS) * LARGE_ENTRIES;
    }

    /** The size class of a block. */
    static int sizeClass(final int ordinal) {
        return ordinal == 0 ? 0 : ordinal <= MEDIUM_BLOCKS ? 1 : 2;
    }

    /** How many units a block of a class has. */
    static int units(final int sizeClass) {
        return 1 << (4 * sizeClass);
    }
}
