package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which segments are worth cleaning. */
class CensusTest {

    private static final int SEGMENT = 1_000;
    private static final long PLENTY = Long.MAX_VALUE;

    @Test
    void shouldLeaveALogAloneOfWhichMoreThanHalfIsWanted() {
        assertThat(census(600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600, 600)
                        .target(2, PLENTY))
                .isZero();
    }

    @Test
    void shouldLeaveAloneWhatNobodyWants() {
        assertThat(census(0, 0, 0, 0).target(2, PLENTY)).isZero();
    }

    @Test
    void shouldCleanTheRunThatGainsMost() {
        assertThat(census(10, 10, 10, 900, 10).target(2, PLENTY)).isEqualTo(3 * SEGMENT);
    }

    @Test
    void shouldCleanADenseSegmentForTheSakeOfWhatIsBehindIt() {
        assertThat(census(900, 0, 0, 0, 0).target(2, PLENTY)).isEqualTo(4 * SEGMENT);
    }

    @Test
    void shouldCopyNoMoreThanThereIsRoomFor() {
        assertThat(census(300, 10, 300, 10, 300, 10).target(2, 350)).isEqualTo(2 * SEGMENT);
        assertThat(census(300, 10, 300, 10, 300, 10).target(2, 200)).isZero();
    }

    @Test
    void shouldCountTheSegmentThatIsWrittenToWhenTheLogIsShort() {
        // Of six and the prepared one three are wanted: more than twice as much, though not below the last one.
        assertThat(census(600, 600, 600, 600, 600, 100).target(2, PLENTY)).isEqualTo(5 * SEGMENT);
    }

    @Test
    void shouldNotCopyWhatFreesLessThanASegment() {
        assertThat(census(900, 200, 0).target(2, PLENTY)).isZero();
    }

    /** Whatever stands where: cleaning comes to an end, and leaves twice what is wanted or a few segments. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldComeToAnEndAtTwiceWhatIsWanted(final long seed) {
        final Random random = new Random(seed * 15_485_863);
        List<Integer> log = new ArrayList<>();
        for (int i = 3 + random.nextInt(30); i > 0; i--) {
            log.add(random.nextInt(4) == 0 ? SEGMENT : random.nextInt(SEGMENT / 4));
        }
        int used = random.nextInt(SEGMENT);
        log.add(random.nextInt(used + 1));
        long copied = 0;
        int rounds = 0;
        for (Census census = census(log); census.target(2, PLENTY) > 0; census = census(log)) {
            final int count = (int) (census.target(2, PLENTY) / SEGMENT);
            int left = (int) census.wantedBelow(census.target(2, PLENTY));
            copied += left;
            final int before = log.size();
            log = new ArrayList<>(log.subList(count, log.size()));
            while (left > 0) {
                final int here = Math.min(left, SEGMENT - used);
                log.set(log.size() - 1, log.get(log.size() - 1) + here);
                left -= here;
                used += here;
                if (used == SEGMENT) {
                    log.add(0);
                    used = 0;
                }
            }
            assertThat(log.size()).as("seed %d: segments", seed).isLessThanOrEqualTo(before);
            assertThat(++rounds).as("seed %d: rounds", seed).isLessThan(30);
        }
        final Census rest = census(log);
        final long inFiles = (log.size() + 1L) * SEGMENT;
        assertThat(inFiles)
                .as("seed %d: %d bytes wanted, %d copied", seed, rest.wantedBytes(), copied)
                .isLessThanOrEqualTo(Math.max(2 * rest.wantedBytes(), 4 * SEGMENT));
    }

    private static Census census(final List<Integer> wanted) {
        return census(wanted.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Census census(final int... wanted) {
        final long[] bounds = new long[wanted.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = (long) i * SEGMENT;
        }
        final Census census = new Census(bounds);
        for (int i = 0; i < wanted.length; i++) {
            census.count(bounds[i], wanted[i]);
        }
        return census;
    }
}
