package io.ansermq.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.StreamMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values in a row, written first and read after {@link #reset}; their conversions are table 3-7 of Jakarta Messaging
 * 3.1. A read that fails leaves the pointer where it was, so that the value can be read as another type.
 */
public final class JmsStreamMessage extends JmsMessage implements StreamMessage {
    private List<@Nullable Object> values = new ArrayList<>();
    private int next;

    /** The byte array that {@link #readBytes} is in the middle of, else null; the pointer still stands on it. */
    private byte @Nullable [] partlyRead;

    private int partlyReadTo;

    /** The received bytes until a value is asked for. */
    private byte @Nullable [] data;

    private int offset;
    private int length;

    JmsStreamMessage(final MessageRules rules) {
        super(rules);
    }

    @Override
    public boolean readBoolean() throws JMSException {
        final boolean value = Conversions.toBoolean(peek());
        next++;
        return value;
    }

    @Override
    public byte readByte() throws JMSException {
        final byte value = Conversions.toByte(peek());
        next++;
        return value;
    }

    @Override
    public short readShort() throws JMSException {
        final short value = Conversions.toShort(peek());
        next++;
        return value;
    }

    @Override
    public char readChar() throws JMSException {
        final char value = Conversions.toChar(peek());
        next++;
        return value;
    }

    @Override
    public int readInt() throws JMSException {
        final int value = Conversions.toInt(peek());
        next++;
        return value;
    }

    @Override
    public long readLong() throws JMSException {
        final long value = Conversions.toLong(peek());
        next++;
        return value;
    }

    @Override
    public float readFloat() throws JMSException {
        final float value = Conversions.toFloat(peek());
        next++;
        return value;
    }

    @Override
    public double readDouble() throws JMSException {
        final double value = Conversions.toDouble(peek());
        next++;
        return value;
    }

    @Override
    public @Nullable String readString() throws JMSException {
        final String value = Conversions.toText(peek());
        next++;
        return value;
    }

    @Override
    public @Nullable Object readObject() throws JMSException {
        final Object value = Values.copy(peek());
        next++;
        return value;
    }

    @Override
    public int readBytes(final byte[] buffer) throws JMSException {
        if (partlyRead == null) {
            final byte[] field = Conversions.toBytes(peek());
            if (field == null || field.length == 0) {
                next++;
                return field == null ? -1 : 0;
            }
            partlyRead = field;
            partlyReadTo = 0;
        }
        final int left = partlyRead.length - partlyReadTo;
        if (left == 0) {
            endField();
            return -1;
        }
        final int count = Math.min(left, buffer.length);
        System.arraycopy(partlyRead, partlyReadTo, buffer, 0, count);
        partlyReadTo += count;
        if (count < buffer.length) {
            endField();
        }
        return count;
    }

    private void endField() {
        partlyRead = null;
        next++;
    }

    /** The value at the pointer, which stays. */
    private @Nullable Object peek() throws JMSException {
        if (!bodyReadOnly()) {
            throw new MessageNotReadableException("the stream message is being written: call reset() before reading");
        }
        if (partlyRead != null) {
            throw new MessageFormatException("a byte array is partly read: call readBytes until it returns less than"
                    + " the length of its buffer");
        }
        final List<@Nullable Object> all = values();
        if (next >= all.size()) {
            throw new MessageEOFException("the stream message has only " + all.size() + " values");
        }
        return all.get(next);
    }

    private List<@Nullable Object> values() throws MessageFormatException {
        if (data != null) {
            values = ValueCodec.readStream(data, offset, length);
            data = null;
        }
        return values;
    }

    @Override
    public void writeBoolean(final boolean value) throws JMSException {
        write(value);
    }

    @Override
    public void writeByte(final byte value) throws JMSException {
        write(value);
    }

    @Override
    public void writeShort(final short value) throws JMSException {
        write(value);
    }

    @Override
    public void writeChar(final char value) throws JMSException {
        write(value);
    }

    @Override
    public void writeInt(final int value) throws JMSException {
        write(value);
    }

    @Override
    public void writeLong(final long value) throws JMSException {
        write(value);
    }

    @Override
    public void writeFloat(final float value) throws JMSException {
        write(value);
    }

    @Override
    public void writeDouble(final double value) throws JMSException {
        write(value);
    }

    @Override
    public void writeString(final @Nullable String value) throws JMSException {
        write(value);
    }

    @Override
    public void writeBytes(final byte @Nullable [] value) throws JMSException {
        write(value == null ? null : value.clone());
    }

    @Override
    public void writeBytes(final byte[] value, final int offset, final int length) throws JMSException {
        write(Arrays.copyOfRange(value, offset, offset + length));
    }

    @Override
    public void writeObject(final @Nullable Object value) throws JMSException {
        Values.requireType(value);
        write(Values.copy(value));
    }

    private void write(final @Nullable Object value) throws MessageNotWriteableException {
        requireWritableBody();
        values.add(value);
    }

    @Override
    public void reset() {
        makeBodyReadOnly();
        next = 0;
        partlyRead = null;
    }

    /** Never: a stream has no body in one piece. */
    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") final Class type) {
        return false;
    }

    @Override
    @Nullable
    Class<?> bodyClass() throws JMSException {
        throw new MessageFormatException("the body of a stream message can only be read value by value");
    }

    @Override
    @Nullable
    Object body() {
        return null;
    }

    @Override
    void emptyBody() {
        values = new ArrayList<>();
        data = null;
        next = 0;
        partlyRead = null;
    }

    @Override
    void encodeBody(final EncodedBody into) {
        if (data != null) {
            into.set(BodyKind.STREAM, Arrays.copyOfRange(data, offset, offset + length));
        } else {
            into.set(BodyKind.STREAM, ValueCodec.writeStream(values));
        }
    }

    @Override
    void receivedBody(final byte[] newData, final int newOffset, final int newLength) {
        data = newData;
        offset = newOffset;
        length = newLength;
    }
}
