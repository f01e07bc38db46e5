package io.ansermq.tck.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Which texts arrived, and how often. Thread safe. */
final class Tally {
    /** Long enough for a busy machine with two processors. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    /** The texts {@code prefix 0} to {@code prefix n-1}. */
    static List<String> texts(final String prefix, final int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + " " + i).toList();
    }

    /** One more arrival; says how many there have been of this text. */
    int add(final String text) {
        return seen.merge(text, 1, Integer::sum);
    }

    int count(final String text) {
        return seen.getOrDefault(text, 0);
    }

    /** Waits until each of the texts has arrived. */
    void awaitAll(final List<String> texts) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen.keySet()).containsAll(texts));
    }

    /** Each of the texts has arrived once, and nothing else has. */
    void assertEachOnce(final List<String> texts) {
        assertThat(seen.keySet()).containsExactlyInAnyOrderElementsOf(texts);
        assertThat(seen.values()).as("arrivals of each text").allMatch(count -> count == 1);
    }
}
