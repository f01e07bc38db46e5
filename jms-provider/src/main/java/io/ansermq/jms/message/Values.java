package io.ansermq.jms.message;

import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/** The values that map and stream bodies hold: boxed primitives, text, byte arrays and null. */
final class Values {
    private Values() {}

    /** Byte arrays are the only values that could change behind a message's back. */
    static @Nullable Object copy(final @Nullable Object value) {
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    static void requireType(final @Nullable Object value) throws MessageFormatException {
        if (value != null && !isValue(value)) {
            throw new MessageFormatException(value.getClass().getName() + " cannot stand in a map or stream message;"
                    + " allowed are the boxed primitive types, String and byte[]");
        }
    }

    private static boolean isValue(final Object value) {
        return value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Character
                || value instanceof byte[];
    }
}
