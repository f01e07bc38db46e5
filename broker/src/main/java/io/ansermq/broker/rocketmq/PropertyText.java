package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.MessageProperties;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The properties of a message as RocketMQ's request headers carry them: {@code name 0x01 value 0x02}. Stateless. */
final class PropertyText {

    private static final char NAME_END = MessageProperties.NAME_END;
    private static final char VALUE_END = MessageProperties.VALUE_END;

    private PropertyText() {}

    /** The value under a name, or null. */
    static @Nullable String find(final String text, final String name) {
        int at = 0;
        while (at < text.length()) {
            final int end = text.indexOf(VALUE_END, at);
            final int stop = end < 0 ? text.length() : end;
            final int valueAt = at + name.length() + 1;
            if (valueAt <= stop && text.startsWith(name, at) && text.charAt(valueAt - 1) == NAME_END) {
                return text.substring(valueAt, stop);
            }
            at = stop + 1;
        }
        return null;
    }

    static Map<String, String> parse(final String text) {
        final Map<String, String> map = new LinkedHashMap<>();
        for (int at = 0; at < text.length(); ) {
            final int end = text.indexOf(VALUE_END, at);
            final int stop = end < 0 ? text.length() : end;
            final int nameEnd = text.indexOf(NAME_END, at);
            if (nameEnd > at && nameEnd < stop) {
                map.put(text.substring(at, nameEnd), text.substring(nameEnd + 1, stop));
            }
            at = stop + 1;
        }
        return map;
    }

    static String of(final Map<String, String> properties) {
        final StringBuilder text = new StringBuilder(128);
        properties.forEach((name, value) ->
                text.append(name).append(NAME_END).append(value).append(VALUE_END));
        return text.toString();
    }

    /** The text with a property behind it. */
    static String with(final String text, final String name, final String value) {
        return join(text, name + NAME_END + value + VALUE_END);
    }

    /** The text with other properties behind it. */
    static String join(final String text, final String others) {
        final boolean closed = text.isEmpty() || text.charAt(text.length() - 1) == VALUE_END;
        return closed ? text.concat(others) : text + VALUE_END + others;
    }
}
