package io.ansermq.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.fixtures.ExpectedErrors;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The histories notice when a store makes a mistake; otherwise that they find none would mean nothing. */
@ExtendWith(ExpectedErrors.class)
class PlantedBugTest {
    /** A bug that only a lucky history meets is not caught in practice. */
    private static final int HISTORIES = 1_000;

    @ParameterizedTest
    @EnumSource
    void shouldBeCaught(final PlantedBug bug) {
        int caught = 0;
        for (long seed = 0; seed < HISTORIES; seed++) {
            try {
                new StoreHistory(seed, bug::before).run();
            } catch (final BrokenPromise broken) {
                caught++;
            }
        }
        assertThat(caught).as("of %d histories", HISTORIES).isGreaterThanOrEqualTo(HISTORIES / 100);
    }
}
