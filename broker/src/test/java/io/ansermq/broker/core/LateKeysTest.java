package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that wait for their keys: in order, and never more than a few turns bring. */
class LateKeysTest {
    private final LateKeys late = new LateKeys();
    private long added;
    private long removed;

    private void turn(final Lane lane, final int come) {
        for (int i = 0; i < come; i++) {
            late.add(lane, added, (int) added % 1000, added + 7);
            added++;
        }
        for (int left = late.share(); left > 0; left--) {
            assertThat(late.position()).isEqualTo(removed);
            assertThat(late.sizeBytes()).isEqualTo((int) removed % 1000);
            assertThat(late.seenAt()).isEqualTo(removed + 7);
            assertThat(late.lane()).isSameAs(lane);
            late.removeFirst();
            removed++;
        }
    }

    @Test
    void shouldStayShortWhileMessagesComeQuicklyForEver(@TempDir final Path directory) {
        try (CoreFixture broker = new CoreFixture(directory, FlushLevel.WRITTEN)) {
            assertThat(broker.desk().createTopic("t", 1)).isNull();
            broker.settle();
            final Lane lane =
                    broker.desk().lane(Objects.requireNonNull(broker.desk().destination("t")), 0);
            for (int i = 0; i < 300; i++) {
                turn(lane, 10_000);
            }
            assertThat(late.size()).isLessThanOrEqualTo(16 * 10_000);
            assertThat(late.capacity()).isLessThanOrEqualTo(4 * 16 * 10_000);
            for (int i = 0; i < 200 && !late.isEmpty(); i++) {
                turn(lane, 0);
            }
            assertThat(late.isEmpty()).isTrue();
            assertThat(removed).isEqualTo(added);
            assertThat(late.capacity()).as("its memory is given back").isZero();
        }
    }
}
