package io.ansermq.tools.console;

import java.util.Locale;

/** Numbers as people read them. Stateless; the same in every locale, so that output can be compared. */
public final class Quantity {

    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final long SECOND_MS = 1_000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    private Quantity() {}

    /** {@code 1,234,567}. */
    public static String count(final long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 message}, {@code 300 messages}. */
    public static String messages(final long number) {
        return number + (number == 1 ? " message" : " messages");
    }

    /** {@code 12.3 MiB}. */
    public static String bytes(final long sizeBytes) {
        double size = sizeBytes;
        int unit = 0;
        while (size >= 1024 && unit < SIZES.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, SIZES[unit]);
    }

    /** Microseconds, as {@code 0.123 ms}, {@code 12.3 ms} or {@code 1,234 ms}. */
    public static String latency(final long microseconds) {
        final double milliseconds = microseconds / 1_000.0;
        final String format = milliseconds < 10 ? "%.2f ms" : milliseconds < 100 ? "%.1f ms" : "%,.0f ms";
        return String.format(Locale.ROOT, format, milliseconds);
    }

    /** {@code 12.3 s}, {@code 4 min 5 s}, {@code 3 h 4 min} or {@code 2 d 3 h}. */
    public static String duration(final long milliseconds) {
        if (milliseconds < MINUTE_MS) {
            return String.format(Locale.ROOT, "%.1f s", milliseconds / 1_000.0);
        }
        if (milliseconds < HOUR_MS) {
            return milliseconds / MINUTE_MS + " min " + milliseconds % MINUTE_MS / SECOND_MS + " s";
        }
        if (milliseconds < DAY_MS) {
            return milliseconds / HOUR_MS + " h " + milliseconds % HOUR_MS / MINUTE_MS + " min";
        }
        return milliseconds / DAY_MS + " d " + milliseconds % DAY_MS / HOUR_MS + " h";
    }
}
