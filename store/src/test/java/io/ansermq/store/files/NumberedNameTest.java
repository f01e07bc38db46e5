package io.ansermq.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberedNameTest {

    private static final NumberedName NAME = new NumberedName("state-", 20);

    @Test
    void shouldFillUpWithZeros() {
        assertThat(NAME.of(0)).isEqualTo("state-00000000000000000000");
        assertThat(NAME.of(Long.MAX_VALUE)).isEqualTo("state-09223372036854775807");
        assertThat(new NumberedName("", 8).of(42)).isEqualTo("00000042");
    }

    @Test
    void shouldFindTheNumberOfWhatItNamed() {
        for (final long number : new long[] {0, 7, 1L << 40, Long.MAX_VALUE}) {
            assertThat(NAME.matches(NAME.of(number))).isTrue();
            assertThat(NAME.numberIn(NAME.of(number))).isEqualTo(number);
        }
    }

    @Test
    void shouldKnowOthers() {
        assertThat(NAME.matches("state-0000000000000000000")).isFalse();
        assertThat(NAME.matches("state-000000000000000000000")).isFalse();
        assertThat(NAME.matches("State-00000000000000000000")).isFalse();
        assertThat(NAME.matches("state-0000000000000000000x")).isFalse();
        assertThat(NAME.matches("state--0000000000000000001")).isFalse();
        assertThat(NAME.matches("state-10000000000000000000"))
                .as("more than a position can be")
                .isFalse();
        assertThat(NAME.matches("")).isFalse();
    }
}
