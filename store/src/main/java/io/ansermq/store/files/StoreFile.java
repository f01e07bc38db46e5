package io.ansermq.store.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One open file. Thread safe as a file is: writers of overlapping ranges must agree among themselves. */
public interface StoreFile extends Closeable {
    /** Writes all remaining bytes at a position; a short write is continued, never returned. */
    void write(ByteBuffer from, long position) throws IOException;

    /** Reads until the buffer is full or the file ends; returns the bytes read, 0 at the end. */
    int read(ByteBuffer to, long position) throws IOException;

    /**
     * Brings all written bytes, and the length, to the device. An error means that bytes may be lost for good: the
     * kernel forgets them, and a second attempt would pretend success. Callers stop instead of trying again.
     */
    void force() throws IOException;

    /** Maps a range of the file, which must lie within its present length. */
    MappedRegion map(MapMode mode, long position, int length) throws IOException;

    /** The file's length. */
    long size() throws IOException;

    /** Cuts the file to a length not above its present one. */
    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;

    /** What a mapping may be used for. */
    enum MapMode {
        READ_ONLY,
        READ_WRITE
    }
}
