package io.ansermq.store.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A state image in the making. Owned by {@code core}, which adds entries over as many turns as it likes: because every
 * record may be replayed twice, an entry may be newer than {@link #position()}, but none may be older.
 */
public interface ImageWriter {
    /** Where replay will start. */
    long position();

    /**
     * Adds a copy of the payload, from its position to its limit; the buffer's position is left alone.
     *
     * @param type what the payload is, at least 1: see {@link EntryTypes}
     */
    void add(int type, ByteBuffer payload);

    /** Adds something that {@code aux} does before the image may count: forcing the files that entries speak of. */
    void beforePublishing(Preparation preparation);

    /** Hands the image to {@code aux}, which publishes it; nothing may be added afterwards. */
    void finish();

    /** Drops the image; nothing was published. */
    void abandon();

    /** Whether {@code aux} is through with the image, published or not. A failure is logged; older images still count. */
    boolean isDone();

    /** Whether recovery would now use the image. */
    boolean isPublished();

    /** Work on files, done by {@code aux}. */
    @FunctionalInterface
    interface Preparation {
        /**
         * Does it.
         *
         * @throws NoRoomException to have the image dropped
         * @throws IOException to stop the store: what cannot be forced is lost
         */
        void run() throws IOException;
    }
}
