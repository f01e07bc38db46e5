package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class IdleWatchTest {
    private final ArrayDeque<Runnable> looks = new ArrayDeque<>();
    private long delivered;
    private long handed;
    private int idle;

    private final IdleWatch watch = new IdleWatch(new IdleWatch.Watched() {
        @Override
        public long unhanded() {
            return delivered - handed;
        }

        @Override
        public long handed() {
            return handed;
        }

        @Override
        public void idle() {
            idle++;
            delivered = handed;
        }

        @Override
        public void later(final Runnable task, final int delayMs) {
            looks.add(task);
        }
    });

    @Test
    void shouldFindWhoTakesNothingForHalfASecondIdle() {
        deliver(10);
        look();
        assertThat(idle).isZero();
        look();
        assertThat(idle).isEqualTo(1);
        assertThat(looks).isEmpty();
    }

    @Test
    void shouldLookNoMoreWhenNothingWaits() {
        deliver(1);
        handed = 1;
        look();
        assertThat(looks).isEmpty();
        deliver(1);
        assertThat(looks).hasSize(1);
    }

    @Test
    void shouldLeaveAloneWhoTakesWhatWaitsSoon() {
        deliver(1_000);
        for (int i = 0; i < 15; i++) {
            handed += 60;
            look();
        }
        assertThat(idle).isZero();
    }

    @Test
    void shouldFindWhoWouldNeedManySecondsIdle() {
        deliver(1_000);
        for (int i = 0; i < 2; i++) {
            handed += 1;
            look();
        }
        assertThat(idle).isEqualTo(1);
    }

    @Test
    void shouldWatchAgainWhatIsDeliveredAfterARest() {
        deliver(10);
        look();
        look();
        deliver(1);
        look();
        look();
        assertThat(idle).isEqualTo(2);
    }

    @Test
    void shouldNotLookForAConnectionThatIsLost() {
        deliver(10);
        watch.stop();
        look();
        assertThat(looks).isEmpty();
        deliver(1);
        look();
        look();
        assertThat(idle).isEqualTo(1);
    }

    private void deliver(final int count) {
        delivered += count;
        watch.delivered();
    }

    private void look() {
        looks.remove().run();
    }
}
