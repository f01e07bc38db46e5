package io.ansermq.store;

/** Sizes and habits of one store. Immutable; build one with {@link #builder()}. */
public final class StoreOptions {
    /** Segments, extents and the staging buffer are whole pages of this size. */
    public static final int PAGE_BYTES = 4096;

    /**
     * A record shares its frame's room with the frame's header and the most that it is padded by, and half of the staging
     * memory with the header of a PAD frame before it: the end of that memory may have to be skipped behind that one.
     */
    private static final int FRAME_OVERHEAD_BYTES = 192;

    /** The largest block of the queue index. */
    private static final int MIN_EXTENT_BYTES = 64 << 10;

    private final int segmentBytes;
    private final int stagingBytes;
    private final int maxFrameBytes;
    private final int ringSlots;
    private final AppendMode appendMode;
    private final FlushLevel defaultLevel;
    private final int backgroundForceMs;
    private final int spareSegments;
    private final long minFreeBytes;
    private final int indexExtentBytes;
    private final boolean keyIndex;
    private final int keySlots;
    private final int keyEntries;

    private StoreOptions(final Builder from) {
        segmentBytes = pages("segmentBytes", from.segmentBytes);
        stagingBytes = atLeast("stagingBytes", pages("stagingBytes", from.stagingBytes), 2 * PAGE_BYTES);
        maxFrameBytes = atLeast("maxFrameBytes", from.maxFrameBytes, FRAME_OVERHEAD_BYTES);
        ringSlots = powerOfTwo("ringSlots", from.ringSlots);
        appendMode = from.appendMode;
        defaultLevel = from.defaultLevel;
        backgroundForceMs = atLeast("backgroundForceMs", from.backgroundForceMs, 1);
        spareSegments = atLeast("spareSegments", from.spareSegments, 1);
        minFreeBytes = from.minFreeBytes;
        indexExtentBytes =
                atLeast("indexExtentBytes", powerOfTwo("indexExtentBytes", from.indexExtentBytes), MIN_EXTENT_BYTES);
        keyIndex = from.keyIndex;
        keySlots = powerOfTwo("keySlots", from.keySlots);
        keyEntries = atLeast("keyEntries", from.keyEntries, 1);
    }

    /** The options with all defaults, to be changed one by one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Length of a full-grown segment. A fresh store starts with {@link #initialSegmentBytes()} and doubles up to this. */
    public int segmentBytes() {
        return segmentBytes;
    }

    /** Length of the first segment of a fresh store, so that a small store stays small and opens quickly. */
    public int initialSegmentBytes() {
        final int wanted = Math.max(PAGE_BYTES, stagingBytes / 2 / PAGE_BYTES * PAGE_BYTES);
        return Math.min(segmentBytes, wanted);
    }

    /** Direct memory that records wait in between {@code core} and {@code log}. */
    public int stagingBytes() {
        return stagingBytes;
    }

    /** A frame is closed before a further record would take it past this; a larger record makes a frame of its own. */
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** The largest record that the log takes. */
    public int maxRecordBytes() {
        return initialSegmentBytes() - FRAME_OVERHEAD_BYTES;
    }

    /** Slots of the LOG ring: one per frame. */
    public int ringSlots() {
        return ringSlots;
    }

    /** How frames are brought into segments; never AUTO: that means CHANNEL, which was measured faster at both levels. */
    public AppendMode appendMode() {
        return appendMode == AppendMode.AUTO ? AppendMode.CHANNEL : appendMode;
    }

    /** The level that most records will ask for. */
    public FlushLevel defaultLevel() {
        return defaultLevel;
    }

    /** At most this long do written bytes stay unforced. */
    public int backgroundForceMs() {
        return backgroundForceMs;
    }

    /** Segments kept ready beyond the one that comes next. */
    public int spareSegments() {
        return spareSegments;
    }

    /** A new store is not made on a file system with less usable space. */
    public long minFreeBytes() {
        return minFreeBytes;
    }

