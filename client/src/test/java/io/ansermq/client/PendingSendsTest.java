package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PendingSendsTest {
    private final PendingSends pending = new PendingSends();
    private final SendCallback[] taken = new SendCallback[4];

    @Test
    void shouldNumberSendsFromOneWithoutGaps() {
        assertThat(pending.add(callback(), 10)).isEqualTo(1);
        assertThat(pending.add(callback(), 20)).isEqualTo(2);
        assertThat(pending.next()).isEqualTo(3);
        assertThat(pending.bytes()).isEqualTo(30);
    }

    @Test
    void shouldTakeNoMoreThanAskedForAndThanThereIs() {
        final SendCallback first = callback();
        pending.add(first, 10);
        pending.add(callback(), 20);
        assertThat(pending.take(1, taken)).isEqualTo(1);
        assertThat(taken[0]).isSameAs(first);
        assertThat(pending.oldest()).isEqualTo(2);
        assertThat(pending.take(1, taken)).isZero();
        assertThat(pending.take(Long.MAX_VALUE, taken)).isEqualTo(1);
        assertThat(pending.take(Long.MAX_VALUE, taken)).isZero();
        assertThat(pending.bytes()).isZero();
    }

    @Test
    void shouldKeepOrderAndBytesThroughGrowthAndWrapping() {
        for (int seed = 0; seed < 50; seed++) {
            final Random random = new Random(seed);
            final PendingSends tested = new PendingSends();
            final ArrayDeque<SendCallback> model = new ArrayDeque<>();
            final SendCallback[] into = new SendCallback[64];
            for (int step = 0; step < 200; step++) {
                for (int i = random.nextInt(40); i > 0; i--) {
                    final SendCallback callback = callback();
                    tested.add(callback, 3);
                    model.add(callback);
                }
                final int count = tested.take(tested.oldest() + random.nextInt(35), into);
                for (int i = 0; i < count; i++) {
                    assertThat(into[i]).as("seed %d", seed).isSameAs(model.remove());
                }
                assertThat(tested.count()).as("seed %d", seed).isEqualTo(model.size());
                assertThat(tested.bytes()).as("seed %d", seed).isEqualTo(3L * model.size());
            }
        }
    }

    private static SendCallback callback() {
        return new RecordedSends();
    }
}
