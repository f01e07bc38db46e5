package io.ansermq.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables 3-2 and 3-7 of Jakarta Messaging 3.1, cell by cell, on all three things that hold values. */
class ConversionsTest {
    private static final List<String> TYPES =
            List.of("boolean", "byte", "short", "char", "int", "long", "float", "double", "String", "byte[]");

    /** A value of each type that fits every column. */
    private static final Map<String, Object> VALUES = Map.of(
            "boolean",
            true,
            "byte",
            (byte) 7,
            "short",
            (short) 7,
            "char",
            '7',
            "int",
            7,
            "long",
            7L,
            "float",
            7f,
            "double",
            7d,
            "String",
            "7",
            "byte[]",
            new byte[] {7});

    /** What each row can be read as; table 3-2 is the same without char and byte[]. */
    private static final Map<String, List<String>> READABLE = Map.of(
            "boolean", List.of("boolean", "String"),
            "byte", List.of("byte", "short", "int", "long", "String"),
            "short", List.of("short", "int", "long", "String"),
            "char", List.of("char", "String"),
            "int", List.of("int", "long", "String"),
            "long", List.of("long", "String"),
            "float", List.of("float", "double", "String"),
            "double", List.of("double", "String"),
            "String", List.of("boolean", "byte", "short", "int", "long", "float", "double", "String"),
            "byte[]", List.of("byte[]"));

    private record Cell(String row, String column) {
        boolean isReadable() {
            return READABLE.get(row).contains(column);
        }

        Object expected() {
            return switch (column) {
                case "boolean" -> row.equals("boolean");
                case "String" ->
                    switch (row) {
                        case "boolean" -> "true";
                        case "float", "double" -> "7.0";
                        default -> "7";
                    };
                default -> VALUES.get(column);
            };
        }

        void check(final Reader reader) throws JMSException {
            if (isReadable()) {
                assertThat(reader.read()).isEqualTo(expected());
            } else {
                assertThatThrownBy(reader::read).isInstanceOf(MessageFormatException.class);
            }
        }
    }

    private interface Reader {
        Object read() throws JMSException;
    }

    static Stream<Cell> cells() {
        final List<Cell> cells = new ArrayList<>();
        for (final String row : TYPES) {
            for (final String column : TYPES) {
                cells.add(new Cell(row, column));
            }
        }
        return cells.stream();
    }

