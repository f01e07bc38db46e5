package io.ansermq.remoting.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A pull parser for the JSON of RocketMQ's headers: objects of scalars are read, anything else can be skipped. Not
 * thread safe. Whatever breaks JSON is a {@link MalformedFrameException}.
 */
final class JsonReader {

    /** How deep a skipped value may be nested; nothing that peers send goes beyond a few. */
    private static final int MAX_DEPTH = 32;

    /** Names of one letter, by the letter. */
    private static final String[] LETTERS = new String['z' + 1];

    static {
        for (char letter = 'a'; letter <= 'z'; letter++) {
            LETTERS[letter] = String.valueOf(letter);
        }
    }

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int at;

    /** Whether {@link #hasNext} is about to read the first member of the object it is in. */
    private boolean first;

    JsonReader(final byte[] bytes, final int offset, final int length) {
        this.bytes = bytes;
        this.start = offset;
        this.end = offset + length;
        this.at = offset;
    }

    /** Goes into an object; then {@link #hasNext} and {@link #name} take its members. */
    void beginObject() {
        expect('{');
        first = true;
    }

    /** Whether the object has another member; goes out of the object when it has not. */
    boolean hasNext() {
        final boolean wasFirst = first;
        first = false;
        if (peek() == '}') {
            at++;
            return false;
        }
        if (!wasFirst) {
            expect(',');
        }
        return true;
    }

    /** The name of the next member; its value is to be read or skipped next. */
    String name() {
        final String name;
        if (isLetter()) {
            name = LETTERS[bytes[at + 1]];
            at += 3;
        } else {
            name = text();
        }
        expect(':');
        return name;
    }

    /** Whether the next text is one letter, as the names in the header of most sends are. */
    private boolean isLetter() {
        return peek() == '"' && end - at >= 3 && bytes[at + 2] == '"' && bytes[at + 1] >= 'a' && bytes[at + 1] <= 'z';
    }

    /** A number without fraction that fits an int. */
    int integer() {
        final String number = scalar();
        if (number == null) {
            return 0;
        }
        try {
            return Integer.parseInt(number);
        } catch (final NumberFormatException e) {
            throw malformed("no integer");
        }
    }

    /** A text as it is, a number or truth value as it is written, null for null. */
    @Nullable
    String scalar() {
        if (peek() == '"') {
            return text();
        }
        final String literal = literal();
        return literal.equals("null") ? null : literal;
    }

    /** Takes the next value if it is null. */
    boolean nextIsNull() {
        if (peek() != 'n') {
            return false;
        }
        literal();
        return true;
    }

    /** Goes over the next value, whatever it is. */
    void skip() {
        skip(0);
    }

    /** Makes sure that nothing follows. */
    void end() {
        skipSpace();
        if (at < end) {
            throw malformed("something behind the object");
        }
    }

    private void skip(final int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed("nested too deep");
        }
        switch (peek()) {
            case '{' -> {
                beginObject();
                while (hasNext()) {
                    name();
                    skip(depth + 1);
                }
            }
            case '[' -> skipArray(depth);
            default -> scalar();
        }
    }

    private void skipArray(final int depth) {
        expect('[');
        if (peek() == ']') {
            at++;
            return;
        }
        for (; ; ) {
            skip(depth + 1);
            if (peek() == ']') {
                at++;
                return;
            }
            expect(',');
        }
    }

    private String literal() {
        skipSpace();
        final int from = at;
        while (at < end && isLiteral(bytes[at])) {
            at++;
        }
        final String literal = new String(bytes, from, at - from, StandardCharsets.ISO_8859_1);
        if (!isNumber(literal) && !literal.equals("null") && !literal.equals("true") && !literal.equals("false")) {
            throw malformed("no value");
        }
        return literal;
    }

    private static boolean isLiteral(final byte next) {
        return (next >= '0' && next <= '9')
                || (next >= 'a' && next <= 'z')
                || next == 'E'
                || next == '-'
                || next == '+'
                || next == '.';
    }

    /** Good enough to tell a number from rubbish; what it is worth is for its reader to say. */
    private static boolean isNumber(final String literal) {
        final int sign = literal.startsWith("-") ? 1 : 0;
        if (literal.length() == sign || !Character.isDigit(literal.charAt(sign))) {
            return false;
        }
        for (int i = sign + 1; i < literal.length(); i++) {
            final char next = literal.charAt(i);
            if (!Character.isDigit(next) && ".eE+-".indexOf(next) < 0) {
                return false;
            }
        }
        return true;
    }

    private String text() {
        expect('"');
        final int from = at;
        while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        if (at < end && bytes[at] == '"') {
            return new String(bytes, from, at++ - from, StandardCharsets.UTF_8);
        }
        return escapedText(from);
    }

    /**
     * A text that holds an escape. Those of RocketMQ's properties are control characters, so that the text is shorter than
     * what stands here and as much UTF-8; any other escape is left to {@link #unusualText}.
     */
    private String escapedText(final int from) {
        final byte[] plain = new byte[closingQuote(from) - from];
        int length = 0;
        at = from;
        while (bytes[at] != '"') {
            byte next = bytes[at++];
            if (next == '\\') {
                final char meant = escape();
                if (meant >= 0x80) {
                    at = from;
                    return unusualText(from);
                }
                next = (byte) meant;
            }
            plain[length++] = next;
        }
        at++;
        return new String(plain, 0, length, StandardCharsets.UTF_8);
    }

    private int closingQuote(final int from) {
        int index = from;
        while (index < end && bytes[index] != '"') {
            index += bytes[index] == '\\' ? 2 : 1;
        }
        if (index >= end) {
            throw malformed("a text without end");
        }
        return index;
    }

    /** Plain runs are taken as they are, escapes in between are replaced. */
    private String unusualText(final int from) {
        final StringBuilder text = new StringBuilder();
        int plainFrom = from;
        while (at < end) {
            if (bytes[at] == '"' || bytes[at] == '\\') {
                text.append(new String(bytes, plainFrom, at - plainFrom, StandardCharsets.UTF_8));
                if (bytes[at++] == '"') {
                    return text.toString();
                }
                text.append(escape());
                plainFrom = at;
            } else {
                at++;
            }
        }
        throw malformed("a text without end");
    }

    private char escape() {
        if (at >= end) {
            throw malformed("an escape without end");
        }
        final byte kind = bytes[at++];
        return switch (kind) {
            case '"', '\\', '/' -> (char) kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw malformed("an unknown escape");
        };
    }

    private char unicode() {
        if (end - at < 4) {
            throw malformed("an escape without end");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            final int digit = Character.digit(bytes[at++], 16);
            if (digit < 0) {
                throw malformed("an escape that is no number");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private void expect(final char wanted) {
        if (peek() != wanted) {
            throw malformed("no " + wanted);
        }
        at++;
    }

    /** The next byte that is no white space. */
    private byte peek() {
        skipSpace();
        if (at >= end) {
            throw malformed("no end");
        }
        return bytes[at];
    }

    private void skipSpace() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\n' || bytes[at] == '\r')) {
            at++;
        }
    }

    private MalformedFrameException malformed(final String what) {
        return new MalformedFrameException("JSON header: " + what + " at byte " + (at - start));
    }
}
