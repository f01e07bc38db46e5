package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OffsetSetTest {

    private static final long SPAN = OffsetSet.MAX_SPAN;

    private final OffsetSet set = new OffsetSet();

    @Test
    void shouldFollowTheOffsetsUpward() {
        // Far enough for the base to move several times, with a member left behind each time.
        long previous = 5;
        set.add(previous, previous);
        for (int i = 0; i < 12; i++) {
            final long next = previous + SPAN - 1;
            set.add(next - 1, next);
            assertThat(set.contains(previous)).isTrue();
            assertThat(set.first()).isLessThanOrEqualTo(previous);
            set.remove(0, next - 2);
            assertThat(set.first()).isEqualTo(next - 1);
            assertThat(set.nextAbsent(next - 1)).isEqualTo(next + 1);
            set.remove(next - 1);
            assertThat(set.cardinality()).isEqualTo(1);
            previous = next;
        }
    }

    @Test
    void shouldTakeSmallerOffsetsLater() {
        final long high = 10 * SPAN;
        set.add(high, high);
        set.add(high - SPAN + 1, high - SPAN + 1);
        set.remove(high);
        set.add(high - 2 * SPAN + 2, high - 2 * SPAN + 2);
        set.remove(high - SPAN + 1);
        set.add(high - 3 * SPAN + 3, high - 3 * SPAN + 5);
        assertThat(set.first()).isEqualTo(high - 3 * SPAN + 3);
        assertThat(set.cardinality()).isEqualTo(4);
    }

    @Test
    void shouldRefuseOffsetsThatAreTooFarApart() {
        set.add(5 * SPAN, 5 * SPAN);
        assertThatThrownBy(() -> set.add(8 * SPAN, 8 * SPAN)).hasMessageContaining("too far apart");
        assertThatThrownBy(() -> set.add(1, 1)).hasMessageContaining("too far apart");
    }

    @Test
    void shouldLeaveTheSharedEmptySetAlone() {
        assertThatThrownBy(() -> OffsetSet.EMPTY.add(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(OffsetSet.EMPTY.orNew()).isNotSameAs(OffsetSet.EMPTY);
        assertThat(set.orNew()).isSameAs(set);
    }

    @Test
    void shouldHoldTheSameAsATreeSet() {
        for (long seed = 1; seed <= 50; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final long start = random.nextLong(1L << random.nextInt(1, 61));
            final OffsetSet offsets = new OffsetSet();
            final TreeSet<Long> expected = new TreeSet<>();
            for (int i = 0; i < 100; i++) {
                final long first = start + random.nextLong(500) * (random.nextInt(8) == 0 ? 1_000 : 1);
                final long last = first + (random.nextBoolean() ? 0 : random.nextLong(70));
                final boolean add = random.nextInt(5) > 1;
                for (long offset = first; offset <= last; offset++) {
                    if (add) {
                        expected.add(offset);
                    } else {
                        expected.remove(offset);
                    }
                }
                if (add) {
                    offsets.add(first, last);
                } else {
                    offsets.remove(first, last);
                }
                compare("seed " + seed, expected, offsets, first, last);
            }
            if (!offsets.isEmpty()) {
                final ByteBuffer bytes = ByteBuffer.allocate(offsets.encodedLength());
                offsets.encode(bytes);
                final OffsetSet decoded = OffsetSet.decode(bytes.flip());
                compare("decoded, seed " + seed, expected, decoded, start, start + 100);
                assertThat(decoded.last()).as("seed " + seed).isEqualTo(expected.last());
            }
        }
    }

    private static void compare(
            final String what,
            final TreeSet<Long> expected,
            final OffsetSet actual,
            final long first,
            final long last) {
        final TreeSet<Long> members = new TreeSet<>();
        actual.forEachRun(0, Long.MAX_VALUE - 1, (from, to) -> {
            for (long offset = from; offset <= to; offset++) {
                members.add(offset);
            }
        });
        assertThat(members).as(what).isEqualTo(expected);
        assertThat(actual.isEmpty()).as(what).isEqualTo(expected.isEmpty());
        assertThat(actual.cardinality()).as(what).isEqualTo(expected.size());
        assertThat(actual.cardinality(first, last))
                .as(what)
                .isEqualTo(expected.subSet(first, true, last, true).size());
        long absent = first;
        while (expected.contains(absent)) {
            absent++;
        }
        assertThat(actual.nextAbsent(first)).as(what).isEqualTo(absent);
        assertThat(actual.contains(last)).as(what).isEqualTo(expected.contains(last));
    }
}