    /** Length of each shared block file of the queue index. */
    public int indexExtentBytes() {
        return indexExtentBytes;
    }

    /** Whether keys are indexed. */
    public boolean keyIndex() {
        return keyIndex;
    }

    /** Hash slots of one key index file. */
    public int keySlots() {
        return keySlots;
    }

    /** Entries of one key index file. */
    public int keyEntries() {
        return keyEntries;
    }

    private static int pages(final String name, final int bytes) {
        if (bytes < PAGE_BYTES || bytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(name + " must be a positive multiple of 4096, got " + bytes);
        }
        return bytes;
    }

    private static int atLeast(final String name, final int value, final int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
        }
        return value;
    }

    private static int powerOfTwo(final String name, final int value) {
        if (Integer.bitCount(value) != 1 || value < 2) {
            throw new IllegalArgumentException(name + " must be a power of two, got " + value);
        }
        return value;
    }

    /** Collects the options that differ from the defaults. */
    public static final class Builder {
        private int segmentBytes = 128 << 20;
        private int stagingBytes = 16 << 20;
        private int maxFrameBytes = 1 << 20;
        private int ringSlots = 4096;
        private AppendMode appendMode = AppendMode.AUTO;
        private FlushLevel defaultLevel = FlushLevel.WRITTEN;
        private int backgroundForceMs = 500;
        private int spareSegments = 1;
        private long minFreeBytes = 64L << 20;
        private int indexExtentBytes = 4 << 20;
        private boolean keyIndex = true;
        private int keySlots = 1 << 18;
        private int keyEntries = 1 << 20;

        private Builder() {}

        /** See {@link StoreOptions#segmentBytes()}. */
        public Builder segmentBytes(final int bytes) {
            segmentBytes = bytes;
            return this;
        }

        /** See {@link StoreOptions#stagingBytes()}. */
        public Builder stagingBytes(final int bytes) {
            stagingBytes = bytes;
            return this;
        }

        /** See {@link StoreOptions#maxFrameBytes()}. */
        public Builder maxFrameBytes(final int bytes) {
            maxFrameBytes = bytes;
            return this;
        }

        /** See {@link StoreOptions#ringSlots()}. */
        public Builder ringSlots(final int slots) {
            ringSlots = slots;
            return this;
        }

        /** See {@link StoreOptions#appendMode()}. */
        public Builder appendMode(final AppendMode mode) {
            appendMode = mode;
            return this;
        }

        /** See {@link StoreOptions#defaultLevel()}. */
        public Builder defaultLevel(final FlushLevel level) {
            defaultLevel = level;
            return this;
        }

        /** See {@link StoreOptions#backgroundForceMs()}. */
        public Builder backgroundForceMs(final int ms) {
            backgroundForceMs = ms;
            return this;
        }

        /** See {@link StoreOptions#spareSegments()}. */
        public Builder spareSegments(final int count) {
            spareSegments = count;
            return this;
        }

        /** See {@link StoreOptions#minFreeBytes()}. */
        public Builder minFreeBytes(final long bytes) {
            minFreeBytes = bytes;
            return this;
        }

        /** See {@link StoreOptions#indexExtentBytes()}. */
        public Builder indexExtentBytes(final int bytes) {
            indexExtentBytes = bytes;
            return this;
        }

        /** See {@link StoreOptions#keyIndex()}. */
        public Builder keyIndex(final boolean on) {
            keyIndex = on;
            return this;
        }

        /** See {@link StoreOptions#keySlots()}. */
        public Builder keySlots(final int slots) {
            keySlots = slots;
            return this;
        }

        /** See {@link StoreOptions#keyEntries()}. */
        public Builder keyEntries(final int entries) {
            keyEntries = entries;
            return this;
        }

        /** Checks the values against each other; a bad one is an IllegalArgumentException that names it. */
        public StoreOptions build() {
            return new StoreOptions(this);
        }
    }
}
