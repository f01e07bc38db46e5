package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.DeliveryTime;
import io.ansermq.broker.core.Expiry;
import io.ansermq.broker.core.SendPrefix;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Makes records for the log out of what RocketMQ clients send. Stateless. */
final class RecordMaker {

    /**
     * Client bits that may stand in a record: compressed, multiple tags, kind of compression. Only the broker says what
     * belongs to a transaction.
     */
    private static final int SYS_FLAGS = MessageLayout.SYS_FLAG_COMPRESSED | MessageLayout.SYS_FLAG_MULTI_TAGS | 7 << 8;

    private RecordMaker() {}

    /**
     * Appends one record, checked, with what core wants to know of it noted.
     *
     * @return its size
     * @throws RefusedException when it does not fit the layout
     */
    static int append(
            final ByteBuf out,
            final byte[] topicUtf8,
            final int queueId,
            final SendHeader header,
            final int flag,
            final byte[] body,
            final String properties,
            final long bornHost) {
        final byte[] propertiesUtf8 = properties.getBytes(StandardCharsets.UTF_8);
        if (propertiesUtf8.length > MessageLayout.MAX_PROPERTIES_BYTES) {
            throw new RefusedException(
                    ResponseCodes.MESSAGE_ILLEGAL,
                    "the properties take " + propertiesUtf8.length + " bytes, at most "
                            + MessageLayout.MAX_PROPERTIES_BYTES);
        }
        final CRC32 crc = new CRC32();
        crc.update(body);
        final int index = out.writerIndex();
        MessageLayout.encode(
                out,
                queueId,
                flag,
                header.sysFlag() & SYS_FLAGS,
                header.bornEpochMs(),
                (int) crc.getValue(),
                body,
                0,
                body.length,
                topicUtf8,
                propertiesUtf8);
        final int size = out.writerIndex() - index;
        try {
            MessageLayout.validate(out, index, size, Integer.MAX_VALUE, topicUtf8, false);
        } catch (final MalformedFrameException e) {
            throw new RefusedException(ResponseCodes.MESSAGE_ILLEGAL, String.valueOf(e.getMessage()));
        }
        out.setInt(index + MessageLayout.RECONSUME_TIMES, header.reconsumeTimes());
        out.setLong(index + MessageLayout.BORN_HOST, bornHost);
        note(out, index, size);
        return size;
    }

    private static void note(final ByteBuf out, final int index, final int size) {
        final ByteBuffer record = out.nioBuffer(index, size);
        final int offset = MessageLayout.propertiesOffset(record, 0);
        final int length = MessageLayout.propertiesLength(record, 0);
        SendPrefix.note(
                out,
                index,
                MessageProperties.tagsCode(record, offset, length),
                Expiry.lastSecond(record, offset, length),
                DeliveryTime.epochMs(record, offset, length));
    }
}
