package io.ansermq.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes zeros, from memory that the whole process shares. */
public final class Zeros {
    /** The most that one write takes. */
    static final int BLOCK_BYTES = 1 << 20;

    private static final ByteBuffer BLOCK = ByteBuffer.allocateDirect(BLOCK_BYTES);

    private Zeros() {}

    /** Overwrites or appends a range with zeros. */
    public static void write(final StoreFile file, final long position, final long lengthBytes) throws IOException {
        final ByteBuffer block = BLOCK.duplicate();
        for (long done = 0; done < lengthBytes; done += BLOCK_BYTES) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, lengthBytes - done));
            file.write(block, position + done);
        }
    }
}
