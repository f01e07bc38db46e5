package io.ansermq.openmessaging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression: {@code minute hour day-of-month month day-of-week}, or the same behind a field for the second. A field
 * is {@code *}, a number, a range {@code 1-5}, a step {@code *}{@code /15} or {@code 8-18/2}, or a list of these; months and
 * days of the week may be named ({@code jan}, {@code mon}), Sunday is 0 or 7. When both days are given one of them
 * suffices, as with cron. Times are UTC, so that the expression means the same wherever it is read. Immutable.
 */
final class Cron {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /** An expression that names no day within so long names none: the 29th of February is the rarest. */
    private static final int MAX_DAYS = 366 * 9;

    private static final int FIELDS = 5;

    private final String text;
    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet daysOfMonth;
    private final BitSet months;
    private final BitSet daysOfWeek;
    private final boolean eitherDay;

    private Cron(final String text) {
        this.text = text;
        final String[] fields = text.strip().split("\\s+", -1);
        if (fields.length != FIELDS && fields.length != FIELDS + 1) {
            throw wrong("has " + fields.length + " fields, 5 or 6 are possible");
        }
        final int first = fields.length - FIELDS;
        seconds = first == 0 ? only(0) : field(fields[0], 0, 59, List.of());
        minutes = field(fields[first], 0, 59, List.of());
        hours = field(fields[first + 1], 0, 23, List.of());
        daysOfMonth = field(fields[first + 2], 1, 31, List.of());
        months = field(fields[first + 3], 1, 12, MONTHS);
        daysOfWeek = field(fields[first + 4], 0, 7, DAYS);
        if (daysOfWeek.get(7)) {
            daysOfWeek.set(0);
        }
        eitherDay = !isAny(fields[first + 2]) && !isAny(fields[first + 4]);
    }

    /**
     * Reads an expression.
     *
     * @throws io.openmessaging.exception.OMSMessageFormatException naming the field that is wrong
     */
    static Cron parse(final String text) {
        return new Cron(text);
    }

    /**
     * The first time that it names after a given one.
     *
     * @throws io.openmessaging.exception.OMSMessageFormatException when there is none
     */
    long next(final long epochMs) {
        final ZonedDateTime from = Instant.ofEpochMilli(epochMs)
                .atZone(ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
        for (int day = 0; day < MAX_DAYS; day++) {
            final ZonedDateTime date = from.truncatedTo(ChronoUnit.DAYS).plusDays(day);
            if (isDay(date)) {
                final ZonedDateTime found =
                        firstIn(date, day == 0 ? from.toLocalTime().toSecondOfDay() : 0);
                if (found != null) {
                    return found.toInstant().toEpochMilli();
                }
            }
        }
        throw wrong("never comes true");
    }

    private boolean isDay(final ZonedDateTime date) {
        final boolean dayOfMonth = daysOfMonth.get(date.getDayOfMonth());
        final boolean dayOfWeek = daysOfWeek.get(date.getDayOfWeek().getValue() % 7);
        return months.get(date.getMonthValue()) && (eitherDay ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek);
    }

    private @Nullable ZonedDateTime firstIn(final ZonedDateTime date, final int fromSecond) {
        for (int hour = hours.nextSetBit(fromSecond / 3600); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
            for (int minute = minutes.nextSetBit(0); minute >= 0; minute = minutes.nextSetBit(minute + 1)) {
                final int before = hour * 3600 + minute * 60;
                final int second = seconds.nextSetBit(Math.max(0, fromSecond - before));
                if (second >= 0) {
                    return date.plusSeconds(before + second);
                }
            }
        }
        return null;
    }

    private BitSet field(final String field, final int least, final int most, final List<String> names) {
        final BitSet values = new BitSet();
        for (final String part : field.split(",", -1)) {
            final int slash = part.indexOf('/');
            final String range = slash < 0 ? part : part.substring(0, slash);
            final int step = slash < 0 ? 1 : number(part.substring(slash + 1), field, List.of(), 0);
            final int dash = range.indexOf('-', 1);
            final int low;
            final int high;
            if (isAny(range)) {
                low = least;
                high = most;
            } else if (dash > 0) {
                low = number(range.substring(0, dash), field, names, least);
                high = number(range.substring(dash + 1), field, names, least);
            } else {
                low = number(range, field, names, least);
                high = slash < 0 ? low : most;
            }
            if (step < 1 || low < least || high > most || low > high) {
                throw wrong("has the field '" + field + "', where " + least + " to " + most + " are possible");
            }
            for (int value = low; value <= high; value += step) {
                values.set(value);
            }
        }
        return values;
    }

    private int number(final String number, final String field, final List<String> names, final int firstName) {
        final int named = names.indexOf(number.toLowerCase(Locale.ROOT));
        if (named >= 0) {
            return named + firstName;
        }
        if (!number.matches("[0-9]{1,2}")) {
            throw wrong("has the field '" + field + "', of which '" + number + "' is no number");
        }
        return Integer.parseInt(number);
    }

    private static boolean isAny(final String field) {
        return field.equals("*") || field.equals("?");
    }

    private static BitSet only(final int value) {
        final BitSet values = new BitSet();
        values.set(value);
        return values;
    }

    private RuntimeException wrong(final String what) {
        return Errors.badMessage(
                ErrorCode.BAD_PARAMETER,
                "the SCHEDULE_EXPRESSION '" + text + "' " + what
                        + ": write minute hour day month weekday, with a field for the second in front if wanted");
    }
}
