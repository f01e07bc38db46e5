package io.ansermq.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Makes deliveries of messages as a broker would. In this package, because only the client makes deliveries. */
public final class Deliveries {
    private static final byte[] TOPIC = "orders".getBytes(UTF_8);

    private Deliveries() {}

    /** A first delivery. */
    public static Delivery of(final OutgoingMessage message) {
        return of(message, 1);
    }

    /** A delivery that counts as the given one; the record stands behind another one in its array. */
    public static Delivery of(final OutgoingMessage message, final int deliveryCount) {
        final ByteBuf records = Unpooled.buffer();
        encode(records, message);
        final int second = records.writerIndex();
        encode(records, message);
        records.setInt(second + MessageLayout.RECONSUME_TIMES, deliveryCount - 1);
        final byte[] data = new byte[records.readableBytes()];
        records.readBytes(data);
        final Delivery[] batch = new Delivery[2];
        Delivery.split(data, 1, 2, batch);
        return batch[1];
    }

    private static void encode(final ByteBuf out, final OutgoingMessage message) {
        MessageLayout.encode(
                out,
                message.lane(),
                0,
                message.sysFlag(),
                message.bornEpochMs(),
                message.bodyCrc(),
                message.body(),
                0,
                message.bodyLength(),
                TOPIC,
                message.properties());
    }
}
