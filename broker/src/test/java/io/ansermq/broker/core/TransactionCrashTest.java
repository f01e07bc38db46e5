package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.fixtures.ExpectedWarnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * See {@link TransactionHistory}. {@code make t M=broker T=TransactionCrashTest} runs a thousand histories,
 * {@code make slow M=broker T=TransactionCrashTest} fifty thousand ({@code -Danser.histories=1000}: so many, {@code -Danser.seed=N}: from this one on).
 */
@ExtendWith(ExpectedWarnings.class)
class TransactionCrashTest {
    private static final int FEW = 1_000;
    private static final int CUT_OFF = 5;
    private static final int MOST_TURNS = 1_000;
    private static final int MANY = Integer.getInteger("anser.histories", 50_000);
    private static final int FIRST_OF_MANY = Integer.getInteger("anser.seed", FEW + 1);

    @Test
    void shouldKeepEveryTransactionAllOrNothingThroughCrashes() {
        assertThat(run(1, FEW)).isGreaterThan(FEW);
    }

    /** Between every two turns, each of which leaves at most one frame in the log. */
    @Test
    void shouldDoSoWhereverALifeIsCutOff() {
        for (int seed = 1; seed <= CUT_OFF; seed++) {
            int turns = 0;
            boolean whole = false;
            while (!whole) {
                final TransactionHistory history = TransactionHistory.cutOff(seed, turns++);
                history.run();
                whole = history.wasWhole();
                assertThat(turns).isLessThan(MOST_TURNS);
            }
            assertThat(turns).as("turns of seed %d", seed).isGreaterThan(20);
        }
    }

    @Test
    @Tag("slow")
    void shouldDoSoThroughMany() {
        assertThat(run(FIRST_OF_MANY, MANY)).isPositive();
    }

    private static int run(final int firstSeed, final int count) {
        int transactions = 0;
        for (int seed = firstSeed; seed < firstSeed + count; seed++) {
            transactions += new TransactionHistory(seed).run();
        }
        return transactions;
    }
}
