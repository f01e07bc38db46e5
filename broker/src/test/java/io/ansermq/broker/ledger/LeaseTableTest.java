package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeaseTableTest {

    private record Lease(int consumer, long tag) {}

    @Test
    void shouldHoldTheSameAsATreeMap() {
        for (long seed = 1; seed <= 60; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final TreeMap<Long, Lease> expected = new TreeMap<>();
            final LeaseTable table = LeaseTable.EMPTY.orNew();
            // A narrow range of offsets fills the table with neighbours, a wide one with strangers.
            final long range = 1L << random.nextInt(4, 40);
            for (int i = 0; i < 400; i++) {
                final long offset = random.nextLong(range);
                final int dice = random.nextInt(20);
                if (dice == 0) {
                    final long last = offset + random.nextLong(range);
                    table.remove(offset, last);
                    expected.subMap(offset, true, last, true).clear();
                } else if (expected.containsKey(offset)) {
                    table.remove(table.find(offset));
                    expected.remove(offset);
                } else {
                    final Lease lease = new Lease(random.nextInt(3), random.nextLong());
                    table.put(offset, lease.consumer(), lease.tag());
                    expected.put(offset, lease);
                }
                compare("seed " + seed, expected, table, offset);
            }
        }
    }

    @Test
    void shouldLeaveTheSharedEmptyTableAlone() {
        assertThatThrownBy(() -> LeaseTable.EMPTY.put(1, 1, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(LeaseTable.EMPTY.find(0)).isEqualTo(LeaseTable.ABSENT);
    }

    private static void compare(
            final String what, final TreeMap<Long, Lease> expected, final LeaseTable table, final long offset) {
        assertThat(table.size()).as(what).isEqualTo(expected.size());
        assertThat(table.find(offset) != LeaseTable.ABSENT).as(what).isEqualTo(expected.containsKey(offset));
        expected.forEach((key, lease) -> {
            final int slot = table.find(key);
            if (slot == LeaseTable.ABSENT
                    || table.consumer(slot) != lease.consumer()
                    || table.tag(slot) != lease.tag()) {
                throw new AssertionError(what + ": lease of " + key);
            }
        });
        assertThat(table.offsetsOf(1))
                .as(what)
                .containsExactly(expected.entrySet().stream()
                        .filter(entry -> entry.getValue().consumer() == 1)
                        .mapToLong(Map.Entry::getKey)
                        .toArray());
        assertThat((long) table.countOfOthers(1, 0, offset))
                .as(what)
                .isEqualTo(expected.headMap(offset, true).values().stream()
                        .filter(lease -> lease.consumer() != 1)
                        .count());
    }
}
