package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CreditWindowTest {
    private static final long MS = 1_000_000;

    private long nowNs = 7_000 * MS;
    private final CreditWindow window = CreditWindow.growing(100, () -> nowNs);

    @Test
    void shouldDoubleUpToItsLimitWhileTheApplicationKeepsUp() {
        assertThat(window.size()).isEqualTo(1);
        assertThat(window.lump()).isEqualTo(1);
        lumpAfterMs(0);
        for (final int size : new int[] {2, 4, 8, 16, 32, 64, 100, 100}) {
            lumpAfterMs(1);
            assertThat(window.size()).isEqualTo(size);
            assertThat(window.lump()).isEqualTo(size / 2);
        }
    }

    @Test
    void shouldSayHowMuchMoreCreditThatIs() {
        window.lumpHanded();
        assertThat(window.lumpHanded()).isEqualTo(1);
        assertThat(window.lumpHanded()).isEqualTo(2);
    }

    @Test
    void shouldHoldNoMoreThanASlowApplicationTakesInHalfASecond() {
        window.lumpHanded();
        lumpAfterMs(10);
        lumpAfterMs(100);
        assertThat(window.size()).isEqualTo(4);
        for (int i = 0; i < 10; i++) {
            lumpAfterMs(200);
        }
        assertThat(window.size()).isEqualTo(4);
    }

    @Test
    void shouldBeginAnewAfterARest() {
        window.lumpHanded();
        lumpAfterMs(1);
        lumpAfterMs(1);
        window.restart();
        assertThat(window.size()).isEqualTo(1);
    }

    @Test
    void shouldStayAsItIsWhenItIsFixed() {
        final CreditWindow fixed = CreditWindow.fixed(10);
        assertThat(fixed.lumpHanded()).isZero();
        fixed.restart();
        assertThat(fixed.size()).isEqualTo(10);
        assertThat(fixed.lump()).isEqualTo(5);
    }

    private void lumpAfterMs(final long ms) {
        nowNs += ms * MS;
        window.lumpHanded();
    }
}
