package io.ansermq.openmessaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.exception.OMSMessageFormatException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The times that cron expressions name. */
class CronTest {

    private static String next(final String expression, final String from) {
        return Instant.ofEpochMilli(
                        Cron.parse(expression).next(Instant.parse(from).toEpochMilli()))
                .toString();
    }

    @ParameterizedTest(name = "{0} after {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *            | 2024-02-28T23:59:30Z     | 2024-02-29T00:00:00Z",
                "* * * * * *          | 2024-02-28T23:59:59.999Z | 2024-02-29T00:00:00Z",
                "*/20 * * * * *       | 2024-01-01T00:00:20Z     | 2024-01-01T00:00:40Z",
                "30 * * * *           | 2024-01-01T10:30:00Z     | 2024-01-01T11:30:00Z",
                "0 9 * * *            | 2024-12-31T09:00:00Z     | 2025-01-01T09:00:00Z",
                "0 9-17/4 * * *       | 2024-01-01T13:00:01Z     | 2024-01-01T17:00:00Z",
                "5/25 * * * *         | 2024-01-01T00:30:00Z     | 2024-01-01T00:55:00Z",
                "0 0 29 2 *           | 2024-03-01T00:00:00Z     | 2028-02-29T00:00:00Z",
                "0 0 31 * *           | 2024-04-01T00:00:00Z     | 2024-05-31T00:00:00Z",
                "0 12 * * mon-fri     | 2024-06-07T12:00:00Z     | 2024-06-10T12:00:00Z",
                "0 12 * * 7           | 2024-06-07T12:00:00Z     | 2024-06-09T12:00:00Z",
                "0 0 ? jan,JUL SUN    | 2024-02-01T00:00:00Z     | 2024-07-07T00:00:00Z",
                "0 0 13 * fri         | 2024-06-13T00:00:00Z     | 2024-06-14T00:00:00Z",
                "0 0 13 * fri         | 2024-06-08T00:00:00Z     | 2024-06-13T00:00:00Z",
                "15,45 10,22 1,15 6 * | 2024-06-01T10:15:00Z     | 2024-06-01T10:45:00Z",
                "15,45 10,22 1,15 6 * | 2024-06-15T22:45:00Z     | 2025-06-01T10:15:00Z",
                "30 59 23 31 12 *     | 2024-01-01T00:00:00Z     | 2024-12-31T23:59:30Z"
            })
    void shouldNameTheFirstTimeBehind(final String expression, final String from, final String expected) {
        assertThat(next(expression, from)).isEqualTo(Instant.parse(expected).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 32 * *",
                "* * * 13 *",
                "* * * * 8",
                "*/0 * * * *",
                "5-1 * * * *",
                "-1 * * * *",
                "x * * * *",
                "1- * * * *",
                "*/x * * * *",
                "* * * month *",
                ", * * * *"
            })
    void shouldRefuseWhatIsNoExpressionAndSayHowToWriteOne(final String expression) {
        assertThatThrownBy(() -> Cron.parse(expression))
                .isInstanceOf(OMSMessageFormatException.class)
                .hasMessageContaining("write minute hour day month weekday");
    }

    @Test
    void shouldRefuseAnExpressionThatNeverComesTrue() {
        assertThatThrownBy(() -> Cron.parse("0 0 30 2 *").next(0))
                .isInstanceOf(OMSMessageFormatException.class)
                .hasMessageContaining("never comes true");
    }
}
