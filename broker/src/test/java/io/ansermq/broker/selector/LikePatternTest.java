package io.ansermq.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Patterns against the plainest way to say what they mean. */
class LikePatternTest {

    @Test
    void shouldMatchWhatThePatternMeans() {
        for (long seed = 0; seed < 20_000; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String alphabet = random.nextBoolean() ? "ab" : "aä🪿";
            final String pattern = random(random, alphabet + "%_%_", random.nextInt(9));
            final String text = random(random, alphabet, random.nextInt(12));
            final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

            assertThat(LikePattern.of(pattern, -1).matches(utf8, 0, utf8.length))
                    .as("seed %d: '%s' LIKE '%s'", seed, text, pattern)
                    .isEqualTo(naive(
                            text.codePoints().toArray(), 0, pattern.codePoints().toArray(), 0));
        }
    }

    /** Stretches of more than 64 characters, whose bits take several words. */
    @Test
    void shouldFindLongStretches() {
        for (long seed = 0; seed < 500; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final String text = random(random, "aab", 400);
            final int from = random.nextInt(200);
            final StringBuilder stretch = new StringBuilder(text.substring(from, from + 60 + random.nextInt(140)));
            for (int i = random.nextInt(20); i > 0; i--) {
                stretch.setCharAt(random.nextInt(stretch.length()), random.nextInt(6) == 0 ? 'b' : '_');
            }
            final String pattern = "%" + stretch + "%";
            final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

            assertThat(LikePattern.of(pattern, -1).matches(utf8, 0, utf8.length))
                    .as("seed %d", seed)
                    .isEqualTo(contains(text, stretch.toString()));
        }
    }

    private static boolean contains(final String text, final String stretch) {
        for (int at = 0; at + stretch.length() <= text.length(); at++) {
            boolean fits = true;
            for (int i = 0; i < stretch.length() && fits; i++) {
                fits = stretch.charAt(i) == '_' || stretch.charAt(i) == text.charAt(at + i);
            }
            if (fits) {
                return true;
            }
        }
        return false;
    }

    private static boolean naive(final int[] text, final int at, final int[] pattern, final int from) {
        if (from == pattern.length) {
            return at == text.length;
        }
        if (pattern[from] == '%') {
            return naive(text, at, pattern, from + 1) || (at < text.length && naive(text, at + 1, pattern, from));
        }
        return at < text.length
                && (pattern[from] == '_' || pattern[from] == text[at])
                && naive(text, at + 1, pattern, from + 1);
    }

    private static String random(final SplittableRandom random, final String alphabet, final int length) {
        final int[] points = alphabet.codePoints().toArray();
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }
}
