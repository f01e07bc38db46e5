package io.ansermq.benchmark;

/** The ways in which a batch of bytes can be brought to a file from Java, without anything around them. */
enum RawMode {
    /** {@code FileChannel.write}, {@code force(false)}: what a log in the fsync class cannot do without. */
    WRITE_SYNC("write + fdatasync"),
    /** {@code FileChannel.write} alone. */
    WRITE("write"),
    /** A copy into the mapping, {@code MappedByteBuffer.force} of the range. */
    MAPPED_SYNC("mmap copy + msync"),
    /** A copy into the mapping, {@code force(false)} of the file. */
    MAPPED_FILE_SYNC("mmap copy + fdatasync"),
    /** A copy into the mapping alone. */
    MAPPED("mmap copy");

    private final String title;

    RawMode(final String title) {
        this.title = title;
    }

    /** Whether a batch is done only when the device has it. */
    boolean isDurable() {
        return this == WRITE_SYNC || this == MAPPED_SYNC || this == MAPPED_FILE_SYNC;
    }

    /** For tables. */
    @Override
    public String toString() {
        return title;
    }
}
