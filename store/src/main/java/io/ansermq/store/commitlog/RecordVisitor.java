package io.ansermq.store.commitlog;

import java.nio.ByteBuffer;

/** Receives the records of a replay, in log order. The buffers are valid during the call only. */
public interface RecordVisitor {
    /**
     * A message.
     *
     * @param position where the record starts in the log
     * @param size its length in bytes
     * @param record from its position to its limit; big-endian
     */
    void message(long position, int size, ByteBuffer record);

    /**
     * A control record.
     *
     * @param position where the record starts in the log
     * @param record from its position to its limit; big-endian
     */
    void control(long position, ByteBuffer record);

    /**
     * Records stood there that were lost; the log was saved without them. What follows may not fit to what came before.
     *
     * @param position where they started in the log
     * @param end where they ended
     */
    default void lost(final long position, final long end) {}
}
