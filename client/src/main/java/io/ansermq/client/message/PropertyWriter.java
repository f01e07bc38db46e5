package io.ansermq.client.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.remoting.protocol.MessageProperties;
import java.util.Arrays;

/**
 * Writes the property block of a record, as {@link MessageProperties} describes it, without a text object per number or
 * id. Reused from message to message; not thread safe.
 *
 * <p>The separators 1 and 2 may not stand in a name or value, so in values they are written as two characters, 3 and a
 * digit, and 3 itself likewise; {@link PropertyText} reads that.
 */
public final class PropertyWriter {
    private static final int FIRST_BYTES = 512;
    private static final int LONGEST_LONG = 20;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    /** A writer with nothing in it. */
    public PropertyWriter() {}

    /** Forgets everything and keeps the memory. */
    public void clear() {
        length = 0;
    }

    /** How many bytes there are; the limit of a record is {@code MessageLayout.MAX_PROPERTIES_BYTES}. */
    public int length() {
        return length;
    }

    /** The bytes so far, in an array of their own. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** A name that is known to be free of separators. */
    public PropertyWriter name(final byte[] utf8) {
        ensure(utf8.length + 1);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        bytes[length++] = MessageProperties.NAME_END;
        return this;
    }

    /** A name from outside. */
    public PropertyWriter name(final String prefix, final String name) {
        append(prefix);
        append(name);
        return endName();
    }

    private PropertyWriter endName() {
        ensure(1);
        bytes[length++] = MessageProperties.NAME_END;
        return this;
    }

    /** A text, which may hold anything. */
    public void value(final String text) {
        append(text);
        endValue();
    }

    /** The digits of an id. */
    public void value(final MessageId id) {
        ensure(MessageId.LENGTH + 1);
        id.writeTo(bytes, length);
        length += MessageId.LENGTH;
        endValue();
    }

    /** The decimal digits of a number that is not negative. */
    public void value(final long number) {
        ensure(LONGEST_LONG + 1);
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        endValue();
    }

    private void endValue() {
        ensure(1);
        bytes[length++] = MessageProperties.VALUE_END;
    }

    private void append(final String text) {
        final int count = text.length();
        ensure(2 * count);
        for (int i = 0; i < count; i++) {
            final char c = text.charAt(i);
            if (c > 0x7F) {
                appendEncoded(text, i);
                return;
            }
            appendAscii((byte) c);
        }
    }

    /** What is left of a text, in UTF-8, whose longer sequences have no byte below 0x80. */
    private void appendEncoded(final String text, final int from) {
        final byte[] rest = text.substring(from).getBytes(UTF_8);
        ensure(2 * rest.length);
        for (final byte b : rest) {
            appendAscii(b);
        }
    }

    private void appendAscii(final byte b) {
        if (b > PropertyText.ESCAPE || b <= 0) {
            bytes[length++] = b;
        } else {
            bytes[length++] = PropertyText.ESCAPE;
            bytes[length++] = (byte) ('0' + b);
        }
    }

    private void ensure(final int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
