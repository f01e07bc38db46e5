package io.ansermq.remoting.transport;

import java.util.TimeZone;

/**
 * When the days of a time zone begin, told from its offsets alone, with the same answers as {@code java.time}. Thread safe.
 *
 * <p>The first time that {@code java.time} is asked about a zone, it looks for providers of rules on the whole class path and
 * reads the rules of all zones: tens of milliseconds of what a broker in a JVM that has just begun takes to start.
 */
public final class LocalDays {
    private static final long DAY_MS = 24 * 60 * 60 * 1000L;

    private LocalDays() {}

    /** The day, counted from 1970-01-01, that it is at this time in this zone. */
    public static long at(final TimeZone zone, final long epochMs) {
        return Math.floorDiv(epochMs + zone.getOffset(epochMs), DAY_MS);
    }

    /**
     * When that day begins, in milliseconds since 1970: at the first of two midnights if clocks go back over it, and the hour later if
     * they go forward over it, as {@code ZonedDateTime} has it.
     */
    public static long startEpochMs(final TimeZone zone, final long day) {
        final long midnight = day * DAY_MS;
        final int offsetBefore = zone.getOffset(midnight - DAY_MS);
        final long early = midnight - offsetBefore;
        if (zone.getOffset(early) == offsetBefore) {
            return early;
        }
        final int offsetAfter = zone.getOffset(midnight + DAY_MS);
        final long late = midnight - offsetAfter;
        return zone.getOffset(late) == offsetAfter ? late : early;
    }
}
