package io.ansermq.store.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A mapped range of a file; big-endian. */
public interface MappedRegion extends Closeable {
    /** The bytes; absolute access only, so that threads can share it. Not to be touched after {@link #close()}. */
    ByteBuffer buffer();

    /** Brings a part of a writable region to the device; errors are as final as those of {@link StoreFile#force()}. */
    void force(int index, int length) throws IOException;

    /** Unmaps. The caller makes sure that nobody uses {@link #buffer()} any more: a later access ends the process. */
    @Override
    void close();
}
