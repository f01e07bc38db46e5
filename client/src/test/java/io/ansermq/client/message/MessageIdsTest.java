package io.ansermq.client.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
    private static final long DAY_MS = 24 * 60 * 60 * 1000L;
    private static final long FIFTH_EPOCH_MS = ZonedDateTime.of(2026, 11, 5, 0, 0, 0, 0, ZoneOffset.UTC)
            .toInstant()
            .toEpochMilli();

    private final MessageIds ids = new MessageIds(new Random(1), TimeZone.getTimeZone("UTC"));

    @Test
    void shouldHaveRocketMqsForm() {
        final String id = ids.next(FIFTH_EPOCH_MS + 3).toString();

        assertThat(id).matches("ID:[0-9A-F]{32}");
        assertThat(Long.parseLong(id.substring(23, 31), 16))
                .as("ms since the month began")
                .isEqualTo(4 * DAY_MS + 3);
    }

    @Test
    void shouldNeverRepeat() {
        final Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            // The clock stands still for longer than the counter lasts, and jumps back once.
            final long nowEpochMs = FIFTH_EPOCH_MS + (i < 80_000 ? i / 70_000 : -DAY_MS);
            assertThat(seen.add(ids.next(nowEpochMs).toString())).as("id %d", i).isTrue();
        }
    }

    @Test
    void shouldDrawNewRandomBitsEachMonth() {
        final String november = ids.next(FIFTH_EPOCH_MS).toString();
        final String december = ids.next(FIFTH_EPOCH_MS + 30 * DAY_MS).toString();

        assertThat(december.substring(23)).as("same time of the month").isEqualTo(november.substring(23));
        assertThat(december).isNotEqualTo(november);
    }
}
