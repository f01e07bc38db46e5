package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A view for even offsets beside a consumer that takes all. */
class LaneViewTest {
    private static final int FILTERING = 1;
    private static final int PLAIN = 2;

    private Ledger ledger;
    private LaneView view;

    @BeforeEach
    void fill() {
        ledger = new Ledger(1, 0, false);
        ledger.extend(10);
        view = new LaneView(ledger, 0);
    }

    private List<Long> scan() {
        final List<Long> looked = new ArrayList<>();
        for (long offset = view.nextToScan(Long.MAX_VALUE);
                offset != Ledger.NONE;
                offset = view.nextToScan(Long.MAX_VALUE)) {
            looked.add(offset);
            view.scanned(offset % 2 == 0);
        }
        return looked;
    }

    private List<Long> take(final int consumer, final int count) {
        final List<Long> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final long offset = consumer == FILTERING ? view.lease(FILTERING, i + 1) : ledger.lease(PLAIN, i + 1);
            if (offset != Ledger.NONE) {
                taken.add(offset);
            }
        }
        return taken;
    }

    @Test
    void shouldTakeWhatMatchesInOrderAndLeaveTheRestInOrder() {
        scan();
        assertThat(take(FILTERING, 9)).containsExactly(0L, 2L, 4L, 6L, 8L);
        assertThat(take(PLAIN, 9)).containsExactly(1L, 3L, 5L, 7L, 9L);
    }

    @Test
    void shouldLookAtEachOffsetOnce() {
        assertThat(scan()).hasSize(10);
        ledger.extend(12);
        assertThat(scan()).containsExactly(10L, 11L);
    }

    @Test
    void shouldNotLookAtWhatOthersHave() {
        take(PLAIN, 3);
        ledger.done(5, 6);
        assertThat(scan()).containsExactly(3L, 4L, 7L, 8L, 9L);
    }

    @Test
    void shouldPassOverWhatOthersTookMeanwhile() {
        scan();
        take(PLAIN, 5);
        assertThat(take(FILTERING, 9)).containsExactly(6L, 8L);
    }

    @Test
    void shouldTakeWhatCameBackBeforeWhatIsNewer() {
        ledger.onReturned((first, last) -> {
            for (long offset = first; offset <= last; offset++) {
                if (offset % 2 == 0 && offset < view.scanned()) {
                    view.add(offset);
                }
            }
        });
        scan();
        take(FILTERING, 2);
        ledger.release(FILTERING, 0, (first, last) -> {});
        assertThat(take(FILTERING, 9)).containsExactly(0L, 2L, 4L, 6L, 8L);
    }

    @Test
    void shouldLetTheFloorMoveWhenBothHaveSettled() {
        scan();
        take(FILTERING, 5);
        take(PLAIN, 5);
        ledger.acknowledge(FILTERING, 0, 9, ledger::done);
        assertThat(ledger.floor()).isEqualTo(1);
        ledger.acknowledge(PLAIN, 0, 9, ledger::done);
        assertThat(ledger.floor()).isEqualTo(10);
        assertThat(ledger.backlog()).isZero();
    }

    @Test
    void shouldAskForAHighWaterThatCoversAllThatMatches() {
        ledger = new Ledger(1, 0, true);
        ledger.extend(100_000);
        view = new LaneView(ledger, 0);
        view.add(50_000);
        view.add(90_000);
        assertThat(view.lease(FILTERING, 1)).isEqualTo(Ledger.NONE);
        assertThat(view.waitsForHighWater()).isTrue();
        ledger.highWater(ledger.wantedHighWater());
        assertThat(take(FILTERING, 3)).containsExactly(50_000L, 90_000L);
        assertThat(ledger.wantedHighWater()).isEqualTo(Ledger.NONE);
    }
}
