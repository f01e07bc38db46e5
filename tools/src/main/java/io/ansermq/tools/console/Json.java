package io.ansermq.tools.console;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes maps, lists, numbers, texts and booleans as JSON (RFC 8259), two spaces deep per level. Stateless.
 *
 * <p>Maps keep their order. Anything else is written as its text. A number without a finite value becomes {@code null}.
 */
public final class Json {

    private static final String INDENT = "  ";

    private Json() {}

    /** The whole document, with a line end. */
    public static String write(final Object value) {
        final StringBuilder out = new StringBuilder();
        write(value, "\n", out);
        return out.append('\n').toString();
    }

    private static void write(final @Nullable Object value, final String lineEnd, final StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            writeMap(map, lineEnd, out);
        } else if (value instanceof Collection<?> list) {
            writeList(list, lineEnd, out);
        } else if (value == null || isUnknown(value)) {
            out.append("null");
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            writeText(value.toString(), out);
        }
    }

    private static boolean isUnknown(final Object value) {
        return value instanceof Double number && !Double.isFinite(number);
    }

    private static void writeMap(final Map<?, ?> map, final String lineEnd, final StringBuilder out) {
        if (map.isEmpty()) {
            out.append("{}");
            return;
        }
        String separator = "{";
        for (final Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator).append(lineEnd).append(INDENT);
            writeText(String.valueOf(entry.getKey()), out);
            out.append(": ");
            write(entry.getValue(), lineEnd + INDENT, out);
            separator = ",";
        }
        out.append(lineEnd).append('}');
    }

    private static void writeList(final Collection<?> list, final String lineEnd, final StringBuilder out) {
        if (list.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        for (final Iterator<?> each = list.iterator(); each.hasNext(); ) {
            out.append(lineEnd).append(INDENT);
            write(each.next(), lineEnd + INDENT, out);
            out.append(each.hasNext() ? "," : "");
        }
        out.append(lineEnd).append(']');
    }

    private static void writeText(final String text, final StringBuilder out) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            final char c = text.charAt(index);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> writePlain(c, out);
            }
        }
        out.append('"');
    }

    /** Half of a surrogate pair alone is no Unicode text and would not survive UTF-8; escaping all halves is valid. */
    private static void writePlain(final char c, final StringBuilder out) {
        if (c < ' ' || c == '\u007f' || Character.isSurrogate(c)) {
            out.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
        } else {
            out.append(c);
        }
    }
}
