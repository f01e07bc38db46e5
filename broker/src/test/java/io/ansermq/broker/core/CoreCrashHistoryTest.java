package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.ExpectedWarnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sends and acknowledgements through losses of power, with everything forced before it is answered, and through the death of
 * the process, with everything written.
 * {@code make t M=broker T=CoreCrashHistoryTest} runs a few histories, {@code make slow M=broker T=CoreCrashHistoryTest} many.
 */
@ExtendWith(ExpectedWarnings.class)
class CoreCrashHistoryTest {
    private static final int FEW = 40;
    private static final int MANY = 5_000;

    @Test
    void shouldKeepEveryAnswer() {
        run(0, FEW, FlushLevel.DURABLE, FlushLevel.DURABLE);
        run(0, FEW, FlushLevel.WRITTEN, FlushLevel.WRITTEN);
    }

    @Test
    @Tag("slow")
    void shouldKeepEveryAnswerOfManyHistories() {
        run(FEW, FEW + MANY, FlushLevel.DURABLE, FlushLevel.DURABLE);
        run(FEW, FEW + MANY, FlushLevel.WRITTEN, FlushLevel.WRITTEN);
    }

    /** A planted bug: acknowledgements are confirmed when they are written, though forced was promised. */
    @Test
    void shouldNoticeAnAcknowledgementThatIsConfirmedBeforeItIsDurable() {
        assertThatThrownBy(() -> run(0, FEW, FlushLevel.DURABLE, FlushLevel.WRITTEN))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("was acknowledged for good");
    }

    private static void run(final int first, final int end, final FlushLevel flush, final FlushLevel acknowledgements) {
        for (int seed = first; seed < end; seed++) {
            final CoreHistory history = new CoreHistory(seed, flush, acknowledgements);
            history.run();
            assertThat(history.deliveries()).as("seed %d", seed).isNotNegative();
        }
    }
}
