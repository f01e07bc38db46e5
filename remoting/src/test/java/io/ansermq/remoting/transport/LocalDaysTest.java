package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class LocalDaysTest {

    /** In Santiago and Beirut clocks go forward at midnight, in Havana they go back over it. */
    private static final String[] ZONES = {
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "America/Havana",
        "Asia/Beirut",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati"
    };

    @Test
    void shouldSayOfEveryDayWhatJavaTimeSays() {
        for (final String name : ZONES) {
            final ZoneId zone = ZoneId.of(name);
            final TimeZone same = TimeZone.getTimeZone(name);
            for (LocalDate day = LocalDate.of(2000, 1, 1); day.getYear() < 2035; day = day.plusDays(1)) {
                final long startEpochMs =
                        day.atTime(0, 0).atZone(zone).toInstant().toEpochMilli();

                assertThat(LocalDays.startEpochMs(same, day.toEpochDay()))
                        .as("%s in %s", day, name)
                        .isEqualTo(startEpochMs);
                assertThat(LocalDays.at(same, startEpochMs + 1))
                        .as("the day at %s in %s", Instant.ofEpochMilli(startEpochMs + 1), name)
                        .isEqualTo(day.toEpochDay());
            }
        }
    }

    @Test
    void shouldCountDaysBefore1970Too() {
        assertThat(LocalDays.at(TimeZone.getTimeZone("UTC"), -1)).isEqualTo(-1);
    }
}
