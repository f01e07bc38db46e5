package io.ansermq.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"1234567.8;1,234,568", "99.94;99.9", "12.34;12.3", "1.234;1.23", "0.5;0.50", "0;0", "7;7", "NaN;-"
            })
    void shouldShowAboutThreeDigits(final double value, final String text) {
        assertThat(Figures.text(value)).isEqualTo(text);
    }

    @Test
    void shouldTakeTheMiddle() {
        assertThat(Figures.median(9, 1, 5)).isEqualTo(5);
        assertThat(Figures.median(4, 1, 2, 9)).isEqualTo(3);
    }

    @Test
    void shouldRelateTheSpreadToTheMedian() {
        assertThat(Figures.spreadPercent(90, 100, 120)).isEqualTo(30);
        assertThat(Figures.spreadPercent(7)).isZero();
    }
}