    static Stream<Cell> propertyCells() {
        final List<String> others = List.of("char", "byte[]");
        return cells().filter(cell -> !others.contains(cell.row()) && !others.contains(cell.column()));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void shouldConvertMapValuesAsTableSays(final Cell cell) throws JMSException {
        final JmsMapMessage message = new JmsMapMessage(MessageRules.DEFAULT);
        message.setObject("x", VALUES.get(cell.row()));

        cell.check(mapReader(message, cell.column()));
    }

    @ParameterizedTest
    @MethodSource("propertyCells")
    void shouldConvertPropertiesAsTableSays(final Cell cell) throws JMSException {
        final JmsTextMessage message = new JmsTextMessage(MessageRules.DEFAULT);
        message.setObjectProperty("x", VALUES.get(cell.row()));

        cell.check(propertyReader(message, cell.column()));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void shouldConvertStreamValuesAsTableSays(final Cell cell) throws JMSException {
        final JmsStreamMessage message = new JmsStreamMessage(MessageRules.DEFAULT);
        message.writeObject(VALUES.get(cell.row()));
        message.writeInt(42);
        message.reset();

        cell.check(streamReader(message, cell.column()));

        if (!cell.isReadable()) {
            assertThat(message.readObject())
                    .as("the value that could not be read is still there")
                    .isEqualTo(VALUES.get(cell.row()));
        }
        if (!cell.column().equals("byte[]") || !cell.isReadable()) {
            assertThat(message.readInt()).isEqualTo(42);
        }
    }

    /** Sections 3.5.4 and 3.11.3. */
    @ParameterizedTest
    @CsvSource({"byte", "short", "int", "long", "float", "double"})
    void shouldRefuseTextThatIsNoNumber(final String column) throws JMSException {
        final JmsMapMessage map = new JmsMapMessage(MessageRules.DEFAULT);
        map.setString("x", "seven");
        final JmsTextMessage properties = new JmsTextMessage(MessageRules.DEFAULT);
        properties.setStringProperty("x", "seven");
        final JmsStreamMessage stream = new JmsStreamMessage(MessageRules.DEFAULT);
        stream.writeString("seven");
        stream.reset();

        assertThatThrownBy(mapReader(map, column)::read).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(propertyReader(properties, column)::read).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(streamReader(stream, column)::read).isInstanceOf(NumberFormatException.class);
        assertThat(stream.readString()).as("after the failed read").isEqualTo("seven");
    }

    /** A null value and a missing one are read as {@code valueOf(null)}. */
    @ParameterizedTest
    @CsvSource({
        "byte, java.lang.NumberFormatException",
        "short, java.lang.NumberFormatException",
        "char, java.lang.NullPointerException",
        "int, java.lang.NumberFormatException",
        "long, java.lang.NumberFormatException",
        "float, java.lang.NullPointerException",
        "double, java.lang.NullPointerException"
    })
    void shouldTreatNullAsValueOfDoes(final String column, final Class<?> exception) throws JMSException {
        final JmsMapMessage map = new JmsMapMessage(MessageRules.DEFAULT);
        final JmsStreamMessage stream = new JmsStreamMessage(MessageRules.DEFAULT);
        stream.writeString(null);
        stream.reset();

        assertThatThrownBy(mapReader(map, column)::read).isInstanceOf(exception);
        assertThatThrownBy(streamReader(stream, column)::read).isInstanceOf(exception);
        if (!column.equals("char")) {
            final JmsTextMessage properties = new JmsTextMessage(MessageRules.DEFAULT);
            assertThatThrownBy(propertyReader(properties, column)::read).isInstanceOf(exception);
        }
        assertThat(stream.readString()).as("after the failed read").isNull();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "yes, false", "'', false"})
    void shouldReadTextAsBooleanDoes(final String text, final boolean expected) throws JMSException {
        final JmsMapMessage map = new JmsMapMessage(MessageRules.DEFAULT);
        map.setString("x", text);

        assertThat(map.getBoolean("x")).isEqualTo(expected);
        assertThat(map.getBoolean("missing")).isFalse();
    }

    private static Reader mapReader(final JmsMapMessage message, final String column) {
        return switch (column) {
            case "boolean" -> () -> message.getBoolean("x");
            case "byte" -> () -> message.getByte("x");
            case "short" -> () -> message.getShort("x");
            case "char" -> () -> message.getChar("x");
            case "int" -> () -> message.getInt("x");
            case "long" -> () -> message.getLong("x");
            case "float" -> () -> message.getFloat("x");
            case "double" -> () -> message.getDouble("x");
            case "String" -> () -> message.getString("x");
            default -> () -> message.getBytes("x");
        };
    }

    private static Reader streamReader(final JmsStreamMessage message, final String column) {
        return switch (column) {
            case "boolean" -> message::readBoolean;
            case "byte" -> message::readByte;
            case "short" -> message::readShort;
            case "char" -> message::readChar;
            case "int" -> message::readInt;
            case "long" -> message::readLong;
            case "float" -> message::readFloat;
            case "double" -> message::readDouble;
            case "String" -> message::readString;
            default ->
                () -> {
                    final byte[] buffer = new byte[1];
                    message.readBytes(buffer);
                    return buffer;
                };
        };
    }

    private static Reader propertyReader(final JmsMessage message, final String column) {
        return switch (column) {
            case "boolean" -> () -> message.getBooleanProperty("x");
            case "byte" -> () -> message.getByteProperty("x");
            case "short" -> () -> message.getShortProperty("x");
            case "int" -> () -> message.getIntProperty("x");
            case "long" -> () -> message.getLongProperty("x");
            case "float" -> () -> message.getFloatProperty("x");
            case "double" -> () -> message.getDoubleProperty("x");
            default -> () -> message.getStringProperty("x");
        };
    }
}
