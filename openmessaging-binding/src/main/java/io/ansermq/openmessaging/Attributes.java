package io.ansermq.openmessaging;

import io.openmessaging.KeyValue;
import io.openmessaging.OMS;
import org.jspecify.annotations.Nullable;

/** Attributes as applications give them: any implementation of KeyValue, whose values may be text. Stateless. */
final class Attributes {

    private Attributes() {}

    /** An application that has none gives an empty one. */
    static KeyValue required(final @Nullable KeyValue attributes) {
        return Errors.required(attributes, "a KeyValue of attributes, be it an empty one");
    }

    static KeyValue copy(final KeyValue attributes) {
        final KeyValue copy = OMS.newKeyValue();
        required(attributes).keySet().forEach(name -> copy.put(name, attributes.getString(name)));
        return copy;
    }

    /** A text; null when there is none. The API itself puts the text "null" where there is no account. */
    static @Nullable String text(final KeyValue attributes, final String name) {
        final String value = required(attributes).getString(name);
        return value == null || value.isBlank() || value.equals("null") ? null : value;
    }

    /** A number of milliseconds; {@code otherwise} when there is none. */
    static long timeoutMs(final KeyValue attributes, final String name, final long otherwise) {
        final String value = text(attributes, name);
        if (value == null) {
            return otherwise;
        }
        final long timeoutMs;
        try {
            timeoutMs = Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "attribute " + name + " is '" + value + "', which is no number of milliseconds",
                    e);
        }
        if (timeoutMs < 0) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER, "attribute " + name + " is " + timeoutMs + ": 0 and more are possible");
        }
        return timeoutMs;
    }
}
