package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetRangesTest {
    private final OffsetRanges ranges = new OffsetRanges();

    @Test
    void shouldExtendTheLastRangeWhenOffsetsComeInOrder() {
        for (long offset = 5; offset <= 2_000; offset++) {
            ranges.add(offset, offset);
        }
        assertThat(drained()).containsExactly("5-2000");
    }

    @Test
    void shouldMergeRangesThatAnAdditionConnects() {
        ranges.add(1, 1);
        ranges.add(3, 3);
        ranges.add(7, 9);
        ranges.add(2, 2);
        assertThat(drained()).containsExactly("1-3", "7-9");
    }

    @Test
    void shouldSwallowRangesThatAnAdditionCovers() {
        ranges.add(10, 10);
        ranges.add(20, 20);
        ranges.add(30, 30);
        ranges.add(5, 25);
        assertThat(drained()).containsExactly("5-25", "30-30");
    }

    @Test
    void shouldKeepTheRestWhenDrainedInParts() {
        ranges.add(1, 1);
        ranges.add(3, 3);
        ranges.add(5, 5);
        final List<String> first = new ArrayList<>();
        assertThat(ranges.drain(2, (from, to) -> first.add(from + "-" + to))).isEqualTo(2);
        assertThat(first).containsExactly("1-1", "3-3");
        assertThat(ranges.count()).isEqualTo(1);
        assertThat(drained()).containsExactly("5-5");
    }

    @Test
    void shouldHoldWhatASetOfOffsetsHolds() {
        for (int seed = 0; seed < 500; seed++) {
            final Random random = new Random(seed);
            final OffsetRanges tested = new OffsetRanges();
            final TreeSet<Long> model = new TreeSet<>();
            for (int step = 0; step < 60; step++) {
                final long first = random.nextInt(120);
                final long last = first + random.nextInt(1 + random.nextInt(12));
                tested.add(first, last);
                for (long offset = first; offset <= last; offset++) {
                    model.add(offset);
                }
            }
            final List<String> actual = new ArrayList<>();
            tested.drain(Integer.MAX_VALUE, (first, last) -> actual.add(first + "-" + last));
            assertThat(actual).as("seed %d", seed).isEqualTo(runsOf(model));
        }
    }

    private static List<String> runsOf(final TreeSet<Long> offsets) {
        final List<String> runs = new ArrayList<>();
        long first = offsets.first();
        for (final long offset : offsets) {
            if (!offsets.contains(offset + 1)) {
                runs.add(first + "-" + offset);
                final Long next = offsets.higher(offset);
                first = next == null ? 0 : next;
            }
        }
        return runs;
    }

    private List<String> drained() {
        final List<String> drained = new ArrayList<>();
        ranges.drain(Integer.MAX_VALUE, (first, last) -> drained.add(first + "-" + last));
        assertThat(ranges.count()).isZero();
        return drained;
    }
}
