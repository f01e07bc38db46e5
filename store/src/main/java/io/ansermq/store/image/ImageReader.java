package io.ansermq.store.image;

import java.nio.ByteBuffer;

/** The newest valid state image. Used by the thread that opens the store, before the log is replayed. */
public interface ImageReader {
    /** Replay starts here: everything before this position is contained in the image, and some of what follows. */
    long position();

    /** Visits all entries in the order in which they were added; may be called several times. */
    void forEach(EntryVisitor visitor);

    /** Receives the entries of an image. */
    @FunctionalInterface
    interface EntryVisitor {
        /**
         * One entry.
         *
         * @param type what the payload is: see {@link EntryTypes}
         * @param payload from its position to its limit; valid during the call only
         */
        void entry(int type, ByteBuffer payload);
    }
}
