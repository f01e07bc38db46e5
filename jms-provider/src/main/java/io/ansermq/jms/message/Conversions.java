package io.ansermq.jms.message;

import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The conversion tables 3-2 (properties) and 3-7 (map and stream bodies) of Jakarta Messaging 3.1: what a value that was
 * written as one type may be read as. Table 3-2 is 3-7 without {@code char} and {@code byte[]}.
 *
 * <p>A pair that is not in the table is a {@link MessageFormatException}. Text is read with the type's own
 * {@code valueOf}, whose exceptions go through unchanged, and null is read as text that is null: so a missing number is a
 * {@link NumberFormatException} or, where the JDK has it so (float, double), a {@link NullPointerException}, and a
 * missing boolean is false.
 */
final class Conversions {
    private Conversions() {}

    static boolean toBoolean(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Boolean b) {
            return b;
        }
        return Boolean.parseBoolean(text(value, "boolean"));
    }

    static byte toByte(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Byte b) {
            return b;
        }
        return Byte.parseByte(text(value, "byte"));
    }

    static short toShort(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).shortValue();
        }
        return Short.parseShort(text(value, "short"));
    }

    static char toChar(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Character c) {
            return c;
        }
        if (value == null) {
            throw new NullPointerException("a null value cannot be read as char");
        }
        throw unreadable(value, "char");
    }

    static int toInt(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        return Integer.parseInt(text(value, "int"));
    }

    static long toLong(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return Long.parseLong(text(value, "long"));
    }

    static float toFloat(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Float f) {
            return f;
        }
        return Float.parseFloat(text(value, "float"));
    }

    static double toDouble(final @Nullable Object value) throws MessageFormatException {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        return Double.parseDouble(text(value, "double"));
    }

    static @Nullable String toText(final @Nullable Object value) throws MessageFormatException {
        if (value == null) {
            return null;
        }
        if (value instanceof byte[]) {
            throw unreadable(value, "String");
        }
        return value.toString();
    }

    /** The bytes themselves, not a copy. */
    static byte @Nullable [] toBytes(final @Nullable Object value) throws MessageFormatException {
        if (value == null || value instanceof byte[]) {
            return (byte[]) value;
        }
        throw unreadable(value, "byte[]");
    }

    /** What {@code valueOf} of a primitive type is to read: a text, or null as it stands. */
    @SuppressWarnings("NullAway") // valueOf(null) is what the specification asks for
    private static String text(final @Nullable Object value, final String wanted) throws MessageFormatException {
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw unreadable(value, wanted);
    }

    private static MessageFormatException unreadable(final Object value, final String wanted) {
        return new MessageFormatException("a value written as "
                + (value instanceof byte[] ? "byte[]" : value.getClass().getSimpleName()) + " cannot be read as "
                + wanted);
    }
}
