package io.ansermq.client.message;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of properties that are not text, as the property {@code __JMS_TYPES} keeps them: for each a letter and the
 * name, between commas ({@code Icount,Dprice}). The letters are those of the class file format.
 */
public enum PropertyType {
    BOOLEAN('Z'),
    BYTE('B'),
    SHORT('S'),
    INT('I'),
    LONG('J'),
    FLOAT('F'),
    DOUBLE('D'),
    /** A text that is null. */
    NULL('N'),
    /** Bytes as hex digits; of the correlation ID only. */
    BYTES('X');

    /** Between two entries; never part of a name. */
    public static final char SEPARATOR = ',';

    private static final PropertyType[] TYPES = values();

    private final char letter;

    PropertyType(final char letter) {
        this.letter = letter;
    }

    /** What stands for it in the list. */
    public char letter() {
        return letter;
    }

    /** The type of a property value; null for text. */
    public static @Nullable PropertyType of(final @Nullable Object value) {
        if (value instanceof String) {
            return null;
        } else if (value instanceof Integer) {
            return INT;
        } else if (value instanceof Long) {
            return LONG;
        } else if (value instanceof Boolean) {
            return BOOLEAN;
        } else if (value instanceof Double) {
            return DOUBLE;
        } else if (value instanceof Float) {
            return FLOAT;
        } else if (value instanceof Short) {
            return SHORT;
        } else if (value instanceof Byte) {
            return BYTE;
        }
        return NULL;
    }

    /** The value that a text stands for; the text itself where it stands for none. */
    public @Nullable Object read(final String text) {
        try {
            return switch (this) {
                case BOOLEAN -> Boolean.valueOf(text);
                case BYTE -> Byte.valueOf(text);
                case SHORT -> Short.valueOf(text);
                case INT -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case NULL -> null;
                case BYTES -> text;
            };
        } catch (NumberFormatException e) {
            // Somebody between us and the sender has changed the value: better a text than no message.
            return text;
        }
    }

    /** Types by name. Letters of a later release are left out, so that their properties are text. */
    public static Map<String, PropertyType> parse(final String list) {
        final Map<String, PropertyType> types = new HashMap<>();
        int start = 0;
        while (start < list.length()) {
            final int comma = list.indexOf(SEPARATOR, start);
            final int end = comma < 0 ? list.length() : comma;
            for (final PropertyType type : TYPES) {
                if (end > start && type.letter == list.charAt(start)) {
                    types.put(list.substring(start + 1, end), type);
                }
            }
            start = end + 1;
        }
        return types;
    }
}
