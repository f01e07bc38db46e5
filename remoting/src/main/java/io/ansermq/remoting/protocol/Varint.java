package io.ansermq.remoting.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Unsigned LEB128 numbers (7 bits per byte, low ones first, the high bit says that more follow) and texts in the
 * control records of the log. Thread safe.
 */
final class Varint {

    /** A number up to {@link Long#MAX_VALUE} takes no more than this. */
    private static final int MAX_BYTES = 9;

    private Varint() {}

    static int size(final long value) {
        checkNotNegative(value);
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    static void write(final ByteBuffer out, final long value) {
        checkNotNegative(value);
        long rest = value;
        while (rest > 0x7F) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /** The number at the buffer's position. */
    static long read(final ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (!in.hasRemaining()) {
                throw new MalformedFrameException("a control record is cut off within a number");
            }
            final byte next = in.get();
            value |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedFrameException("a number in a control record is too long");
    }

    /** The number at the buffer's position, which must fit an int. */
    static int readInt(final ByteBuffer in) {
        final long value = read(in);
        if (value > Integer.MAX_VALUE) {
            throw new MalformedFrameException("a number in a control record is too large: " + value);
        }
        return (int) value;
    }

    static int sizeOfText(final String text) {
        final int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return size(bytes) + bytes;
    }

    static void writeText(final ByteBuffer out, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        write(out, bytes.length);
        out.put(bytes);
    }

    static String readText(final ByteBuffer in) {
        final int length = readInt(in);
        if (length > in.remaining()) {
            throw new MalformedFrameException(
                    "a text of " + length + " bytes in a control record where " + in.remaining() + " are left");
        }
        final byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void checkNotNegative(final long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a number of a control record is negative: " + value);
        }
    }
}
