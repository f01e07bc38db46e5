package io.ansermq.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RocketMQ's dialect: every property is text and is taken for what it is compared with. */
class RocketMqSelectorTest {

    private static SampleMessage message() {
        return new SampleMessage()
                .stored("a", "5")
                .stored("d", "2.5")
                .stored("neg", "-3")
                .stored("yes", "true")
                .stored("No", "FALSE")
                .stored("name", "hello world")
                .stored("TAGS", "tagA")
                .stored("KEYS", "k1 k2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 5",
                "a <> 6",
                "a > 4",
                "a >= 5",
                "a < 5.5",
                "d = 2.5",
                "d > 2",
                "neg = -3",
                "neg < 0",
                "a > d",
                "a BETWEEN 0 AND 9",
                "a NOT BETWEEN 6 AND 9",
                "a BETWEEN 4.5 AND 5.5",
                "a = '5'",
                "name = 'hello world'",
                "name IN ('x', 'hello world')",
                "name NOT IN ('x')",
                "yes = TRUE",
                "No = FALSE",
                "yes",
                "NOT No",
                "missing IS NULL",
                "name IS NOT NULL",
                "TAGS = 'tagA'",
                "KEYS = 'k1 k2'",
                "TAGS IS NOT NULL AND a > 1",
                "name CONTAINS 'lo wo'",
                "name NOT CONTAINS 'xx'",
                "name STARTSWITH 'hello'",
                "name NOT STARTSWITH 'world'",
                "name ENDSWITH 'world'",
                "name NOT ENDSWITH 'hello'",
                "name contains '_' or a + 1 = 6",
                "name LIKE 'hello%'",
                "(a > 3) AND (name IS NOT NULL)",
                "a = 5L"
            })
    void shouldMatch(final String text) throws SelectorException {
        assertThat(Selector.parse(text, Dialect.ROCKETMQ).matches(message().fields()))
                .as(text)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 6",
                "a > 5",
                "name > 5",
                "name = 5",
                "name <> 5",
                "name BETWEEN 1 AND 2",
                "missing = 1",
                "missing <> 1",
                "NOT missing > 1",
                "missing CONTAINS 'x'",
                "missing NOT CONTAINS 'x'",
                "name CONTAINS '_'",
                "name CONTAINS '%'",
                "name STARTSWITH 'ello'",
                "name ENDSWITH 'worl'",
                "a = TRUE",
                "yes = FALSE",
                "a = '5.0'",
                "name = 'hello'"
            })
    void shouldNotMatch(final String text) throws SelectorException {
        assertThat(Selector.parse(text, Dialect.ROCKETMQ).matches(message().fields()))
                .as(text)
                .isFalse();
    }

    @Test
    void shouldNotTakeNamesForHeaderFields() throws SelectorException {
        final Selector selector = Selector.parse("JMSType IS NULL AND JMSPriority IS NULL", Dialect.ROCKETMQ);

        assertThat(selector.matches(message().fields())).isTrue();
        assertThat(Selector.parse("JMSCorrelationID = 'x'", Dialect.ROCKETMQ).equality())
                .isNull();
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse("a CONTAINS 5", Dialect.ROCKETMQ))
                .withMessage("at character 12: a text in single quotes expected, not '5'");
    }
}
