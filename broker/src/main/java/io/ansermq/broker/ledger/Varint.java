package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;

/**
 * Numbers from 0 up in state images: seven bits per byte, lowest first, the top bit set on all bytes but the last.
 * Small numbers are what an image mostly holds, so most take one to three bytes instead of eight.
 */
final class Varint {

    /** The longest number. */
    static final int MAX_BYTES = 9;

    private Varint() {}

    static int size(final long value) {
        // Bits in use, at least one, in groups of seven.
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    static void put(final ByteBuffer out, final long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative: " + value);
        }
        long rest = value;
        while (rest > 0x7F) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    static long get(final ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            final byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("not a number: more than 9 bytes");
    }

    /** Reads a number that has to fit an int. */
    static int getInt(final ByteBuffer in) {
        return Math.toIntExact(get(in));
    }
}
