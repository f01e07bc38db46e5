package io.ansermq.client.message;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The text of a property value as {@link PropertyWriter} writes it. */
public final class PropertyText {
    /** Stands before the digit of a control character 1 to 3. */
    static final byte ESCAPE = 3;

    private PropertyText() {}

    /** A value as text. Anything but our own escapes is taken as it is: others write properties too. */
    public static String read(final byte[] data, final int offset, final int length) {
        for (int i = offset; i < offset + length; i++) {
            if (data[i] == ESCAPE) {
                return readEscaped(data, offset, length);
            }
        }
        return new String(data, offset, length, UTF_8);
    }

    private static String readEscaped(final byte[] data, final int offset, final int length) {
        final byte[] plain = new byte[length];
        final int end = offset + length;
        int count = 0;
        for (int i = offset; i < end; i++) {
            final boolean escape = data[i] == ESCAPE && i + 1 < end && data[i + 1] >= '1' && data[i + 1] <= '3';
            plain[count++] = escape ? (byte) (data[++i] - '0') : data[i];
        }
        return new String(plain, 0, count, UTF_8);
    }
}
