package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private final Delivery[] batch = new Delivery[8];

    @Test
    void shouldReadRecordsInPlace() {
        final byte[] topic = "orders".getBytes(StandardCharsets.UTF_8);
        final byte[] body = "hello".getBytes(StandardCharsets.UTF_8);
        final byte[] properties = "KEYS\1k\2".getBytes(StandardCharsets.UTF_8);
        final ByteBuf frame = Unpooled.buffer();
        ScriptedBroker.record(frame, 2, 40, 0, "first");
        final int second = frame.writerIndex();
        MessageLayout.encode(frame, 6, 0, 1 << 16, 777, 0, body, 0, 5, topic, properties);
        frame.setLong(second + MessageLayout.QUEUE_OFFSET, 41);
        frame.setInt(second + MessageLayout.RECONSUME_TIMES, 2);
        final byte[] data = ByteBufUtil.getBytes(frame);

        Delivery.split(data, 10, 2, batch);

        assertThat(batch[0].tag()).isEqualTo(10);
        assertThat(batch[0].lane()).isEqualTo(2);
        assertThat(batch[0].offset()).isEqualTo(40);
        assertThat(batch[0].deliveryCount()).isEqualTo(1);
        assertThat(bodyOf(batch[0])).isEqualTo("first");
        assertThat(batch[0].propertiesLength()).isZero();
        assertThat(batch[0].sizeBytes()).isEqualTo(second);
        assertThat(batch[1].tag()).isEqualTo(11);
        assertThat(batch[1].lane()).isEqualTo(6);
        assertThat(batch[1].offset()).isEqualTo(41);
        assertThat(batch[1].deliveryCount()).isEqualTo(3);
        assertThat(batch[1].bornEpochMs()).isEqualTo(777);
        assertThat(batch[1].sysFlag()).isEqualTo(1 << 16);
        assertThat(batch[1].data()).isSameAs(data);
        assertThat(bodyOf(batch[1])).isEqualTo("hello");
        assertThat(ScriptedBroker.text(data, batch[1].propertiesOffset(), batch[1].propertiesLength()))
                .isEqualTo("KEYS\1k\2");
    }

    @Test
    void shouldReadARecordThatARocketMqClientSentOverIpv6() {
        final ByteBuf frame = Unpooled.buffer();
        ScriptedBroker.record(frame, 0, 5, 4, "six");
        // What follows the born host moves by 12 bytes.
        final byte[] plain = ByteBufUtil.getBytes(frame);
        final byte[] data = new byte[plain.length + 12];
        System.arraycopy(plain, 0, data, 0, MessageLayout.BORN_HOST + 4);
        System.arraycopy(
                plain,
                MessageLayout.BORN_HOST + 4,
                data,
                MessageLayout.BORN_HOST + 16,
                plain.length - MessageLayout.BORN_HOST - 4);
        final ByteBuf wide = Unpooled.wrappedBuffer(data);
        wide.setInt(MessageLayout.TOTAL_SIZE, data.length);
        wide.setInt(MessageLayout.SYS_FLAG, MessageLayout.SYS_FLAG_BORN_HOST_IPV6);

        Delivery.split(data, 1, 1, batch);

        assertThat(bodyOf(batch[0])).isEqualTo("six");
        assertThat(batch[0].deliveryCount()).isEqualTo(5);
    }

    @Test
    void shouldRefuseBytesBeyondTheLastRecord() {
        final ByteBuf frame = Unpooled.buffer();
        ScriptedBroker.record(frame, 0, 1, 0, "a");
        ScriptedBroker.record(frame, 0, 2, 0, "b");
        assertThatThrownBy(() -> Delivery.split(ByteBufUtil.getBytes(frame), 1, 1, batch))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("1 delivered records take");
    }

    @Test
    void shouldNeverReadOutsideARecordWhateverItSays() {
        for (int seed = 0; seed < 20_000; seed++) {
            final Random random = new Random(seed);
            final ByteBuf frame = Unpooled.buffer();
            ScriptedBroker.record(frame, 0, 1, 0, "some body");
            byte[] data = ByteBufUtil.getBytes(frame);
            for (int damage = random.nextInt(4); damage >= 0; damage--) {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                data = java.util.Arrays.copyOf(data, random.nextInt(data.length));
            }
            try {
                Delivery.split(data, 1, 1, batch);
            } catch (MalformedFrameException e) {
                continue;
            }
            final int bodyEnd = batch[0].bodyOffset() + batch[0].bodyLength();
            final int propertiesEnd = batch[0].propertiesOffset() + batch[0].propertiesLength();
            assertThat(bodyEnd).as("seed %d", seed).isBetween(MessageLayout.BODY, data.length);
            assertThat(propertiesEnd).as("seed %d", seed).isEqualTo(data.length);
        }
    }

    static String bodyOf(final Delivery delivery) {
        return ScriptedBroker.text(delivery.data(), delivery.bodyOffset(), delivery.bodyLength());
    }
}
