package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.ByteBuffer;

/** Makes a copy of a message for another destination: the same body and history, another topic, other properties. Stateless. */
final class RecordCopy {

    private static final int WITHOUT = MessageLayout.SYS_FLAG_TRANSACTION_MASK | MessageLayout.SYS_FLAG_DELAYED;

    private RecordCopy() {}

    /** The size of what {@link #write} writes. */
    static int sizeOf(final ByteBuffer original, final byte[] topic, final byte[] properties) {
        return MessageLayout.bodyOffset(original, 0)
                + MessageLayout.bodyLength(original, 0)
                + (isLong(topic) ? 2 : 1)
                + topic.length
                + 2
                + properties.length;
    }

    /**
     * Writes the copy at the position of {@code out}, to its limit.
     *
     * @param original a record at index 0
     */
    static void write(
            final ByteBuffer original,
            final ByteBuffer out,
            final byte[] topic,
            final byte[] properties,
            final int lane,
            final long offset,
            final long position,
            final long storeEpochMs) {
        final int at = out.position();
        final int copied = MessageLayout.bodyOffset(original, 0) + MessageLayout.bodyLength(original, 0);
        out.put(at, original, 0, copied);
        out.putInt(at + MessageLayout.TOTAL_SIZE, sizeOf(original, topic, properties));
        out.putInt(at + MessageLayout.MAGIC, isLong(topic) ? MessageLayout.MAGIC_V2 : MessageLayout.MAGIC_V1);
        out.putInt(at + MessageLayout.QUEUE_ID, lane);
        out.putLong(at + MessageLayout.QUEUE_OFFSET, offset);
        out.putLong(at + MessageLayout.POSITION, position);
        final int sysFlag = original.getInt(MessageLayout.SYS_FLAG);
        out.putInt(at + MessageLayout.SYS_FLAG, sysFlag & ~WITHOUT);
        // Behind a born host that may be longer.
        final int moved = (sysFlag & MessageLayout.SYS_FLAG_BORN_HOST_IPV6) == 0
                ? 0
                : MessageLayout.extraHostBytes(MessageLayout.SYS_FLAG_BORN_HOST_IPV6);
        final int hosts = MessageLayout.extraHostBytes(sysFlag);
        out.putLong(at + moved + MessageLayout.STORE_TIMESTAMP, storeEpochMs);
        out.putInt(at + hosts + MessageLayout.RECONSUME_TIMES, 0);
        out.putLong(at + hosts + MessageLayout.PREPARED_POSITION, 0);
        int to = at + copied;
        if (isLong(topic)) {
            out.putShort(to, (short) topic.length);
            to += 2;
        } else {
            out.put(to, (byte) topic.length);
            to += 1;
        }
        out.put(to, topic);
        to += topic.length;
        out.putShort(to, (short) properties.length);
        out.put(to + 2, properties);
    }

    private static boolean isLong(final byte[] topic) {
        return topic.length > MessageLayout.MAX_TOPIC_BYTES_V1;
    }
}
