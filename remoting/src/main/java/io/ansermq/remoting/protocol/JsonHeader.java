package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RocketMQ's JSON header: a flat object with a map of text fields in it.
 *
 * <pre>
 *   {"code":10,"extFields":{"name":"value"},"flag":0,"language":"JAVA","opaque":7,"remark":"...",
 *    "serializeTypeCurrentRPC":"JSON","version":513}
 * </pre>
 *
 * <p>Names are written in alphabetic order, as RocketMQ does. Names that are not known are skipped when reading, since
 * peers of other versions add some, and what is missing has the value 0 or null.
 */
final class JsonHeader {

    private JsonHeader() {}

    static void encode(final RemotingCommand command, final ByteBuf out) {
        final StringBuilder json = new StringBuilder(160);
        json.append("{\"code\":").append(command.code());
        if (!command.extFields().isEmpty()) {
            json.append(",\"extFields\":{");
            String separator = "";
            for (final Map.Entry<String, String> field : command.extFields().entrySet()) {
                json.append(separator);
                quote(field.getKey(), json);
                json.append(':');
                quote(field.getValue(), json);
                separator = ",";
            }
            json.append('}');
        }
        json.append(",\"flag\":").append(command.flag());
        json.append(",\"language\":\"").append(command.language().name()).append('"');
        json.append(",\"opaque\":").append(command.opaque());
        final String remark = command.remark();
        if (remark != null) {
            json.append(",\"remark\":");
            quote(remark, json);
        }
        json.append(",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":")
                .append(command.version())
                .append('}');
        ByteBufUtil.writeUtf8(out, json);
    }

    static RocketMqHeader decode(final byte[] header, final int offset, final int length) {
        final JsonReader json = new JsonReader(header, offset, length);
        int code = 0;
        LanguageCode language = LanguageCode.JAVA;
        int version = 0;
        int opaque = 0;
        int flag = 0;
        @Nullable String remark = null;
        Map<String, String> extFields = Map.of();

        json.beginObject();
        while (json.hasNext()) {
            switch (json.name()) {
                case "code" -> code = json.integer();
                case "version" -> version = json.integer();
                case "opaque" -> opaque = json.integer();
                case "flag" -> flag = json.integer();
                case "language" -> language = language(json.scalar());
                case "remark" -> remark = json.scalar();
                case "extFields" -> extFields = fields(json);
                default -> json.skip();
            }
        }
        json.end();
        return new RocketMqHeader(code, language, version, opaque, flag, remark, extFields);
    }

    private static LanguageCode language(final @Nullable String name) {
        return name == null ? LanguageCode.OTHER : LanguageCode.of(name);
    }

    private static Map<String, String> fields(final JsonReader json) {
        if (json.nextIsNull()) {
            return Map.of();
        }
        // A send has up to fifteen, for which the smallest map would have to grow.
        final Map<String, String> fields = new LinkedHashMap<>(32);
        json.beginObject();
        while (json.hasNext()) {
            final String name = json.name();
            final String value = json.scalar();
            if (value != null) {
                fields.put(name, value);
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    private static void quote(final String text, final StringBuilder json) {
        json.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            final char next = text.charAt(i);
            if (next == '"' || next == '\\' || next < ' ') {
                json.append(text, plainFrom, i).append('\\');
                if (next < ' ') {
                    json.append("u00").append(hex(next >> 4)).append(hex(next & 0xF));
                } else {
                    json.append(next);
                }
                plainFrom = i + 1;
            }
        }
        json.append(text, plainFrom, text.length()).append('"');
    }

    private static char hex(final int digit) {
        return Character.forDigit(digit, 16);
    }
}
