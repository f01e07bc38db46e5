package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.MessageLayout.BODY;
import static io.ansermq.remoting.protocol.MessageLayout.BODY_CRC;
import static io.ansermq.remoting.protocol.MessageLayout.BODY_LENGTH;
import static io.ansermq.remoting.protocol.MessageLayout.FIXED_BYTES_V1;
import static io.ansermq.remoting.protocol.MessageLayout.LANES;
import static io.ansermq.remoting.protocol.MessageLayout.MAGIC;
import static io.ansermq.remoting.protocol.MessageLayout.MAGIC_V1;
import static io.ansermq.remoting.protocol.MessageLayout.MAGIC_V2;
import static io.ansermq.remoting.protocol.MessageLayout.QUEUE_ID;
import static io.ansermq.remoting.protocol.MessageLayout.SYS_FLAG;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The check behind {@link MessageLayout#validate}. Variable parts pass through a scratch array of the thread: scanning
 * an array is several times as fast as asking a buffer byte by byte, and nothing is allocated.
 */
final class RecordCheck {

    private static final FastThreadLocal<RecordCheck> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected RecordCheck initialValue() {
            return new RecordCheck();
        }
    };

    private final byte[] scratch = new byte[Short.MAX_VALUE + 1];
    private final CRC32 crc = new CRC32();

    private RecordCheck() {}

    static int validate(
            final ByteBuf in,
            final int index,
            final int available,
            final int maxMessageBytes,
            final byte[] expectedTopic,
            final boolean checkBodyCrc) {
        require(available >= FIXED_BYTES_V1, "a record is cut off, bytes left: ", available);
        final int size = in.getInt(index);
        require(size >= FIXED_BYTES_V1 && size <= available, "a record has the impossible size ", size);
        final int magic = in.getInt(index + MAGIC);
        require(magic == MAGIC_V1 || magic == MAGIC_V2, "a record has the unknown magic number ", magic);
        final int queueId = in.getInt(index + QUEUE_ID);
        require(queueId >= 0 && queueId < LANES, "a record has no lane of a destination but queue id ", queueId);
        final int sysFlag = in.getInt(index + SYS_FLAG);
        require(MessageLayout.extraHostBytes(sysFlag) == 0, "a record has IPv6 hosts, system flag ", sysFlag);

        final int bodyLength = in.getInt(index + BODY_LENGTH);
        final int topicLengthBytes = magic == MAGIC_V2 ? 2 : 1;
        final int withoutBody = BODY + topicLengthBytes + 2;
        require(
                bodyLength >= 0 && bodyLength <= size - withoutBody,
                "a record has the impossible body length ",
                bodyLength);
        if (bodyLength > maxMessageBytes) {
            throw new MalformedFrameException("a body of " + bodyLength + " bytes, at most " + maxMessageBytes);
        }
        final int topicAt = index + BODY + bodyLength + topicLengthBytes;
        final int topicLength = magic == MAGIC_V2 ? in.getShort(topicAt - 2) : in.getByte(topicAt - 1);
        require(
                topicLength >= 0 && topicLength <= size - withoutBody - bodyLength,
                "a record has the impossible topic length ",
                topicLength);
        final int propertiesAt = topicAt + topicLength + 2;
        final int propertiesLength = in.getShort(propertiesAt - 2);
        require(
                propertiesLength == size - withoutBody - bodyLength - topicLength,
                "the lengths in a record do not add up to its size ",
                size);

        final RecordCheck check = OF_THREAD.get();
        check.topic(in, topicAt, topicLength, expectedTopic);
        check.properties(in, propertiesAt, propertiesLength);
        if (checkBodyCrc) {
            check.body(in, index + BODY, bodyLength, in.getInt(index + BODY_CRC));
        }
        return size;
    }

    private void topic(final ByteBuf in, final int at, final int length, final byte[] expected) {
        in.getBytes(at, scratch, 0, length);
        if (!Arrays.equals(scratch, 0, length, expected, 0, expected.length)) {
            throw new MalformedFrameException("a record has the topic of another destination");
        }
    }

    private void properties(final ByteBuf in, final int at, final int length) {
        in.getBytes(at, scratch, 0, length);
        MessageProperties.check(scratch, 0, length);
    }

    private void body(final ByteBuf in, final int at, final int length, final int expectedCrc) {
        crc.reset();
        int done = 0;
        while (done < length) {
            final int chunk = Math.min(scratch.length, length - done);
            in.getBytes(at + done, scratch, 0, chunk);
            crc.update(scratch, 0, chunk);
            done += chunk;
        }
        if ((int) crc.getValue() != expectedCrc) {
            throw new MalformedFrameException("the body of a record does not match its checksum");
        }
    }

    private static void require(final boolean holds, final String otherwise, final int value) {
        if (!holds) {
            throw new MalformedFrameException(otherwise + value);
        }
    }
}
