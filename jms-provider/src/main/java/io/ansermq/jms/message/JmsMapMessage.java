package io.ansermq.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named values; their conversions are table 3-7 of Jakarta Messaging 3.1. */
public final class JmsMapMessage extends JmsMessage implements MapMessage {
    private Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /** The received bytes until a value is asked for. */
    private byte @Nullable [] data;

    private int offset;
    private int length;

    JmsMapMessage(final MessageRules rules) {
        super(rules);
    }

    @Override
    public boolean getBoolean(final @Nullable String name) throws JMSException {
        return Conversions.toBoolean(value(name));
    }

    @Override
    public byte getByte(final @Nullable String name) throws JMSException {
        return Conversions.toByte(value(name));
    }

    @Override
    public short getShort(final @Nullable String name) throws JMSException {
        return Conversions.toShort(value(name));
    }

    @Override
    public char getChar(final @Nullable String name) throws JMSException {
        return Conversions.toChar(value(name));
    }

    @Override
    public int getInt(final @Nullable String name) throws JMSException {
        return Conversions.toInt(value(name));
    }

    @Override
    public long getLong(final @Nullable String name) throws JMSException {
        return Conversions.toLong(value(name));
    }

    @Override
    public float getFloat(final @Nullable String name) throws JMSException {
        return Conversions.toFloat(value(name));
    }

    @Override
    public double getDouble(final @Nullable String name) throws JMSException {
        return Conversions.toDouble(value(name));
    }

    @Override
    public @Nullable String getString(final @Nullable String name) throws JMSException {
        return Conversions.toText(value(name));
    }

    @Override
    public byte @Nullable [] getBytes(final @Nullable String name) throws JMSException {
        final byte[] bytes = Conversions.toBytes(value(name));
        return bytes == null ? null : bytes.clone();
    }

    @Override
    public @Nullable Object getObject(final @Nullable String name) throws JMSException {
        return Values.copy(value(name));
    }

    /** The names as they are now: later changes do not show. */
    @Override
    public Enumeration<String> getMapNames() throws JMSException {
        return Collections.enumeration(List.copyOf(values().keySet()));
    }

    @Override
    public boolean itemExists(final @Nullable String name) throws JMSException {
        return values().containsKey(name);
    }

    @Override
    public void setBoolean(final @Nullable String name, final boolean value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setByte(final @Nullable String name, final byte value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setShort(final @Nullable String name, final short value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setChar(final @Nullable String name, final char value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setInt(final @Nullable String name, final int value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setLong(final @Nullable String name, final long value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setFloat(final @Nullable String name, final float value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setDouble(final @Nullable String name, final double value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setString(final @Nullable String name, final @Nullable String value) throws JMSException {
        put(name, value);
    }

    @Override
    public void setBytes(final @Nullable String name, final byte @Nullable [] value) throws JMSException {
        put(name, value == null ? null : value.clone());
    }

    @Override
    public void setBytes(final @Nullable String name, final byte[] value, final int offset, final int length)
            throws JMSException {
        put(name, Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void setObject(final @Nullable String name, final @Nullable Object value) throws JMSException {
        Values.requireType(value);
        put(name, Values.copy(value));
    }

    private void put(final @Nullable String name, final @Nullable Object value) throws MessageNotWriteableException {
        requireWritableBody();
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("a map value needs a name that is not empty");
        }
        values.put(name, value);
    }

    private @Nullable Object value(final @Nullable String name) throws MessageFormatException {
        return values().get(name);
    }

    private Map<String, @Nullable Object> values() throws MessageFormatException {
        if (data != null) {
            values = ValueCodec.readMap(data, offset, length);
            data = null;
        }
        return values;
    }

    @Override
    @Nullable
    Class<?> bodyClass() throws JMSException {
        return values().isEmpty() ? null : Map.class;
    }

    @Override
    @Nullable
    Object body() throws JMSException {
        final Map<String, @Nullable Object> copy = new LinkedHashMap<>(values());
        copy.replaceAll((name, value) -> Values.copy(value));
        return copy;
    }

    @Override
    void emptyBody() {
        values = new LinkedHashMap<>();
        data = null;
    }

    @Override
    void encodeBody(final EncodedBody into) {
        if (data != null) {
            into.set(BodyKind.MAP, Arrays.copyOfRange(data, offset, offset + length));
        } else {
            into.set(BodyKind.MAP, ValueCodec.writeMap(values));
        }
    }

    @Override
    void receivedBody(final byte[] newData, final int newOffset, final int newLength) {
        data = newData;
        offset = newOffset;
        length = newLength;
    }
}
