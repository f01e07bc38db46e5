package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * How a network thread tells core what it read in a record's properties: in the prefix fields for queue offset, log
 * position and store time, which mean nothing before core has assigned them. So core never parses properties, and nothing is allocated
 * to carry the values.
 */
public final class SendPrefix {

    private SendPrefix() {}

    /**
     * Notes the values in the record at {@code index}.
     *
     * @param tagsCode hash of the TAGS property, 0 without one
     * @param expirySec see {@link Expiry#lastSecond}
     * @param deliverAtEpochMs the earliest time at which the message may be delivered, 0 for at once
     */
    public static void note(
            final ByteBuf record,
            final int index,
            final long tagsCode,
            final int expirySec,
            final long deliverAtEpochMs) {
        record.setLong(index + MessageLayout.QUEUE_OFFSET, tagsCode);
        record.setLong(index + MessageLayout.POSITION, expirySec);
        record.setLong(index + MessageLayout.STORE_TIMESTAMP, deliverAtEpochMs);
    }

    static long deliverAtEpochMs(final ByteBuffer record, final int index) {
        return record.getLong(index + MessageLayout.STORE_TIMESTAMP);
    }

    static long deliverAtEpochMs(final ByteBuf record, final int index) {
        return record.getLong(index + MessageLayout.STORE_TIMESTAMP);
    }

    static long tagsCode(final ByteBuffer record, final int index) {
        return record.getLong(index + MessageLayout.QUEUE_OFFSET);
    }

    static int expirySec(final ByteBuffer record, final int index) {
        return (int) record.getLong(index + MessageLayout.POSITION);
    }
}
