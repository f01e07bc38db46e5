package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget(100);

    @Test
    void shouldGiveOutWhatThereIsAndNoMore() {
        assertThat(budget.tryAcquire(60)).isTrue();
        assertThat(budget.tryAcquire(41)).isFalse();
        assertThat(budget.tryAcquire(40)).isTrue();
        assertThat(budget.tryAcquire(Long.MAX_VALUE)).isFalse();
        assertThat(budget.tryAcquire(0)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(100);

        budget.release(100);

        assertThat(budget.usedBytes()).isZero();
        assertThat(budget.tryAcquire(100)).isTrue();
    }

    @Test
    void shouldNoticeWhenMoreComesBackThanWasTaken() {
        assertThat(budget.tryAcquire(10)).isTrue();

        assertThatIllegalStateException().isThrownBy(() -> budget.release(11)).withMessageContaining("only 10");
        assertThat(budget.usedBytes()).isEqualTo(10);
        assertThatIllegalArgumentException().isThrownBy(() -> budget.tryAcquire(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> budget.release(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ByteBudget(0));
    }

    @Test
    void shouldNeverGiveOutTooMuchToManyThreads() throws InterruptedException {
        final AtomicLong held = new AtomicLong();
        final AtomicLong most = new AtomicLong();
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            final Thread thread = new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    if (budget.tryAcquire(30)) {
                        most.accumulateAndGet(held.addAndGet(30), Math::max);
                        held.addAndGet(-30);
                        budget.release(30);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }

        assertThat(most.get()).isBetween(30L, 90L);
        assertThat(budget.usedBytes()).isZero();
    }
}
