package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeSetTest {

    private final RangeSet ranges = new RangeSet();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            next to the newest      | 10-19 20-29             | [10-29]
            apart                   | 10-19 21-29             | [10-19, 21-29]
            inside the newest       | 10-19 12-13             | [10-19]
            over the newest's end   | 10-19 15-25             | [10-25]
            over the newest         | 10-19 5-25              | [5-25]
            before                  | 10-19 3-3               | [3, 10-19]
            just before             | 10-19 3-9               | [3-19]
            between                 | 10-19 30-39 24-25       | [10-19, 24-25, 30-39]
            between, touching left  | 10-19 30-39 20-25       | [10-25, 30-39]
            between, touching right | 10-19 30-39 25-29       | [10-19, 25-39]
            closing a gap           | 10-19 30-39 20-29       | [10-39]
            over several            | 1-2 4-5 7-8 10-11 5-9   | [1-2, 4-11]
            over all                | 1-2 4-5 7-8 10-11 0-20  | [0-20]
            """)
    void shouldMerge(final String what, final String added, final String expected) {
        for (final String range : added.split(" +")) {
            final String[] bounds = range.split("-");
            ranges.range(Long.parseLong(bounds[0]), Long.parseLong(bounds[1]));
        }
        assertThat(ranges).as(what).hasToString(expected);
    }

    @Test
    void shouldBeEmptyAgainWhenCleared() {
        ranges.range(1, 5);
        ranges.clear();
        assertThat(ranges.isEmpty()).isTrue();
        assertThat(ranges.offsets()).isZero();
        ranges.range(0, 0);
        assertThat(ranges).hasToString("[0]");
    }

    @Test
    void shouldRefuseARunThatEndsBeforeItBegins() {
        assertThatThrownBy(() -> ranges.range(5, 4)).hasMessageContaining("not a run: 5 to 4");
    }

    @Test
    void shouldHoldTheSameAsASetOfOffsets() {
        for (long seed = 1; seed <= 100; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final TreeSet<Long> expected = new TreeSet<>();
            ranges.clear();
            for (int i = 0; i < 60; i++) {
                final long first = random.nextLong(300);
                final long last = first + random.nextLong(6);
                ranges.range(first, last);
                for (long offset = first; offset <= last; offset++) {
                    expected.add(offset);
                }
            }
            final TreeSet<Long> actual = new TreeSet<>();
            final long[] end = {-1};
            ranges.forEach((first, last) -> {
                assertThat(first).as("runs do not touch").isGreaterThan(end[0]);
                end[0] = last + 1;
                for (long offset = first; offset <= last; offset++) {
                    actual.add(offset);
                }
            });
            assertThat(actual).as("seed " + seed).isEqualTo(expected);
            assertThat(ranges.offsets()).as("seed " + seed).isEqualTo(expected.size());
        }
    }
}
