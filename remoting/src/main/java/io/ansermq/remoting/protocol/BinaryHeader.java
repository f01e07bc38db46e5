package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ's binary header.
 *
 * <pre>
 *   code i16 | language i8 | version i16 | opaque i32 | flag i32 | remark: i32 length, UTF-8
 *   | fields: i32 length of all, then each: i16 length, name, i32 length, value
 * </pre>
 *
 * <p>The code has 16 bits, so a larger one is cut; RocketMQ itself does that. A length of 0 stands for no text.
 */
final class BinaryHeader {

    private BinaryHeader() {}

    static void encode(final RemotingCommand command, final ByteBuf out) {
        out.writeShort(command.code());
        out.writeByte(command.language().code());
        out.writeShort(command.version());
        out.writeInt(command.opaque());
        out.writeInt(command.flag());
        final String remark = command.remark();
        writeLongText(out, remark == null ? "" : remark);
        final int fieldsAt = out.writerIndex();
        out.writeInt(0);
        command.extFields().forEach((name, value) -> {
            final int nameBytes = ByteBufUtil.utf8Bytes(name);
            if (nameBytes > Short.MAX_VALUE) {
                throw new IllegalArgumentException("a field name of " + nameBytes + " bytes");
            }
            out.writeShort(nameBytes);
            ByteBufUtil.writeUtf8(out, name);
            writeLongText(out, value);
        });
        out.setInt(fieldsAt, out.writerIndex() - fieldsAt - 4);
    }

    static RocketMqHeader decode(final byte[] header, final int offset, final int length) {
        // A view with its own limit: whatever the lengths below say, nothing outside the header is read.
        final ByteBuffer in = ByteBuffer.wrap(header, offset, length);
        require(in, 2 + 1 + 2 + 4 + 4, "fixed part");
        final int code = in.getShort();
        final LanguageCode language = LanguageCode.of(in.get());
        final int version = in.getShort();
        final int opaque = in.getInt();
        final int flag = in.getInt();
        require(in, 4, "remark length");
        final String remark = text(in, in.getInt(), "remark");
        require(in, 4, "fields length");
        final int fieldsLength = in.getInt();
        if (fieldsLength != in.remaining()) {
            throw malformed("fields length", fieldsLength, in.remaining());
        }
        return new RocketMqHeader(code, language, version, opaque, flag, remark, fields(in));
    }

    private static Map<String, String> fields(final ByteBuffer in) {
        if (!in.hasRemaining()) {
            return Map.of();
        }
        final Map<String, String> fields = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            require(in, 2, "field name length");
            final String name = text(in, in.getShort(), "field name");
            require(in, 4, "field value length");
            final String value = text(in, in.getInt(), "field value");
            if (name != null && value != null) {
                fields.put(name, value);
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable String text(final ByteBuffer in, final int length, final String what) {
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > in.remaining()) {
            throw malformed(what, length, in.remaining());
        }
        final String text = new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private static void writeLongText(final ByteBuf out, final String text) {
        final int at = out.writerIndex();
        out.writeInt(0);
        out.setInt(at, ByteBufUtil.writeUtf8(out, text));
    }

    private static void require(final ByteBuffer in, final int bytes, final String what) {
        if (in.remaining() < bytes) {
            throw malformed(what, bytes, in.remaining());
        }
    }

    private static MalformedFrameException malformed(final String what, final int bytes, final int left) {
        return new MalformedFrameException(
                "binary header: " + what + " of " + bytes + " bytes where " + left + " are left");
    }
}
