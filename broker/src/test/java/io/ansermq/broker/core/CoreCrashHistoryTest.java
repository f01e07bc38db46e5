package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.ExpectedWarnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sends and acknowledgements through losses of power, with everything forced before it is answered.
 * {@code make t M=broker T=CoreCrashHistoryTest} runs a few histories, {@code make slow M=broker T=CoreCrashHistoryTest} many.
 */
@ExtendWith(ExpectedWarnings.class)
class CoreCrashHistoryTest {
    private static final int FEW = 60;
    private static final int MANY = 5_000;

    @Test
    void shouldKeepEveryAnswer() {
        run(0, FEW, FlushLevel.DURABLE);
    }

    @Test
    @Tag("slow")
    void shouldKeepEveryAnswerOfManyHistories() {
        run(FEW, FEW + MANY, FlushLevel.DURABLE);
    }

    /** A planted bug: acknowledgements are confirmed when they are written, though forced was promised. */
    @Test
    void shouldNoticeAnAcknowledgementThatIsConfirmedBeforeItIsDurable() {
        assertThatThrownBy(() -> run(0, FEW, FlushLevel.WRITTEN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was acknowledged for good");
    }

    private static void run(final int first, final int end, final FlushLevel acknowledgements) {
        for (int seed = first; seed < end; seed++) {
            final CoreHistory history = new CoreHistory(seed, acknowledgements);
            history.run();
            assertThat(history.deliveries()).as("seed %d", seed).isNotNegative();
        }
    }
}
