package io.ansermq.jms.message;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, written first and read after {@link #reset}; high byte first, as {@code DataOutputStream} has it. A read that
 * fails leaves the pointer where it was.
 */
public final class JmsBytesMessage extends JmsMessage implements BytesMessage {
    private static final VarHandle SHORT = bigEndian(short[].class);
    private static final VarHandle CHAR = bigEndian(char[].class);
    private static final VarHandle INT = bigEndian(int[].class);
    private static final VarHandle LONG = bigEndian(long[].class);
    private static final VarHandle FLOAT = bigEndian(float[].class);
    private static final VarHandle DOUBLE = bigEndian(double[].class);

    private static final byte[] EMPTY = {};
    private static final int SMALLEST_BUFFER = 256;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /** The body is {@code data[start] .. data[end - 1]}; while it is written, {@code start} is 0. */
    private byte[] data = EMPTY;

    private int start;
    private int end;

    /** The index in {@code data} of the next byte to read. */
    private int position;

    /** Whether {@code data} is the record it was received in, which is never written to. */
    private boolean received;

    JmsBytesMessage(final MessageRules rules) {
        super(rules);
    }

    @Override
    public long getBodyLength() throws JMSException {
        requireReadable();
        final int lengthBytes = end - start;
        return lengthBytes;
    }

    @Override
    public boolean readBoolean() throws JMSException {
        return readByte() != 0;
    }

    @Override
    public byte readByte() throws JMSException {
        return data[take(Byte.BYTES)];
    }

    @Override
    public int readUnsignedByte() throws JMSException {
        return readByte() & 0xFF;
    }

    @Override
    public short readShort() throws JMSException {
        return (short) SHORT.get(data, take(Short.BYTES));
    }

    @Override
    public int readUnsignedShort() throws JMSException {
        return readShort() & 0xFFFF;
    }

    @Override
    public char readChar() throws JMSException {
        return (char) CHAR.get(data, take(Character.BYTES));
    }

    @Override
    public int readInt() throws JMSException {
        return (int) INT.get(data, take(Integer.BYTES));
    }

    @Override
    public long readLong() throws JMSException {
        return (long) LONG.get(data, take(Long.BYTES));
    }

    @Override
    public float readFloat() throws JMSException {
        return (float) FLOAT.get(data, take(Float.BYTES));
    }

    @Override
    public double readDouble() throws JMSException {
        return (double) DOUBLE.get(data, take(Double.BYTES));
    }

    @Override
    public String readUTF() throws JMSException {
        requireReadable();
        final ByteArrayInputStream rest = new ByteArrayInputStream(data, position, end - position);
        try (DataInputStream in = new DataInputStream(rest)) {
            final String text = in.readUTF();
            position = end - rest.available();
            return text;
        } catch (java.io.EOFException e) {
            throw Failures.linked(new MessageEOFException("the text goes beyond the end of the message"), e);
        } catch (IOException e) {
            throw Failures.format("there is no text in modified UTF-8 here: " + e.getMessage(), e);
        }
    }

    @Override
    public int readBytes(final byte[] buffer) throws JMSException {
        return readBytes(buffer, buffer.length);
    }

    @Override
    public int readBytes(final byte[] buffer, final int length) throws JMSException {
        requireReadable();
        if (length < 0 || length > buffer.length) {
            throw new IndexOutOfBoundsException("length " + length + " of a buffer of " + buffer.length + " bytes");
        }
        final int count = Math.min(length, end - position);
        if (count == 0 && length > 0) {
            return -1;
        }
        System.arraycopy(data, position, buffer, 0, count);
        position += count;
        return count;
    }

    /** Moves the pointer over a value, to whose index it returns. */
    private int take(final int lengthBytes) throws JMSException {
        requireReadable();
        if (end - position < lengthBytes) {
            throw new MessageEOFException(
                    "only " + (end - position) + " bytes are left of the message, " + lengthBytes + " are wanted");
        }
        final int index = position;
        position += lengthBytes;
        return index;
    }

    private void requireReadable() throws MessageNotReadableException {
        if (!bodyReadOnly()) {
            throw new MessageNotReadableException("the bytes message is being written: call reset() before reading");
        }
    }

    @Override
    public void writeBoolean(final boolean value) throws JMSException {
        writeByte((byte) (value ? 1 : 0));
    }

    @Override
    public void writeByte(final byte value) throws JMSException {
        final int index = extend(Byte.BYTES);
        data[index] = value;
    }

    @Override
    public void writeShort(final short value) throws JMSException {
        final int index = extend(Short.BYTES);
        SHORT.set(data, index, value);
    }

    @Override
    public void writeChar(final char value) throws JMSException {
        final int index = extend(Character.BYTES);
        CHAR.set(data, index, value);
    }

    @Override
    public void writeInt(final int value) throws JMSException {
        final int index = extend(Integer.BYTES);
        INT.set(data, index, value);
    }

    @Override
    public void writeLong(final long value) throws JMSException {
        final int index = extend(Long.BYTES);
        LONG.set(data, index, value);
    }

    @Override
    public void writeFloat(final float value) throws JMSException {
        final int index = extend(Float.BYTES);
        FLOAT.set(data, index, value);
    }

    @Override
    public void writeDouble(final double value) throws JMSException {
        final int index = extend(Double.BYTES);
        DOUBLE.set(data, index, value);
    }

    @Override
    public void writeUTF(final String value) throws JMSException {
        requireWritableBody();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length() + Short.BYTES);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(value);
        } catch (IOException e) {
            throw Failures.format("the text is too long for writeUTF, which holds 65,535 bytes; use writeBytes", e);
        }
        writeBytes(bytes.toByteArray());
    }

    @Override
    public void writeBytes(final byte[] value) throws JMSException {
        writeBytes(value, 0, value.length);
    }

    @Override
    public void writeBytes(final byte[] value, final int offset, final int length) throws JMSException {
        Objects.checkFromIndexSize(offset, length, value.length);
        final int index = extend(length);
        System.arraycopy(value, offset, data, index, length);
    }

    @Override
    public void writeObject(final Object value) throws JMSException {
        requireWritableBody();
        Objects.requireNonNull(value, "a bytes message cannot hold null");
        if (value instanceof byte[] bytes) {
            writeBytes(bytes);
        } else if (value instanceof String text) {
            writeUTF(text);
        } else if (value instanceof Integer number) {
            writeInt(number);
        } else if (value instanceof Long number) {
            writeLong(number);
        } else if (value instanceof Boolean bool) {
            writeBoolean(bool);
        } else if (value instanceof Byte number) {
            writeByte(number);
        } else if (value instanceof Short number) {
            writeShort(number);
        } else if (value instanceof Character character) {
            writeChar(character);
        } else if (value instanceof Float number) {
            writeFloat(number);
        } else if (value instanceof Double number) {
            writeDouble(number);
        } else {
            throw new MessageFormatException(value.getClass().getName() + " cannot be written to a bytes message;"
                    + " allowed are the boxed primitive types, String and byte[]");
        }
    }

    /** Makes room at the end, whose index it returns. */
    private int extend(final int lengthBytes) throws MessageNotWriteableException {
        requireWritableBody();
        final int index = end;
        if (data.length - index < lengthBytes) {
            grow(index + (long) lengthBytes);
        }
        end = index + lengthBytes;
        return index;
    }

    private void grow(final long neededBytes) {
        if (neededBytes > LARGEST_ARRAY) {
            throw new OutOfMemoryError("a bytes message cannot hold " + neededBytes + " bytes");
        }
        final long doubled = Math.min(LARGEST_ARRAY, 2L * data.length);
        data = Arrays.copyOf(data, (int) Math.max(SMALLEST_BUFFER, Math.max(neededBytes, doubled)));
    }

    @Override
    public void reset() {
        makeBodyReadOnly();
        position = start;
    }

    @Override
    @Nullable
    Class<?> bodyClass() {
        return end == start ? null : byte[].class;
    }

    /** Leaves the message readable from its beginning, as the Javadoc of {@code getBody} asks. */
    @Override
    @Nullable
    Object body() {
        reset();
        return Arrays.copyOfRange(data, start, end);
    }

    @Override
    void emptyBody() {
        if (received) {
            data = EMPTY;
            received = false;
        }
        start = 0;
        end = 0;
        position = 0;
    }

    @Override
    void encodeBody(final EncodedBody into) {
        if (start == 0) {
            into.set(BodyKind.BYTES, data, end);
        } else {
            into.set(BodyKind.BYTES, Arrays.copyOfRange(data, start, end));
        }
    }

    @Override
    void receivedBody(final byte[] newData, final int offset, final int length) {
        data = newData;
        start = offset;
        end = offset + length;
        position = offset;
        received = true;
    }

    private static VarHandle bigEndian(final Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.BIG_ENDIAN);
    }
}
