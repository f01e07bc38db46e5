package io.ansermq.broker.ledger;

import org.junit.jupiter.api.Test;

/** Random lives of ledgers, each compared with the naive model step by step. A seed that fails gets a test here. */
class LedgerModelTest {

    private static final int HISTORIES = 2_000;
    private static final int STEPS = 220;

    @Test
    void shouldDoWhatTheNaiveModelDoes() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            new LedgerHistory(seed).run(STEPS);
        }
    }
}
