package io.ansermq.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no selector, with the character (counted from 1) where the parser says so, and a part of what it says. */
class SelectorErrorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a = |4| a value, a name",
                "= 1 |1| a value, a name",
                "a = 1 AND |10| the end",
                "a = 1 b |7| AND, OR or the end",
                "a = b = c |7| AND, OR or the end",
                "(a = 1 |7| ')' expected",
                "a = 1) |6| AND, OR",
                "a = 'x |5| has no end",
                "a = \"x\" |5| single quotes",
                "a != 1 |3| unequal is '<>'",
                "a == 1 |4| a value",
                "a = 5abc |5| neither a number nor a name",
                "a = 09 |5| base 8",
                "a = 0x |5| no digits",
                "a = 1__ |5| no digits",
                "a = 9223372036854775808 |5| beyond 64 bits",
                "a = 1e999 |5| beyond the range of double",
                "a > 'x' |5| only numbers have an order",
                "'x' < a |1| only numbers have an order",
                "TRUE >= a |1| this is a boolean",
                "a + 'x' = 1 |5| needs numbers",
                "a * TRUE = 1 |5| needs numbers",
                "-'x' = 1 |2| a sign needs a number",
                "a BETWEEN 'x' AND 'y' |11| BETWEEN compares numbers",
                "'x' BETWEEN 1 AND 2 |1| BETWEEN compares numbers",
                "a BETWEEN 1 OR 2 |13| AND expected",
                "a LIKE 5 |8| a text in single quotes",
                "a LIKE b |8| a text in single quotes",
                "'a' LIKE 'a' |1| a name expected",
                "5 IS NULL |1| a name expected",
                "a + 1 IN ('x') |1| a name expected",
                "a IN () |7| a text in single quotes",
                "a IN ('x' 'y') |11| ')' expected",
                "a IN ('x', 5) |12| a text in single quotes",
                "a IN 'x' |6| '(' expected",
                "a LIKE 'x' ESCAPE 'ab' |19| one character",
                "a LIKE 'x' ESCAPE '' |19| one character",
                "a LIKE 'x!' ESCAPE '!' |8| ends with its escape character",
                "a IS 5 |6| NULL expected",
                "a NOT = 1 |7| BETWEEN, IN or LIKE",
                "5 |1| a condition expected, and this is a number",
                "'x' |1| a condition expected, and this is a text",
                "a + 1 |1| a condition expected",
                "a AND 5 |7| a condition expected",
                "NOT 'x' |5| a condition expected",
                "a = 1 -- comment |7| no comments",
                "a = 1 /* comment */ |7| no comments",
                "a % 2 = 0 |3| means nothing here",
                "a = #1 |5| means nothing here",
                "AND = 1 |1| a value, a name",
                "null = 1 |1| a value, a name",
                "JMSExpiration > 0 |1| may not be used",
                "JMSDestination IS NULL |1| may not be used",
                "JMSReplyTo IS NULL |1| may not be used",
                "JMSRedelivered |1| may not be used",
                "a CONTAINS 'x' |3| AND, OR or the end",
                "a.b = 1 |2| means nothing here"
            })
    void shouldSayWhereAndWhy(final String text, final int character, final String reason) {
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse(text, Dialect.JMS))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.position()).isEqualTo(character - 1))
                .withMessageStartingWith("at character " + character + ": ");
    }

    @Test
    void shouldLimitLengthDepthAndHeight() {
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse("a = '" + "x".repeat(Selector.MAX_LENGTH) + "'", Dialect.JMS))
                .withMessageContaining("at most");
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse("(".repeat(5_000) + "a" + ")".repeat(5_000), Dialect.JMS))
                .withMessageContaining("nested more than");
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse("NOT ".repeat(5_000) + "a", Dialect.JMS))
                .withMessageContaining("nested more than");
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse("a = " + "- ".repeat(5_000) + "b", Dialect.JMS))
                .withMessageContaining("nested more than");
        assertThatExceptionOfType(SelectorException.class)
                .isThrownBy(() -> Selector.parse("a = 1" + " + 1".repeat(5_000), Dialect.JMS))
                .withMessageContaining("depend on each other");
    }
}
