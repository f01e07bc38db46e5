package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message read back from the log as a whole, to make another one of it. Immutable. */
final class StoredMessage {

    /** No record of ours is larger. */
    private static final int MAX_BYTES = 64 << 20;

    private final ByteBuffer record;
    private final long position;

    private StoredMessage(final ByteBuffer record, final long position) {
        this.record = record;
        this.position = position;
    }

    /** The message at a position that somebody named; null when none stands there, which a record itself can tell. */
    static @Nullable StoredMessage at(final CoreDesk desk, final long position) {
        final ByteBuffer head = ByteBuffer.allocate(MessageLayout.BODY);
        if (position < 0 || !desk.read(position, MessageLayout.BODY, head) || !isMessage(head, position)) {
            return null;
        }
        final int size = head.getInt(MessageLayout.TOTAL_SIZE);
        final ByteBuffer record = ByteBuffer.allocate(size);
        return desk.read(position, size, record) ? new StoredMessage(record.clear(), position) : null;
    }

    /** The message that is known to stand at a position; null when it cannot be read. */
    static @Nullable StoredMessage of(final CoreDesk desk, final long position, final int size) {
        final ByteBuffer record = ByteBuffer.allocate(size);
        return desk.read(position, size, record) ? new StoredMessage(record.clear(), position) : null;
    }

    private static boolean isMessage(final ByteBuffer head, final long position) {
        final int magic = head.getInt(MessageLayout.MAGIC);
        final int size = head.getInt(MessageLayout.TOTAL_SIZE);
        return (magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2)
                && head.getLong(MessageLayout.POSITION) == position
                && size >= MessageLayout.FIXED_BYTES_V1
                && size <= MAX_BYTES;
    }

    long position() {
        return position;
    }

    int size() {
        return record.capacity();
    }

    int queueId() {
        return record.getInt(MessageLayout.QUEUE_ID);
    }

    long queueOffset() {
        return record.getLong(MessageLayout.QUEUE_OFFSET);
    }

    int flag() {
        return record.getInt(MessageLayout.FLAG);
    }

    int sysFlag() {
        return record.getInt(MessageLayout.SYS_FLAG);
    }

    long bornEpochMs() {
        return record.getLong(MessageLayout.BORN_TIMESTAMP);
    }

    long bornHost() {
        return record.getLong(MessageLayout.BORN_HOST);
    }

    long storedEpochMs() {
        return record.getLong(MessageLayout.STORE_TIMESTAMP);
    }

    long storeHost() {
        return record.getLong(MessageLayout.STORE_HOST);
    }

    int reconsumeTimes() {
        return record.getInt(MessageLayout.RECONSUME_TIMES);
    }

    String topic() {
        return text(MessageLayout.topicOffset(record, 0), MessageLayout.topicLength(record, 0));
    }

    byte[] body() {
        return bytes(MessageLayout.bodyOffset(record, 0), MessageLayout.bodyLength(record, 0));
    }

    Map<String, String> properties() {
        return PropertyText.parse(
                text(MessageLayout.propertiesOffset(record, 0), MessageLayout.propertiesLength(record, 0)));
    }

    /** The record as it stands in the log. */
    byte[] bytes() {
        return bytes(0, record.capacity());
    }

    /**
     * The same message as a record for queue 0 of another topic, to be sent by the broker itself; the caller releases it.
     *
     * @throws RefusedException when it does not fit the layout there
     */
    ByteBuf copyTo(final TopicConfig other, final Map<String, String> properties, final int reconsumeTimes) {
        final byte[] body = body();
        final SendHeader header = new SendHeader(
                "",
                other.topic(),
                1,
                0,
                sysFlag() & ~MessageLayout.SYS_FLAG_TRANSACTION_MASK,
                bornEpochMs(),
                flag(),
                "",
                reconsumeTimes,
                -1,
                false);
        final ByteBuf out = ByteBufAllocator.DEFAULT.buffer(body.length + 512);
        boolean made = false;
        try {
            RecordMaker.append(
                    out, other.topicUtf8(), 0, header, flag(), body, PropertyText.of(properties), bornHost());
            made = true;
            return out;
        } finally {
            if (!made) {
                out.release();
            }
        }
    }

    private String text(final int offset, final int length) {
        return new String(bytes(offset, length), StandardCharsets.UTF_8);
    }

    private byte[] bytes(final int offset, final int length) {
        final byte[] copy = new byte[length];
        record.get(offset, copy);
        return copy;
    }
}
