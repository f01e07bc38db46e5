package io.ansermq.broker.selector;

import java.nio.charset.StandardCharsets;

/** Numbers out of decimal text, without a text object where that can be. */
final class Numbers {
    /** Up to here both a decimal's digits and the power of ten below are doubles exactly, so one division rounds once. */
    private static final long MOST_EXACT_DIGITS = 1L << 53;

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private Numbers() {}

    /** Sets {@code into} to the integer that the text is; false when it is none of 64 bits. */
    static boolean readExact(final byte[] in, final int offset, final int length, final Value into) {
        final int end = offset + length;
        final boolean negative = length > 0 && in[offset] == '-';
        int at = offset + (negative || (length > 0 && in[offset] == '+') ? 1 : 0);
        if (at == end) {
            return false;
        }
        long value = 0;
        for (; at < end; at++) {
            final int digit = in[at] - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return false;
            }
            // Counted downwards, where there is room for one more.
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return false;
        }
        into.set(negative ? value : -value);
        return true;
    }

    /** Sets {@code into} to the double that the text is; false when it is none. */
    static boolean readApproximate(final byte[] in, final int offset, final int length, final Value into) {
        final int end = offset + length;
        final boolean negative = length > 0 && in[offset] == '-';
        long digits = 0;
        int places = 0;
        boolean point = false;
        boolean simple = length > (negative ? 1 : 0);
        for (int at = offset + (negative ? 1 : 0); simple && at < end; at++) {
            final int digit = in[at] - '0';
            if (digit >= 0 && digit <= 9 && digits < MOST_EXACT_DIGITS / 10 - 1) {
                digits = digits * 10 + digit;
                places += point ? 1 : 0;
            } else if (in[at] == '.' && !point && length > 1) {
                point = true;
            } else {
                simple = false;
            }
        }
        if (simple && places < POWERS.length) {
            final double value = digits / POWERS[places];
            into.set(negative ? -value : value);
            return true;
        }
        try {
            into.set(Double.parseDouble(new String(in, offset, length, StandardCharsets.ISO_8859_1)));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Sets {@code into} to the float that the text is, widened; false when it is none. */
    static boolean readFloat(final byte[] in, final int offset, final int length, final Value into) {
        try {
            into.set((double) Float.parseFloat(new String(in, offset, length, StandardCharsets.ISO_8859_1)));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
