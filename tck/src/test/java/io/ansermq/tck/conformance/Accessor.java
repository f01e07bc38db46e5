package io.ansermq.tck.conformance;

import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.StreamMessage;
import java.util.List;
import java.util.Map;

/**
 * A pair of methods of a message that write and read one type.
 *
 * @param type the type's name as the specification's tables have it
 */
record Accessor<M extends Message>(String type, Writer<M> writer, Reader<M> reader) {

    /** Writes a value that is of this type. */
    @FunctionalInterface
    interface Writer<M extends Message> {
        void write(M message, Object value) throws JMSException;
    }

    /** Reads a value as this type. */
    @FunctionalInterface
    interface Reader<M extends Message> {
        Object read(M message) throws JMSException;
    }

    /** A value of each type that all conversions keep, and one of each that its text shows. */
    static final Map<String, Object> SAMPLES = Map.of(
            "boolean",
            true,
            "byte",
            (byte) -7,
            "short",
            (short) 300,
            "char",
            'ß',
            "int",
            70_000,
            "long",
            5_000_000_000L,
            "float",
            1.5f,
            "double",
            2.25,
            "String",
            "text",
            "byte[]",
            new byte[] {1, 2, 3});

    private static final String NAME = "p";

    static final List<Accessor<Message>> PROPERTIES = List.of(
            of("boolean", (m, v) -> m.setBooleanProperty(NAME, (Boolean) v), m -> m.getBooleanProperty(NAME)),
            of("byte", (m, v) -> m.setByteProperty(NAME, (Byte) v), m -> m.getByteProperty(NAME)),
            of("short", (m, v) -> m.setShortProperty(NAME, (Short) v), m -> m.getShortProperty(NAME)),
            of("int", (m, v) -> m.setIntProperty(NAME, (Integer) v), m -> m.getIntProperty(NAME)),
            of("long", (m, v) -> m.setLongProperty(NAME, (Long) v), m -> m.getLongProperty(NAME)),
            of("float", (m, v) -> m.setFloatProperty(NAME, (Float) v), m -> m.getFloatProperty(NAME)),
            of("double", (m, v) -> m.setDoubleProperty(NAME, (Double) v), m -> m.getDoubleProperty(NAME)),
            of("String", (m, v) -> m.setStringProperty(NAME, (String) v), m -> m.getStringProperty(NAME)));

    static final List<Accessor<MapMessage>> MAP = List.of(
            of("boolean", (m, v) -> m.setBoolean(NAME, (Boolean) v), m -> m.getBoolean(NAME)),
            of("byte", (m, v) -> m.setByte(NAME, (Byte) v), m -> m.getByte(NAME)),
            of("short", (m, v) -> m.setShort(NAME, (Short) v), m -> m.getShort(NAME)),
            of("char", (m, v) -> m.setChar(NAME, (Character) v), m -> m.getChar(NAME)),
            of("int", (m, v) -> m.setInt(NAME, (Integer) v), m -> m.getInt(NAME)),
            of("long", (m, v) -> m.setLong(NAME, (Long) v), m -> m.getLong(NAME)),
            of("float", (m, v) -> m.setFloat(NAME, (Float) v), m -> m.getFloat(NAME)),
            of("double", (m, v) -> m.setDouble(NAME, (Double) v), m -> m.getDouble(NAME)),
            of("String", (m, v) -> m.setString(NAME, (String) v), m -> m.getString(NAME)),
            of("byte[]", (m, v) -> m.setBytes(NAME, (byte[]) v), m -> m.getBytes(NAME)));

    static final List<Accessor<StreamMessage>> STREAM = List.of(
            of("boolean", (m, v) -> m.writeBoolean((Boolean) v), StreamMessage::readBoolean),
            of("byte", (m, v) -> m.writeByte((Byte) v), StreamMessage::readByte),
            of("short", (m, v) -> m.writeShort((Short) v), StreamMessage::readShort),
            of("char", (m, v) -> m.writeChar((Character) v), StreamMessage::readChar),
            of("int", (m, v) -> m.writeInt((Integer) v), StreamMessage::readInt),
            of("long", (m, v) -> m.writeLong((Long) v), StreamMessage::readLong),
            of("float", (m, v) -> m.writeFloat((Float) v), StreamMessage::readFloat),
            of("double", (m, v) -> m.writeDouble((Double) v), StreamMessage::readDouble),
            of("String", (m, v) -> m.writeString((String) v), StreamMessage::readString),
            of("byte[]", (m, v) -> m.writeBytes((byte[]) v), Accessor::readBytes));

    private static <M extends Message> Accessor<M> of(
            final String type, final Writer<M> writer, final Reader<M> reader) {
        return new Accessor<>(type, writer, reader);
    }

    private static byte[] readBytes(final StreamMessage message) throws JMSException {
        final byte[] buffer = new byte[64];
        final int length = message.readBytes(buffer);
        return length < 0 ? null : java.util.Arrays.copyOf(buffer, length);
    }

    @Override
    public String toString() {
        return type;
    }
}
