package io.ansermq.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.selector.Identifier.Kind;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The selector language of Jakarta Messaging 3.1, section 3.8.1. Each table is of one message. */
class SelectorTest {

    /** A text for each type, a null, and names that are nearly words of the language. */
    private static SampleMessage message() {
        return new SampleMessage()
                .with("color", "red")
                .with("quoted", "it's")
                .with("empty", "")
                .with("umlaut", "Gänse über Öland 🪿!")
                .with("percent", "100%_sure\\")
                .with("control", "a\1b\2c\3d\0033")
                .with("digits", "12")
                .with("yes", true)
                .with("no", false)
                .with("b", (byte) -8)
                .with("s", (short) 300)
                .with("i", 42)
                .with("l", Long.MAX_VALUE)
                .with("min", Long.MIN_VALUE)
                .with("f", 0.1f)
                .with("d", 2.5)
                .with("big", 1e300)
                .with("nan", Double.NaN)
                .with("nothing", null)
                .with("$dollar_1", 7)
                .with("inside", 1)
                .with("nullable", 2)
                .with("KEYS", "user's own")
                .with("Color", "other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Literals and types.
                "color = 'red'",
                "'red' = color",
                "quoted = 'it''s'",
                "empty = ''",
                "control = 'a\1b\2c\3d\0033'",
                "umlaut = 'Gänse über Öland 🪿!'",
                "i = 42",
                "i = +42",
                "b = -8",
                "s = 300",
                "l = 9223372036854775807",
                "min = -9223372036854775808",
                "i = 0x2A",
                "i = 052",
                "i = 42L",
                "i = 0b101010",
                "i = 4_2",
                "d = 2.5",
                "d = 25e-1",
                "d = .25E1",
                "d = 2.5d",
                "i = 42.",
                "i = 42.0f",
                "i = 4.2E+1",
                "big > 1E299",
                "yes = TRUE",
                "no = false",
                "yes",
                "NOT no",
                "(yes)",
                "TRUE",
                "not FALSE",
                // A float is widened as Java does it.
                "f > 0.1",
                "f <> 0.1",
                // Identifiers have capitals, keywords have not.
                "Color = 'other'",
                "color = 'red' aNd i = 42",
                "i BeTwEeN 1 aNd 50",
                "$dollar_1 = 7",
                "inside = 1",
                "nullable = 2",
                "KEYS = 'user''s own'",
                // Comparison and order.
                "i <> 41",
                "i < 43",
                "i <= 42",
                "i > 41",
                "i >= 42",
                "i = d * 16.8",
                "l > big / 1e290",
                "i < l",
                "yes <> no",
                "color <> Color",
                "yes = (i = 42)",
                "(i = 42) <> (i = 43)",
                // Unlike types are neither equal nor unequal: the comparison is false.
                "NOT color = 42",
                "NOT digits = 12",
                "NOT digits <> 12",
                "NOT (yes = 'true')",
                "NOT 'a' = 5",
                "NOT (color > i)",
                "NOT nan = nan",
                "nan <> nan",
                // Arithmetic: signs bind strongest, then * and /, then + and -; from left to right.
                "i + 1 * 2 = 44",
                "(i + 1) * 2 = 86",
                "10 - 3 - 2 = 5",
                "100 / 10 / 5 = 2",
                "-i = -42",
                "- -i = i",
                "+i = i",
                "5 / 2 = 2",
                "5 / 2.0 = 2.5",
                "-5 / 2 = -2",
                "i - -1 = 43",
                "-(i + 1) = -43",
                "b * 2 = -16",
                "l + 1 = min",
                "i*2=84",
                "i-1=41",
                // Logic: NOT before AND before OR.
                "NOT i = 6",
                "NOT i = 42 OR yes",
                "no AND no OR yes",
                "yes OR no AND no",
                "NOT NOT yes",
                "NOT (yes AND no)",
                "NOT(no)",
                // Null is unknown, and unknown is not false.
                "NOT (nothing = 1) OR yes",
                "missing = 1 OR yes",
                "(missing = 1 AND no) = FALSE",
                "NOT (missing = 1 AND no)",
                "missing IS NULL",
                "nothing IS NULL",
                "color IS NOT NULL",
                "NOT (color IS NULL)",
                // BETWEEN, IN, LIKE.
                "i BETWEEN 42 AND 42",
                "i NOT BETWEEN 43 AND 50",
                "d BETWEEN 2 AND 3",
                "i + 1 BETWEEN i AND i * 2",
                "i BETWEEN 40 AND 50 AND yes",
                "color IN ('blue', 'red')",
                "color NOT IN ('blue')",
                "color IN('red')",
                "color LIKE 'red'",
                "color LIKE 'r%'",
                "color LIKE '%d'",
                "color LIKE '%e%'",
                "color LIKE '_e_'",
                "color LIKE '%'",
                "color LIKE '%%'",
                "color LIKE 'r%d'",
                "color LIKE '___'",
                "color NOT LIKE '__'",
                "color LIKE '%r%e%d%'",
                "color LIKE '_%_'",
                "empty LIKE ''",
                "empty LIKE '%'",
                "color NOT LIKE ''",
                "color NOT LIKE 'R%'",
                "umlaut LIKE 'G_nse%'",
                "umlaut LIKE '%_!'",
                "umlaut LIKE '%d 🪿_'",
                "umlaut LIKE '%🪿%'",
                "percent LIKE '100!%!_sure%' ESCAPE '!'",
                "percent LIKE '100\\%%' ESCAPE '\\'",
                "percent LIKE '%\\\\' ESCAPE '\\'",
                "color LIKE 'xrxexd' ESCAPE 'x'",
                "control LIKE 'a_b_c_d_3'",
                "control LIKE 'a\1b%'",
                // Header fields.
                "JMSPriority = 4",
                "JMSDeliveryMode = 'PERSISTENT'",
                "JMSTimestamp > 1600000000000",
                "JMSMessageID IS NULL",
                "JMSType IS NULL",
                "JMSCorrelationID IS NULL",
                "JMSXDeliveryCount = 1",
                // White space of all kinds.
                "\tcolor\n=\r'red'  ",
                "((((yes))))"
            })
    void shouldMatch(final String text) throws SelectorException {
        assertThat(Selector.parse(text, Dialect.JMS).matches(message().fields()))
                .as(text)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "color = 'Red'",
                "color = 'red '",
                "COLOR = 'red'",
                "i = 41",
                "i <> 42",
                "i > 42",
                "FALSE",
                "no",
                "NOT yes",
                "digits = 12",
                "digits <> 12",
                "yes = 'true'",
                "'a' = 5",
                "color <> 5",
                "color > i",
                "color = yes",
                "f = 0.1",
                "nan = nan",
                // Unknown, whichever way it is asked.
                "missing = 1",
                "missing <> 1",
                "NOT missing = 1",
                "missing",
                "NOT missing",
                "missing = missing",
                "nothing = nothing",
                "missing BETWEEN 1 AND 2",
                "missing NOT BETWEEN 1 AND 2",
                "missing IN ('a')",
                "missing NOT IN ('a')",
                "missing LIKE '%'",
                "missing NOT LIKE 'a'",
                "missing AND yes",
                "missing = 1 OR no",
                "i + missing = 42",
                "i + color > 0",
                "NOT (i + color > 0)",
                "i / 0 = 1",
                "NOT i / 0 = 1",
                "-color = 1",
                "(missing = 1 AND yes) = FALSE",
                "color",
                "NOT color",
                "missing IS NOT NULL",
                "color IS NULL",
                // No text, no pattern.
                "i LIKE '42'",
                "i NOT LIKE '4'",
                "i IN ('42')",
                "i NOT IN ('1')",
                "digits BETWEEN 1 AND 20",
                "color LIKE 're'",
                "color LIKE 'ed'",
                "color LIKE '_'",
                "color LIKE '____'",
                "color LIKE 'r%e'",
                "color LIKE 'R%'",
                "color LIKE ''",
                "percent LIKE '100!%sure%' ESCAPE '!'",
                "color LIKE '%red_%'",
                "color LIKE 're%ed'",
                "umlaut LIKE 'G__nse%'",
                "color LIKE '%d%r%'",
                "JMSDeliveryMode = 'NON_PERSISTENT'",
                "JMSDeliveryMode = 2",
                "JMSPriority = '4'",
                "JMSPriority > 4",
                "JMSType = 'x'",
                "JMSType <> 'x'"
            })
    void shouldNotMatch(final String text) throws SelectorException {
        assertThat(Selector.parse(text, Dialect.JMS).matches(message().fields()))
                .as(text)
                .isFalse();
    }

    @Test
    void shouldSeeHeaderFieldsWithTheirTypes() throws SelectorException {
        final SampleMessage message = new SampleMessage()
                .nonPersistent()
                .priority(9)
                .timestamp(1234)
                .deliveryCount(3)
                .stored("UNIQ_KEY", "0A0B")
                .stored("TAGS", "order")
                .stored("JMSCorrelationID", "c-1")
                .stored("KEYS", "k");

        for (final String text : new String[] {
            "JMSDeliveryMode = 'NON_PERSISTENT'",
            "JMSPriority BETWEEN 8 AND 9",
            "JMSTimestamp = 1234",
            "JMSXDeliveryCount > 2",
            "JMSMessageID = 'ID:0A0B'",
            "JMSMessageID LIKE 'ID:%'",
            "JMSType = 'order'",
            "JMSCorrelationID = 'c-1'",
            "KEYS IS NULL AND TAGS IS NULL AND UNIQ_KEY IS NULL"
        }) {
            assertThat(Selector.parse(text, Dialect.JMS).matches(message.fields()))
                    .as(text)
                    .isTrue();
        }
    }

    @Test
    void shouldTakeTheKeysOfARocketMqProducerForTheCorrelationId() throws SelectorException {
        final Selector selector = Selector.parse("JMSCorrelationID = 'k'", Dialect.JMS);

        assertThat(selector.matches(new SampleMessage().stored("KEYS", "k").fields()))
                .isTrue();
    }

    @Test
    void shouldNotTakeACorrelationIdOfBytesForAText() throws SelectorException {
        final SampleMessage message =
                new SampleMessage().stored("JMSCorrelationID", "0AFF").stored("__JMS_TYPES", "XJMSCorrelationID");

        assertThat(Selector.parse("JMSCorrelationID IS NULL", Dialect.JMS).matches(message.fields()))
                .isTrue();
    }

    @Test
    void shouldKeepTheTypeOfAPropertyWhoseNameIsReserved() throws SelectorException {
        final SampleMessage message = new SampleMessage().with("DELAY", 5).with("TAGS", "mine");

        assertThat(Selector.parse("DELAY + 1 = 6 AND TAGS = 'mine' AND JMSType IS NULL", Dialect.JMS)
                        .matches(message.fields()))
                .isTrue();
    }

    @Test
    void shouldBeTheSameForTextsThatMeanTheSame() throws SelectorException {
        final String normalised = Selector.parse("a = 1 AND (b like 'x%' OR c is not null)", Dialect.JMS)
                .normalised();

        assertThat(Selector.parse("(a=1)  and ((b LIKE 'x%') or NOT(c IS NULL))", Dialect.JMS)
                        .normalised())
                .isEqualTo(normalised);
        assertThat(Selector.parse(normalised, Dialect.JMS).normalised()).isEqualTo(normalised);
    }

    @Test
    void shouldTellDifferentSelectorsApartInTheirNormalisedForm() throws SelectorException {
        assertThat(Selector.parse("a LIKE 'x!_' ESCAPE '!'", Dialect.JMS).normalised())
                .isNotEqualTo(Selector.parse("a LIKE 'x_'", Dialect.JMS).normalised());
        assertThat(Selector.parse("a = '1'", Dialect.JMS).normalised())
                .isNotEqualTo(Selector.parse("a = 1", Dialect.JMS).normalised());
        assertThat(Selector.parse("a = 1.0", Dialect.JMS).normalised())
                .isNotEqualTo(Selector.parse("a = 1", Dialect.JMS).normalised());
        assertThat(Selector.parse("a - (b - c) = 0", Dialect.JMS).normalised())
                .isNotEqualTo(Selector.parse("a - b - c = 0", Dialect.JMS).normalised());
    }

    @Test
    void shouldFindWhatOneMessageAloneCanMatch() throws SelectorException {
        assertThat(Selector.parse("JMSCorrelationID = 'x'", Dialect.JMS).equality())
                .isEqualTo(new Selector.Equality(Kind.JMS_CORRELATION_ID, "x"));
        assertThat(Selector.parse("a > 1 AND 'ID:7' = JMSMessageID AND b IS NULL", Dialect.JMS)
                        .equality())
                .isEqualTo(new Selector.Equality(Kind.JMS_MESSAGE_ID, "ID:7"));
        assertThat(Selector.parse("JMSCorrelationID = 'x' OR a = 1", Dialect.JMS)
                        .equality())
                .isNull();
        assertThat(Selector.parse("NOT JMSCorrelationID = 'x'", Dialect.JMS).equality())
                .isNull();
        assertThat(Selector.parse("JMSType = 't' AND a = 1", Dialect.JMS).type())
                .isEqualTo("t");
        assertThat(Selector.parse("JMSType <> 't'", Dialect.JMS).type()).isNull();
    }

    @Test
    void shouldTakeLongRowsOfConditionsWithoutDepth() throws SelectorException {
        final String row = IntStream.range(0, 2_500).mapToObj(n -> "i = " + n).collect(Collectors.joining(" OR "));

        assertThat(Selector.parse(row, Dialect.JMS).matches(message().fields())).isTrue();
    }

    @Test
    void shouldDecideHostilePatternsInTimeProportionalToTheirLength() throws SelectorException {
        final String pattern = "%" + "a_".repeat(200) + "b%" + "_a%".repeat(200) + "c";
        final SampleMessage message = new SampleMessage().with("t", "a".repeat(30_000));

        // By backtracking this would take longer than anybody waits.
        assertThat(Selector.parse("t LIKE '" + pattern + "'", Dialect.JMS).matches(message.fields()))
                .isFalse();
    }
}
