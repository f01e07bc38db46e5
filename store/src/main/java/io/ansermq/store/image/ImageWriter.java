package io.ansermq.store.image;

import java.nio.ByteBuffer;

/**
 * A state image in the making. Owned by {@code core}, which adds entries over as many turns as it likes: because every
 * record may be replayed twice, an entry may be newer than {@link #position()}.
 */
public interface ImageWriter {
    /** Where replay will start. */
    long position();

    /** Adds a copy of the payload, from its position to its limit; the buffer's position is left alone. */
    void add(int type, ByteBuffer payload);

    /** Hands the image to {@code aux}, which publishes it; nothing may be added afterwards. */
    void finish();

    /** Drops the image; nothing was published. */
    void abandon();

    /** Whether the image was published or dropped; any thread. A failed one is logged and leaves older images alone. */
    boolean isDone();
}
