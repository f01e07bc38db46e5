package io.ansermq.jms.message;

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
final class PropertyWriter {
    private static final int FIRST_BYTES = 512;
    private static final int LONGEST_LONG = 20;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** A name that is known to be free of separators. */
    PropertyWriter name(final byte[] utf8) {
        ensure(utf8.length + 1);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        bytes[length++] = MessageProperties.NAME_END;
        return this;
    }

    /** A name from outside. */
    PropertyWriter name(final String prefix, final String name) {
        append(prefix);
        append(name);
        return endName();
    }

    private PropertyWriter endName() {
        ensure(1);
        bytes[length++] = MessageProperties.NAME_END;
        return this;
    }

    void value(final String text) {
        append(text);
        endValue();
    }

    void value(final MessageId id) {
        ensure(MessageId.LENGTH + 1);
        id.writeTo(bytes, length);
        length += MessageId.LENGTH;
        endValue();
    }

    /** The decimal digits of a number that is not negative. */
    void value(final long number) {
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
