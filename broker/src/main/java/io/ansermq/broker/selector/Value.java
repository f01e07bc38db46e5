package io.ansermq.broker.selector;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A value of the selector language, in a cell that is used again from message to message. Not thread safe.
 *
 * <p>A text is UTF-8 in somebody's array, in which the characters 1 to 3 may be written as 3 and a digit, as records of
 * our own provider have them.
 */
public final class Value {

    /** What a cell holds. */
    enum Type {
        NULL,
        BOOLEAN,
        /** A 64-bit integer. */
        EXACT,
        /** A double. */
        APPROXIMATE,
        TEXT
    }

    private static final byte[] NO_BYTES = {};

    private Type type = Type.NULL;
    private long exact;
    private double approximate;
    private byte[] bytes = NO_BYTES;
    private int offset;
    private int length;

    /** No value. */
    public void setNull() {
        type = Type.NULL;
    }

    /** A boolean. */
    public void set(final boolean value) {
        type = Type.BOOLEAN;
        exact = value ? 1 : 0;
    }

    /** A number of one of the integer types. */
    public void set(final long value) {
        type = Type.EXACT;
        exact = value;
    }

    /** A float or double. */
    public void set(final double value) {
        type = Type.APPROXIMATE;
        approximate = value;
    }

    /** A text, which stays where it is. */
    public void set(final byte[] utf8, final int textOffset, final int textLength) {
        type = Type.TEXT;
        bytes = utf8;
        offset = textOffset;
        length = textLength;
    }

    /** A text. */
    public void set(final String text) {
        final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        set(utf8, 0, utf8.length);
    }

    Type type() {
        return type;
    }

    boolean isNull() {
        return type == Type.NULL;
    }

    boolean isNumber() {
        return type == Type.EXACT || type == Type.APPROXIMATE;
    }

    boolean isText() {
        return type == Type.TEXT;
    }

    /** Of a boolean. */
    Truth truth() {
        return Truth.of(exact != 0);
    }

    /** Of an exact number. */
    long exact() {
        return exact;
    }

    /** Of any number. */
    double approximate() {
        return type == Type.EXACT ? exact : approximate;
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** Whether two texts are the same. */
    boolean sameText(final Value other) {
        return Arrays.equals(bytes, offset, offset + length, other.bytes, other.offset, other.offset + other.length);
    }

    /** The same for texts that are the same; 0 for what is no text. */
    public int textHash() {
        int hash = 0;
        if (type == Type.TEXT) {
            hash = 1;
            for (int at = offset; at < offset + length; at++) {
                hash = 31 * hash + bytes[at];
            }
        }
        return hash;
    }

    /** Of a text. */
    String text() {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
