package io.ansermq.store.history;

import io.ansermq.store.fixtures.ExpectedErrors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every answer that the store gave holds through every end of it. {@code make t M=store T=CrashHistoryTest} runs 2,000
 * histories, {@code make slow M=store T=CrashHistoryTest} 100,000, {@code ARGS=-Danser.test.seed=N} repeats one.
 */
@ExtendWith(ExpectedErrors.class)
class CrashHistoryTest {
    private static final int FEW = 2_000;
    private static final int MANY = 100_000;

    @Test
    void shouldKeepEveryPromise() {
        final Long seed = Long.getLong("anser.test.seed");
        if (seed != null) {
            run(seed, seed + 1);
        } else {
            run(0, FEW);
        }
    }

    @Test
    @Tag("slow")
    void shouldKeepEveryPromiseOfManyHistories() {
        run(FEW, FEW + MANY);
    }

    private static void run(final long first, final long end) {
        for (long seed = first; seed < end; seed++) {
            new StoreHistory(seed, UnaryOperator.identity()).run();
        }
    }
}
