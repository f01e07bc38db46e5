package io.ansermq.broker;

import io.ansermq.store.FlushLevel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/** Reads the texts of options. Stateless. */
final class OptionValues {

    private static final String ADDRESS = "([^:\\s]+:|\\[[0-9a-fA-F:.]+]:)?\\d{1,5}";

    private OptionValues() {}

    static FlushLevel flush(final String text) {
        return text.equals("sync") ? FlushLevel.DURABLE : FlushLevel.WRITTEN;
    }

    /** Throws unless {@code text} can be read as {@code spec} says; {@code name} is the name as the user wrote it. */
    static void check(final OptionSpec spec, final String name, final String text) {
        final boolean good =
                switch (spec.type()) {
                    case TEXT -> !text.isEmpty() || spec.defaultText().isEmpty();
                    case FLUSH, APPEND_MODE, TLS, CLIENT_CERTIFICATE, CERTIFICATE_USER, ANONYMOUS ->
                        List.of(spec.type().placeholder().split("\\|")).contains(text);
                    case ADDRESS -> text.isEmpty() ? spec.defaultText().isEmpty() : text.matches(ADDRESS);
                    case DECIMAL -> text.matches("\\d{1,6}(\\.\\d{1,6})?");
                    case NUMBER, FLAG, SIZE, DURATION -> parse(spec.type(), text) >= 0;
                };
        if (!good) {
            throw new IllegalArgumentException("option " + name + ": '" + text + "' is not a valid value, expected "
                    + spec.type().placeholder()
                    + (spec.defaultText().isEmpty() ? "" : " (default " + spec.defaultText() + ")"));
        }
    }

    /** Reads {@code port}, which is one of this machine, or {@code host:port}; the text must have been checked. */
    static InetSocketAddress address(final String text) {
        final int colon = text.lastIndexOf(':');
        final int port = Integer.parseInt(text.substring(colon + 1));
        return colon < 0
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : new InetSocketAddress(text.substring(0, colon), port);
    }

    static long number(final OptionSpec spec, final String text) {
        return parse(spec.type(), text);
    }

    /** The value, or -1 when the text is not one: sizes in bytes, durations in milliseconds, flags as 0 or 1. */
    private static long parse(final OptionSpec.Type type, final String text) {
        return switch (type) {
            case FLAG -> text.equals("true") ? 1 : text.equals("false") ? 0 : -1;
            case SIZE ->
                scaled(text, new String[] {"kib", "mib", "gib", "b", ""}, new long[] {1L << 10, 1L << 20, 1L << 30, 1, 1
                });
            case DURATION -> scaled(text, new String[] {"ms", "s", "m", "h"}, new long[] {1, 1_000, 60_000, 3_600_000});
            default -> scaled(text, new String[] {""}, new long[] {1});
        };
    }

    private static long scaled(final String text, final String[] units, final long[] factors) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 10) {
            return -1;
        }
        final String unit = text.substring(digits).trim().toLowerCase(Locale.ROOT);
        for (int i = 0; i < units.length; i++) {
            if (unit.equals(units[i])) {
                final long value = Long.parseLong(text.substring(0, digits)) * factors[i];
                return value <= Integer.MAX_VALUE - 8L || (factors[i] > 1 && value < 1L << 50) ? value : -1;
            }
        }
        return -1;
    }

    /** Levenshtein distance, for "did you mean". */
    static int editDistance(final String a, final String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
