package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.fixtures.ExpectedWarnings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * See {@link TransactionHistory}. {@code make t M=broker T=TransactionCrashTest} runs a few histories,
 * {@code make slow M=broker T=TransactionCrashTest} fifty thousand ({@code -Danser.histories=1000}: so many).
 */
@ExtendWith(ExpectedWarnings.class)
class TransactionCrashTest {
    private static final int FEW = 150;
    private static final int MANY = Integer.getInteger("anser.histories", 50_000);

    @Test
    void shouldKeepEveryTransactionAllOrNothingThroughCrashes() {
        assertThat(run(1, FEW)).isGreaterThan(FEW);
    }

    @Test
    @Tag("slow")
    void shouldDoSoThroughMany() {
        assertThat(run(FEW + 1, MANY)).isPositive();
    }

    private static int run(final int firstSeed, final int count) {
        int transactions = 0;
        for (int seed = firstSeed; seed < firstSeed + count; seed++) {
            transactions += new TransactionHistory(seed).run();
        }
        return transactions;
    }
}
