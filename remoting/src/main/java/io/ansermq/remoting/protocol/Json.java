package io.ansermq.remoting.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the JSON of RocketMQ bodies: objects as maps, arrays as lists, numbers as {@link Long} or
 * {@link Double}. Reading is lenient where RocketMQ's writers are: the name of a member may be a number without quotes.
 * Static methods are thread safe.
 */
public final class Json {

    /** How deep values may be nested; nothing that brokers send goes beyond a few. */
    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;

    private Json(final String text) {
        this.text = text;
    }

    /**
     * Reads one object.
     *
     * @throws IllegalArgumentException when it is none; the text says what is wrong and where
     */
    public static Map<String, @Nullable Object> object(final byte[] utf8) {
        final Json json = new Json(new String(utf8, StandardCharsets.UTF_8));
        final Object value = json.value(0);
        json.skipSpace();
        if (json.at < json.text.length()) {
            throw json.wrong("something behind the object");
        }
        return asObject(value, "body");
    }

    /** The value as an object; an absent one is an empty object. */
    @SuppressWarnings("unchecked") // object() makes no other maps
    public static Map<String, @Nullable Object> asObject(final @Nullable Object value, final String what) {
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map) {
            return (Map<String, @Nullable Object>) value;
        }
        throw new IllegalArgumentException(what + " is not a JSON object");
    }

    /** The value as a list; an absent one is an empty list. */
    @SuppressWarnings("unchecked") // object() makes no other lists
    public static List<@Nullable Object> asList(final @Nullable Object value, final String what) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List) {
            return (List<@Nullable Object>) value;
        }
        throw new IllegalArgumentException(what + " is not a JSON array");
    }

    /**
     * The text of a value: null, a text, a number, a truth value, a list or a map of these. A name that is a number stands
     * there without quotes and one that is a map as an object, which is no JSON but what RocketMQ's own servers write.
     */
    public static String text(final @Nullable Object value) {
        final StringBuilder out = new StringBuilder(256);
        append(out, value);
        return out.toString();
    }

    private static void append(final StringBuilder out, final @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (final Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                append(out, entry.getKey());
                out.append(':');
                append(out, entry.getValue());
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> list) {
            String separator = "[";
            for (final Object element : list) {
                out.append(separator);
                append(out, element);
                separator = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            quote(out, text);
        } else {
            out.append(value);
        }
    }

    /** Appends a text with its quotes. */
    public static void quote(final StringBuilder out, final String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                out.append('\\').append(next);
            } else if (next < ' ') {
                out.append(String.format("\\u%04x", (int) next));
            } else {
                out.append(next);
            }
        }
        out.append('"');
    }

    private @Nullable Object value(final int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("nested too deep");
        }
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            default -> literal();
        };
    }

    private Map<String, @Nullable Object> members(final int depth) {
        final Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        if (peek() == '}') {
            at++;
            return members;
        }
        for (; ; ) {
            final String name = peek() == '"' ? string() : word();
            expect(':');
            members.put(name, value(depth + 1));
            if (peek() == '}') {
                at++;
                return members;
            }
            expect(',');
        }
    }

    private List<@Nullable Object> elements(final int depth) {
        final List<@Nullable Object> elements = new ArrayList<>();
        at++;
        if (peek() == ']') {
            at++;
            return elements;
        }
        for (; ; ) {
            elements.add(value(depth + 1));
            if (peek() == ']') {
                at++;
                return elements;
            }
            expect(',');
        }
    }

    private String string() {
        expect('"');
        final StringBuilder string = new StringBuilder();
        while (at < text.length()) {
            final char next = text.charAt(at++);
            if (next == '"') {
                return string.toString();
            }
            string.append(next == '\\' ? escape() : next);
        }
        throw wrong("a text without end");
    }

    private char escape() {
        if (at >= text.length()) {
            throw wrong("an escape without end");
        }
        final char kind = text.charAt(at++);
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an unknown escape");
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            final int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
            if (digit < 0) {
                throw wrong("an escape that is no number");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private @Nullable Object literal() {
        final String word = word();
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(word);
        };
    }

    private Number number(final String word) {
        try {
            if (word.matches("-?\\d+")) {
                return Long.parseLong(word);
            }
            return Double.parseDouble(word);
        } catch (final NumberFormatException e) {
            throw wrong("no value");
        }
    }

    /** A run of the characters that numbers and literals are made of. */
    private String word() {
        skipSpace();
        final int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (at == from) {
            throw wrong("no value");
        }
        return text.substring(from, at);
    }

    private void expect(final char wanted) {
        if (peek() != wanted) {
            throw wrong("no " + wanted);
        }
        at++;
    }

    /** The next character that is no white space. */
    private char peek() {
        skipSpace();
        if (at >= text.length()) {
            throw wrong("no end");
        }
        return text.charAt(at);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(final String what) {
        return new IllegalArgumentException("not JSON: " + what + " at character " + at);
    }
}
