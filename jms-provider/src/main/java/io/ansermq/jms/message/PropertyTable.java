package io.ansermq.jms.message;

import jakarta.jms.MessageFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Named values of the property types: those of a message, and those that a {@code JMSProducer} puts on each message. Not
 * thread safe.
 *
 * <p>Reading converts as table 3-2 of Jakarta Messaging 3.1 allows; see {@link Conversions} for what happens otherwise.
 */
public final class PropertyTable {
    private final boolean strictNames;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /** An empty table; {@code strictNames}: only identifiers of the selector language are names. */
    public PropertyTable(final boolean strictNames) {
        this.strictNames = strictNames;
    }

    /**
     * Sets a value of a type that the caller knows to be allowed.
     *
     * @throws IllegalArgumentException when the name is not allowed
     */
    public void set(final @Nullable String name, final @Nullable Object value) {
        values.put(PropertyNames.check(name, strictNames), value);
    }

    /**
     * Sets a value of any type.
     *
     * @throws MessageFormatException when the type is none of the property types
     * @throws IllegalArgumentException when the name is not allowed
     */
    public void setObject(final @Nullable String name, final @Nullable Object value) throws MessageFormatException {
        final String checked = PropertyNames.check(name, strictNames);
        if (value != null && !isPropertyValue(value)) {
            throw new MessageFormatException(
                    "property '" + checked + "': " + value.getClass().getName()
                            + " is not a property type; allowed are Boolean, Byte, Short, Integer, Long, Float, Double, String");
        }
        values.put(checked, value);
    }

    /** As it came over the wire: any name, a value of a property type. */
    void received(final String name, final @Nullable Object value) {
        values.put(name, value);
    }

    /** The value as it was set, or null when it was not. */
    public @Nullable Object object(final @Nullable String name) {
        return values.get(name);
    }

    /** Whether a value was set, be it null. */
    public boolean contains(final @Nullable String name) {
        return values.containsKey(name);
    }

    /** A boolean, or the text of one. */
    public boolean booleanValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toBoolean(object(name));
    }

    /** A byte, or the text of one. */
    public byte byteValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toByte(object(name));
    }

    /** A short or smaller, or the text of one. */
    public short shortValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toShort(object(name));
    }

    /** An int or smaller, or the text of one. */
    public int intValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toInt(object(name));
    }

    /** A long or smaller, or the text of one. */
    public long longValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toLong(object(name));
    }

    /** A float, or the text of one. */
    public float floatValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toFloat(object(name));
    }

    /** A double or float, or the text of one. */
    public double doubleValue(final @Nullable String name) throws MessageFormatException {
        return Conversions.toDouble(object(name));
    }

    /** Any value as text; null when it is null or was not set. */
    public @Nullable String text(final @Nullable String name) throws MessageFormatException {
        return Conversions.toText(object(name));
    }

    /** The names as they are now, in the order of their first setting; not to be changed. */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** Names and values; a view, not to be changed. */
    Map<String, @Nullable Object> entries() {
        return values;
    }

    /** Whether nothing was set. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Forgets everything. */
    public void clear() {
        values.clear();
    }

    private static boolean isPropertyValue(final Object value) {
        return value instanceof String
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Double
                || value instanceof Float
                || value instanceof Short
                || value instanceof Byte;
    }
}
