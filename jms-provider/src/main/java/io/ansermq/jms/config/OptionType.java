package io.ansermq.jms.config;

import io.ansermq.client.message.Compression;
import java.util.List;

/** How the text of an option is read. */
enum OptionType {
    TEXT("text"),
    /** Text that is never shown. */
    SECRET("text"),
    LIST("names between commas"),
    COMPRESSION("none, zlib, lz4 or zstd"),
    BOOLEAN("true or false"),
    /** At least 0. */
    COUNT("a number from 0 on"),
    /** At least -1, which is without end. */
    ATTEMPTS("a number from 0 on, or -1 for no limit"),
    /** At least 1. */
    FACTOR("a number from 1 on, such as 1.5"),
    /** Milliseconds, at least 0. */
    DELAY("a time such as 0, 500ms or 10s; a plain number is milliseconds"),
    /** Milliseconds, at least 1. */
    DURATION("a time such as 500ms, 10s or 2m; a plain number is milliseconds"),
    /** Bytes, at least 1. */
    SIZE("a size such as 64KiB or 1MiB; a plain number is bytes"),
    FACTORY_TYPE("CF, QUEUE_CF, TOPIC_CF, XA_CF, QUEUE_XA_CF or TOPIC_XA_CF");

    private record Unit(String suffix, long factor) {}

    /** A suffix that ends another one stands behind it. */
    private static final List<Unit> DURATION_UNITS =
            List.of(new Unit("ms", 1), new Unit("s", 1_000), new Unit("m", 60_000), new Unit("h", 3_600_000));

    private static final List<Unit> SIZE_UNITS = List.of(
            new Unit("KiB", 1 << 10),
            new Unit("MiB", 1 << 20),
            new Unit("GiB", 1 << 30),
            new Unit("K", 1 << 10),
            new Unit("M", 1 << 20),
            new Unit("G", 1 << 30),
            new Unit("B", 1));

    private static final List<String> FACTORY_TYPES =
            List.of("CF", "QUEUE_CF", "TOPIC_CF", "XA_CF", "QUEUE_XA_CF", "TOPIC_XA_CF");

    private final String description;

    OptionType(final String description) {
        this.description = description;
    }

    /** What a value of this type looks like. */
    String description() {
        return description;
    }

    /** The value of a text; any IllegalArgumentException when it is none, whatever its text. */
    Object read(final String text) {
        return switch (this) {
            case TEXT, SECRET, LIST -> text;
            case COMPRESSION -> Compression.named(text);
            case BOOLEAN -> truth(text);
            case COUNT -> within(0, Long.parseLong(text));
            case ATTEMPTS -> within(-1, Long.parseLong(text));
            case FACTOR -> factor(Double.parseDouble(text));
            case DELAY -> within(0, scaled(text, DURATION_UNITS));
            case DURATION -> within(1, scaled(text, DURATION_UNITS));
            case SIZE -> within(1, scaled(text, SIZE_UNITS));
            case FACTORY_TYPE -> factoryType(text);
        };
    }

    private static boolean truth(final String text) {
        if (text.equalsIgnoreCase("true")) {
            return true;
        } else if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw new IllegalArgumentException();
    }

    private static int within(final int least, final long number) {
        if (number < least || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException();
        }
        return (int) number;
    }

    private static double factor(final double number) {
        if (!(number >= 1 && number <= 1_000)) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static String factoryType(final String text) {
        if (FACTORY_TYPES.contains(text)) {
            return text;
        }
        throw new IllegalArgumentException();
    }

    private static long scaled(final String text, final List<Unit> units) {
        for (final Unit unit : units) {
            if (text.endsWith(unit.suffix)) {
                final String number = text.substring(0, text.length() - unit.suffix.length());
                return saturated(Long.parseLong(number.strip()), unit.factor);
            }
        }
        return Long.parseLong(text);
    }

    /** Beyond every limit instead of around the corner. */
    private static long saturated(final long number, final long factor) {
        return number > Long.MAX_VALUE / factor ? Long.MAX_VALUE : number * factor;
    }
}
