package io.ansermq.tck.hostile;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Frames as an honest client sends them. */
final class Frames {
    static final int PROTOCOL_VERSION = 1;

    private Frames() {}

    static ControlHeader connect() {
        return new ConnectionHeader.Connect(PROTOCOL_VERSION, "hostile", null, null, null);
    }

    static byte[] encode(ControlHeader header, int opaque) {
        return encode(header, opaque, new byte[0]);
    }

    static byte[] encode(ControlHeader header, int opaque, byte[] body) {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(RemotingCommand.control(header, opaque, Unpooled.wrappedBuffer(body)), out);
        final byte[] frame = new byte[out.readableBytes()];
        out.readBytes(frame);
        return frame;
    }

    /** A record as a client sends it to a destination of this topic. */
    static byte[] record(String topic, byte[] body) {
        final byte[] topicUtf8 = topic.getBytes(StandardCharsets.UTF_8);
        final byte[] properties = "UNIQ_KEY\u00017F0000010000000000000000000000\u0002".getBytes(StandardCharsets.UTF_8);
        final CRC32 crc = new CRC32();
        crc.update(body);
        final ByteBuf out = Unpooled.buffer();
        MessageLayout.encode(
                out, 0, 0, 0, 1, (int) crc.getValue() & 0x7FFFFFFF, body, 0, body.length, topicUtf8, properties);
        final byte[] record = new byte[out.readableBytes()];
        out.readBytes(record);
        return record;
    }
}
