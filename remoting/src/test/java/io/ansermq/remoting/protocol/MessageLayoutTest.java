package io.ansermq.remoting.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageLayoutTest {

    private static final byte[] TOPIC = "orders".getBytes(UTF_8);
    private static final byte[] PROPERTIES = "KEYS\u0001k 1\u0002TAGS\u0001red\u0002".getBytes(UTF_8);
    private static final byte[] BODY = "xxhello".getBytes(UTF_8);
    private static final int BODY_OFFSET = 2;
    private static final int BODY_LENGTH = 5;
    private static final int BEFORE = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 127, 128, 300})
    void shouldFindEveryPartAgain(final int topicLength) {
        final byte[] topic = "t".repeat(topicLength).getBytes(UTF_8);
        final ByteBuf out = Unpooled.directBuffer().writeZero(BEFORE);
        encode(out, topic, PROPERTIES);
        final int size = out.writerIndex() - BEFORE;
        final byte[] bytes = ByteBufUtil.getBytes(out);
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);

        assertThat(size).isEqualTo(MessageLayout.sizeOf(BODY_LENGTH, topicLength, PROPERTIES.length));
        assertThat(MessageLayout.validate(out, BEFORE, size, 100, topic, true)).isEqualTo(size);

        assertThat(text(bytes, MessageLayout.bodyOffset(out, BEFORE), MessageLayout.bodyLength(out, BEFORE)))
                .isEqualTo("hello");
        assertThat(text(bytes, MessageLayout.topicOffset(out, BEFORE), MessageLayout.topicLength(out, BEFORE)))
                .isEqualTo("t".repeat(topicLength));
        assertThat(text(
                        bytes,
                        MessageLayout.propertiesOffset(out, BEFORE),
                        MessageLayout.propertiesLength(out, BEFORE)))
                .isEqualTo(new String(PROPERTIES, UTF_8));

        assertThat(MessageLayout.bodyOffset(buffer, BEFORE))
                .isEqualTo(MessageLayout.bodyOffset(bytes, BEFORE))
                .isEqualTo(MessageLayout.bodyOffset(out, BEFORE));
        assertThat(MessageLayout.bodyLength(buffer, BEFORE))
                .isEqualTo(MessageLayout.bodyLength(bytes, BEFORE))
                .isEqualTo(BODY_LENGTH);
        assertThat(MessageLayout.topicOffset(buffer, BEFORE))
                .isEqualTo(MessageLayout.topicOffset(bytes, BEFORE))
                .isEqualTo(MessageLayout.topicOffset(out, BEFORE));
        assertThat(MessageLayout.topicLength(buffer, BEFORE))
                .isEqualTo(MessageLayout.topicLength(bytes, BEFORE))
                .isEqualTo(topicLength);
        assertThat(MessageLayout.propertiesOffset(buffer, BEFORE))
                .isEqualTo(MessageLayout.propertiesOffset(bytes, BEFORE))
                .isEqualTo(MessageLayout.propertiesOffset(out, BEFORE));
        assertThat(MessageLayout.propertiesLength(buffer, BEFORE))
                .isEqualTo(MessageLayout.propertiesLength(bytes, BEFORE))
                .isEqualTo(PROPERTIES.length);
        out.release();
    }

    @Test
    void shouldPutTheFieldsWhereTheConstantsSay() {
        final byte[] record = ByteBufUtil.getBytes(record());

        assertThat(MessageLayout.int32(record, MessageLayout.TOTAL_SIZE)).isEqualTo(record.length);
        assertThat(MessageLayout.int32(record, MessageLayout.MAGIC)).isEqualTo(-626843481);
        assertThat(MessageLayout.int32(record, MessageLayout.BODY_CRC)).isEqualTo(crc());
        assertThat(MessageLayout.int32(record, MessageLayout.QUEUE_ID)).isEqualTo(7);
        assertThat(MessageLayout.int32(record, MessageLayout.FLAG)).isEqualTo(11);
        assertThat(MessageLayout.int64(record, MessageLayout.QUEUE_OFFSET)).isZero();
        assertThat(MessageLayout.int64(record, MessageLayout.POSITION)).isZero();
        assertThat(MessageLayout.int32(record, MessageLayout.SYS_FLAG))
                .isEqualTo(MessageLayout.SYS_FLAG_NON_PERSISTENT);
        assertThat(MessageLayout.int64(record, MessageLayout.BORN_TIMESTAMP)).isEqualTo(1_700_000_000_123L);
        assertThat(MessageLayout.int64(record, MessageLayout.BORN_HOST)).isZero();
        assertThat(MessageLayout.int64(record, MessageLayout.STORE_TIMESTAMP)).isZero();
        assertThat(MessageLayout.int64(record, MessageLayout.STORE_HOST)).isZero();
        assertThat(MessageLayout.int32(record, MessageLayout.RECONSUME_TIMES)).isZero();
        assertThat(MessageLayout.int64(record, MessageLayout.PREPARED_POSITION)).isZero();
        assertThat(MessageLayout.int32(record, MessageLayout.BODY_LENGTH)).isEqualTo(BODY_LENGTH);
        assertThat(text(record, MessageLayout.BODY, BODY_LENGTH)).isEqualTo("hello");
    }

    @Test
    void shouldFindThePartsBehindLongHosts() {
        final ByteBuf shortHosts = record();
        final ByteBuf longHosts = Unpooled.buffer()
                .writeBytes(shortHosts, 0, MessageLayout.STORE_TIMESTAMP)
                .writeZero(12)
                .writeBytes(shortHosts, MessageLayout.STORE_TIMESTAMP, 16)
                .writeZero(12)
                .writeBytes(shortHosts, MessageLayout.RECONSUME_TIMES, shortHosts.writerIndex() - 72);
        longHosts.setInt(
                MessageLayout.SYS_FLAG, MessageLayout.SYS_FLAG_BORN_HOST_IPV6 | MessageLayout.SYS_FLAG_STORE_HOST_IPV6);

        assertThat(MessageLayout.bodyOffset(longHosts, 0)).isEqualTo(88 + 24);
        assertThat(MessageLayout.bodyLength(longHosts, 0)).isEqualTo(BODY_LENGTH);
        assertThat(MessageLayout.topicLength(longHosts, 0)).isEqualTo(TOPIC.length);
        assertThat(MessageLayout.propertiesLength(longHosts, 0)).isEqualTo(PROPERTIES.length);
    }

    @ParameterizedTest
    @CsvSource({
        "0,   0,             impossible size",
        "0,   90,            impossible size",
        "0,   -1,            impossible size",
        "0,   2147483647,    impossible size",
        "4,   0,             magic",
        "4,   -875286124,    magic",
        "8,   1,             checksum",
        "12,  -1,            lane",
        "12,  10,            lane",
        "36,  16,            IPv6",
        "36,  32,            IPv6",
        "84,  -1,            body length",
        "84,  2147483647,    body length",
        "84,  3,             topic length",
        "84,  4,             topic",
    })
    void shouldRefuseAFieldThatDoesNotHold(final int offset, final int value, final String reason) {
        final ByteBuf record = record();
        record.setInt(offset, value);

        assertRefused(record, record.readableBytes(), reason);
    }

    @ParameterizedTest
    @ValueSource(shorts = {-1, 0, 17, 19, Short.MAX_VALUE})
    void shouldRefuseLengthsThatDoNotAddUp(final short propertiesLength) {
        final ByteBuf record = record();
        record.setShort(MessageLayout.propertiesOffset(record, 0) - 2, propertiesLength);

        assertRefused(record, record.readableBytes(), "add up");
    }

    @Test
    void shouldRefuseATopicOfAnotherDestination() {
        final ByteBuf record = record();

        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() ->
                        MessageLayout.validate(record, 0, record.readableBytes(), 100, "order".getBytes(UTF_8), true))
                .withMessageContaining("topic");
    }

    @Test
    void shouldRefuseABodyOverTheLimit() {
        final ByteBuf record = record();

        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> MessageLayout.validate(record, 0, record.readableBytes(), 4, TOPIC, true))
                .withMessage("a body of 5 bytes, at most 4");
    }

    @Test
    void shouldLeaveTheChecksumAloneWhenAsked() {
        final ByteBuf record = record();
        record.setInt(MessageLayout.BODY_CRC, 1);

        assertThatCode(() -> MessageLayout.validate(record, 0, record.readableBytes(), 100, TOPIC, false))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "\u0001b\u0002", "a\u0002b\u0002", "a\u0001b\u0001c\u0002", "a\u0001b\u0002c", "\u0002"})
    void shouldRefusePropertiesThatAreNone(final String properties) {
        final ByteBuf record = Unpooled.buffer();
        encode(record, TOPIC, properties.getBytes(UTF_8));

        assertRefused(record, record.readableBytes(), "properties");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a\u0001\u0002", "a\u0001b", "a\u0001b\u0002c\u0001d\u0002", "\u00e4\u0001\u0003\u0002"})
    void shouldAcceptProperties(final String properties) {
        final ByteBuf record = Unpooled.buffer();
        encode(record, TOPIC, properties.getBytes(UTF_8));

        assertThat(MessageLayout.validate(record, 0, record.readableBytes(), 100, TOPIC, true))
                .isEqualTo(record.readableBytes());
    }

    @Test
    void shouldCheckTheWholeOfALargeBody() {
        final byte[] body = new byte[200_000];
        new SplittableRandom(1).nextBytes(body);
        final CRC32 crc = new CRC32();
        crc.update(body);
        final ByteBuf record = Unpooled.directBuffer();
        MessageLayout.encode(record, 0, 0, 0, 0, (int) crc.getValue(), body, 0, body.length, TOPIC, PROPERTIES);
        final int size = record.readableBytes();

        assertThat(MessageLayout.validate(record, 0, size, body.length, TOPIC, true))
                .isEqualTo(size);
        record.setByte(MessageLayout.BODY + body.length - 1, ~body[body.length - 1]);
        assertRefused(record, size, "checksum");
        record.release();
    }

    @Test
    void shouldRefuseOrAcceptWhateverComes() {
        final long seed = 0x5EED_0003L;
        final SplittableRandom random = new SplittableRandom(seed);
        final ByteBuf good = record();
        for (int i = 0; i < 50_000; i++) {
            final ByteBuf record = good.copy();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                final int at = random.nextInt(record.readableBytes());
                record.setByte(at, record.getByte(at) ^ 1 << random.nextInt(8));
            }
            final int available =
                    random.nextBoolean() ? record.readableBytes() : random.nextInt(record.readableBytes());
            try {
                assertThat(MessageLayout.validate(record, 0, available, 100, TOPIC, random.nextBoolean()))
                        .isEqualTo(record.readableBytes());
            } catch (final MalformedFrameException e) {
                continue;
            } catch (final RuntimeException e) {
                throw new AssertionError("seed " + seed + ", case " + i + ": " + ByteBufUtil.hexDump(record), e);
            }
        }
    }

    @Test
    void shouldNotWriteWhatTheLayoutCannotHold() {
        final ByteBuf out = Unpooled.buffer();

        assertThatIllegalArgumentException().isThrownBy(() -> encode(out, TOPIC, new byte[32_768]));
        assertThatIllegalArgumentException().isThrownBy(() -> encode(out, new byte[0], PROPERTIES));
        assertThat(out.writerIndex()).isZero();
    }

    private static void assertRefused(final ByteBuf record, final int available, final String reason) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> MessageLayout.validate(record, 0, available, Integer.MAX_VALUE, TOPIC, true))
                .withMessageContaining(reason);
    }

    private static ByteBuf record() {
        final ByteBuf out = Unpooled.buffer();
        encode(out, TOPIC, PROPERTIES);
        return out;
    }

    private static void encode(final ByteBuf out, final byte[] topic, final byte[] properties) {
        MessageLayout.encode(
                out,
                7,
                11,
                MessageLayout.SYS_FLAG_NON_PERSISTENT,
                1_700_000_000_123L,
                crc(),
                BODY,
                BODY_OFFSET,
                BODY_LENGTH,
                topic,
                properties);
    }

    private static int crc() {
        final CRC32 crc = new CRC32();
        crc.update(BODY, BODY_OFFSET, BODY_LENGTH);
        return (int) crc.getValue();
    }

    private static String text(final byte[] bytes, final int offset, final int length) {
        return new String(bytes, offset, length, UTF_8);
    }
}
