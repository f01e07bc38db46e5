package io.ansermq.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.selector.filter.BooleanExpression;
import org.apache.activemq.artemis.selector.filter.FilterException;
import org.apache.activemq.artemis.selector.filter.Filterable;
import org.apache.activemq.artemis.selector.impl.SelectorParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A second opinion: random selectors over random messages, asked of us and of Artemis. What {@link RandomSelector} makes is
 * the agreed subset, on which there must be no disagreement; {@link #shouldDisagreeWhereArtemisIsWrong} lists the rest.
 *
 * <p>A sample runs in every build; all 100,000 selectors: {@code make slow M=broker T=ArtemisDifferentialTest}.
 */
class ArtemisDifferentialTest {

    @Test
    void shouldAgreeWithArtemisOnASample() throws Exception {
        compare(0, 4_000);
    }

    @Test
    @Tag("slow")
    void shouldAgreeWithArtemisOnAHundredThousandSelectors() throws Exception {
        compare(1_000_000, 100_000);
    }

    private static void compare(final long firstSeed, final int count) throws Exception {
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String text = new RandomSelector(random).condition(3);
            final Selector ours = Selector.parse(text, Dialect.JMS);
            final BooleanExpression theirs = SelectorParser.parse(text);
            final Selector again = Selector.parse(ours.normalised(), Dialect.JMS);
            for (int i = 0; i < 4; i++) {
                final Map<String, Object> message = message(random);
                final boolean expected = matches(theirs, message);
                assertThat(matches(ours, message))
                        .as("seed %d: %s of %s", seed, text, message)
                        .isEqualTo(expected);
                assertThat(matches(again, message))
                        .as("seed %d: %s, normalised from %s, of %s", seed, ours, text, message)
                        .isEqualTo(expected);
            }
        }
    }

    /** The rest of the language, where Artemis 2.53 departs from the specification. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // Section 3.8.1.1, precedence: NOT comes after the comparison. Artemis reads (NOT i) = 6.
                "NOT i = 6 | true | false",
                // Arithmetic follows Java's promotion, and so two integers divide as integers.
                "i / 4 = 10 | true | false",
                // Section 3.8.1.2: a comparison of unlike types is false.
                "t <> 5 | false | true",
                // Numbers are alike, whatever their types; Artemis misses byte and short on the right.
                "i = s | true | false",
                // Null compared with anything is unknown, and so is the opposite (SQL-92, section 3.8.1.2).
                "missing = missing | false | true",
                "i <> missing | false | true",
                // Zero is zero, whichever sign it has.
                "-0.5 * zero < zero | false | true",
                // LIKE asks about texts: of a number neither it nor its opposite is true.
                "i NOT LIKE 'x' | false | true",
                // The order of texts is not part of the language: false, whatever they are.
                "t > u OR t < u | false | true"
            })
    void shouldDisagreeWhereArtemisIsWrong(final String text, final boolean ours, final boolean theirs)
            throws Exception {
        final Map<String, Object> message = Map.of("zero", 0, "i", 42, "s", (short) 42, "t", "red", "u", "blue");

        assertThat(matches(Selector.parse(text, Dialect.JMS), message)).isEqualTo(ours);
        assertThat(matches(SelectorParser.parse(text), message)).isEqualTo(theirs);
    }

    private static boolean matches(final Selector selector, final Map<String, Object> message) {
        final SampleMessage sample = new SampleMessage();
        message.forEach(sample::with);
        return selector.matches(sample.fields());
    }

    private static boolean matches(final BooleanExpression selector, final Map<String, Object> message)
            throws FilterException {
        return selector.matches(new Filterable() {
            @Override
            public <T> T getBodyAs(final Class<T> type) {
                return null;
            }

            @Override
            public Object getProperty(final SimpleString name) {
                return message.get(name.toString());
            }

            @Override
            public Object getLocalConnectionId() {
                return null;
            }
        });
    }

    private static Map<String, Object> message(final SplittableRandom random) {
        final Map<String, Object> message = new LinkedHashMap<>();
        put(message, random, "b", (byte) random.nextInt(-10, 0), (byte) 1);
        put(message, random, "s", (short) random.nextInt(-400, 0), (short) 300);
        put(message, random, "i", random.nextInt(1, 100), 42);
        put(message, random, "l", random.nextLong(), 100_000_000_000L);
        put(message, random, "d", random.nextDouble() * 100 - 50, 2.5);
        put(message, random, "f", random.nextInt(-20, 20) + 0.25f, 0.1f);
        put(message, random, "t", "red", "a%b_c");
        put(message, random, "u", "Grün", "it's");
        put(message, random, "yes", true, true);
        put(message, random, "no", false, false);
        return message;
    }

    private static void put(
            final Map<String, Object> message,
            final SplittableRandom random,
            final String name,
            final Object one,
            final Object other) {
        if (random.nextInt(8) > 0) {
            message.put(name, random.nextBoolean() ? one : other);
        }
    }
}
