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
}
