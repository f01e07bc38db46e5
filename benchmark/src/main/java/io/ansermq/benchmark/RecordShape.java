package io.ansermq.benchmark;

import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * The messages of a run and how large they are in the log.
 *
 * @param bodyBytes size of a message's body
 */
record RecordShape(int bodyBytes) {

    /** A frame's header, and the alignment of its end. */
    private static final int FRAME_HEADER_BYTES = 56;

    private static final byte[] TOPIC = "orders.incoming".getBytes(StandardCharsets.UTF_8);

    /** What a JMS message without properties of its own carries: its id and the kind of its body. */
    private static final byte[] PROPERTIES = "UNIQ_KEY\u00017F0000010A2B18B4AAC27D5B6C8F0001\u0002__JMS_BODY\u0001bytes"
            .getBytes(StandardCharsets.UTF_8);

    /** The size of a record in the log. */
    int recordBytes() {
        return MessageLayout.sizeOf(bodyBytes, TOPIC.length, PROPERTIES.length);
    }

    /** The size of a frame of so many records. */
    int frameBytes(final int records) {
        return FRAME_HEADER_BYTES + records * recordBytes();
    }

    /** A record as it comes from a client, in direct memory. */
    ByteBuffer record() {
        final byte[] body = new byte[bodyBytes];
        new Random(bodyBytes).nextBytes(body);
        final CRC32 crc = new CRC32();
        crc.update(body);
        final ByteBuf encoded = Unpooled.buffer(recordBytes());
        MessageLayout.encode(encoded, 0, 0, 0, 0, (int) crc.getValue(), body, 0, bodyBytes, TOPIC, PROPERTIES);
        return ByteBuffer.allocateDirect(recordBytes()).put(encoded.nioBuffer()).flip();
    }

    /** For tables: {@code 100 B}, {@code 16 KiB}. */
    @Override
    public String toString() {
        return bodyBytes % 1024 == 0 ? bodyBytes / 1024 + " KiB" : bodyBytes + " B";
    }
}
