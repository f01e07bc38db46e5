package io.ansermq.openmessaging;

import io.openmessaging.KeyValue;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Headers of a message: values keep their type, so that a number is one to routings, selectors and receivers of other
 * worlds. A value is read as another type by way of its text, as the API's own implementation does. Thread safe.
 */
final class Headers implements KeyValue {
    private final Map<String, Object> values = new ConcurrentHashMap<>();

    /** None yet. */
    Headers() {}

    /** All values as they are: Integer, Long, Double or String. */
    Map<String, Object> values() {
        return values;
    }

    /** Takes over a value of any of the four types. */
    void set(final String key, final Object value) {
        values.put(key, value);
    }

    void remove(final String key) {
        values.remove(key);
    }

    @Override
    public KeyValue put(final String key, final int value) {
        values.put(key, value);
        return this;
    }

    @Override
    public KeyValue put(final String key, final long value) {
        values.put(key, value);
        return this;
    }

    @Override
    public KeyValue put(final String key, final double value) {
        values.put(key, value);
        return this;
    }

    @Override
    public KeyValue put(final String key, final String value) {
        // As the API's own implementation has it, which stores the text "null" rather than throw.
        values.put(key, String.valueOf(value));
        return this;
    }

    @Override
    public int getInt(final String key) {
        return getInt(key, 0);
    }

    @Override
    public int getInt(final String key, final int defaultValue) {
        final Object value = values.get(key);
        if (value == null) {
            return defaultValue;
        }
        return value instanceof Integer number ? number : Integer.parseInt(value.toString());
    }

    @Override
    public long getLong(final String key) {
        return getLong(key, 0);
    }

    @Override
    public long getLong(final String key, final long defaultValue) {
        final Object value = values.get(key);
        if (value == null) {
            return defaultValue;
        }
        return value instanceof Integer || value instanceof Long
                ? ((Number) value).longValue()
                : Long.parseLong(value.toString());
    }

    @Override
    public double getDouble(final String key) {
        return getDouble(key, 0);
    }

    @Override
    public double getDouble(final String key, final double defaultValue) {
        final Object value = values.get(key);
        if (value == null) {
            return defaultValue;
        }
        return value instanceof Number number ? number.doubleValue() : Double.parseDouble(value.toString());
    }

    @Override
    @SuppressWarnings("NullAway") // The API's contract: null when there is no such key.
    public String getString(final String key) {
        return getString(key, null);
    }

    @Override
    @SuppressWarnings("NullAway") // As above: whatever the caller gave.
    public String getString(final String key, final @Nullable String defaultValue) {
        final Object value = values.get(key);
        return value == null ? defaultValue : value.toString();
    }

    @Override
    public Set<String> keySet() {
        return values.keySet();
    }

    @Override
    public boolean containsKey(final String key) {
        return values.containsKey(key);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
