package io.ansermq.broker.rocketmq;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header fields of a request, typed. Immutable. What cannot be read is a {@link RefusedException}. */
final class Fields {

    private final Map<String, String> fields;

    Fields(final Map<String, String> fields) {
        this.fields = fields;
    }

    String text(final String name) {
        final String value = fields.get(name);
        if (value == null) {
            throw new RefusedException(ResponseCodes.SYSTEM_ERROR, "the field " + name + " is missing");
        }
        return value;
    }

    String text(final String name, final String whenAbsent) {
        return fields.getOrDefault(name, whenAbsent);
    }

    @Nullable
    String optional(final String name) {
        return fields.get(name);
    }

    boolean has(final String name) {
        return fields.containsKey(name);
    }

    long number(final String name) {
        return parse(name, text(name));
    }

    long number(final String name, final long whenAbsent) {
        final String value = fields.get(name);
        return value == null || value.isEmpty() ? whenAbsent : parse(name, value);
    }

    int integer(final String name) {
        return toInt(name, number(name));
    }

    int integer(final String name, final int whenAbsent) {
        return toInt(name, number(name, whenAbsent));
    }

    boolean flag(final String name) {
        return Boolean.parseBoolean(fields.get(name));
    }

    private static int toInt(final String name, final long value) {
        if (value != (int) value) {
            throw new RefusedException(ResponseCodes.SYSTEM_ERROR, "the field " + name + " is out of range: " + value);
        }
        return (int) value;
    }

    private static long parse(final String name, final String value) {
        try {
            return Long.parseLong(value);
        } catch (final NumberFormatException e) {
            throw new RefusedException(
                    ResponseCodes.SYSTEM_ERROR, "the field " + name + " is not a number: '" + value + "'");
        }
    }
}
