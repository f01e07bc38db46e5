package io.ansermq.tools.bench;

import java.util.Arrays;
import java.util.Locale;

/** Numbers as people read them, and the two statistics our tables use: median and spread. Thread safe. */
public final class Figures {

    private Figures() {}

    /**
     * A number with about three significant digits: {@code 12,345}, {@code 12.3}, {@code 1.23}; a dash for a figure
     * that could not be taken.
     *
     * @param value the number, NaN for "unknown"
     */
    public static String text(final double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        final double magnitude = Math.abs(value);
        if (magnitude >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        return String.format(Locale.ROOT, magnitude >= 10 ? "%.1f" : "%.2f", value);
    }

    /**
     * The middle value; the mean of the two middle ones when their number is even.
     *
     * @param values at least one; not changed
     */
    public static double median(final double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * How far the values lie apart, in per cent of their median: (largest - smallest) / median.
     *
     * @param values at least one; not changed
     */
    public static double spreadPercent(final double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length - 1] - sorted[0]) / median(values) * 100;
    }
}
