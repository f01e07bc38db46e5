package io.ansermq.tck.conformance;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A class of cases, run over a socket and inside the JVM, with one broker each for all cases. To add cases, write a class
 * beside this one; nothing else needs to know of it:
 *
 * <pre>{@code
 * class RecoverTest extends Conformance {
 *     @Override
 *     protected void cases(final Cases cases) {
 *         cases.section("6.2.10")
 *                 .promise("recover restarts with the first unacknowledged message", scene -> {
 *                     scene.send(scene.queue(), "a", "b");
 *                     ...
 *                 })
 *                 .each("%s is refused", List.of(-1, 10), (scene, priority) -> ...);
 *     }
 * }
 * }</pre>
 *
 * <p>A case has destinations of its own ({@link Scene#queue}), waits for conditions and never for time to pass, and leaves no
 * durable subscription behind. Names say the promise, as one would to a user who doubts it.
 */
abstract class Conformance {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Adds the cases; called anew for each way to the broker. */
    protected abstract void cases(Cases cases);

    /** Options of the broker that differ from the suite's; see {@link Venue#smallBroker}. */
    protected Map<String, String> brokerOptions() {
        return Map.of();
    }

    final List<Case> all() {
        final Cases cases = new Cases();
        cases(cases);
        return cases.all();
    }

    @TestFactory
    Stream<DynamicTest> overTcp(@TempDir final Path data) {
        return tests(data, Venue::tcp);
    }

    @TestFactory
    Stream<DynamicTest> inTheJvm(@TempDir final Path data) {
        return tests(data, Venue::vm);
    }

    private Stream<DynamicTest> tests(final Path data, final BiFunction<Path, Map<String, String>, Venue> start) {
        final Venue venue = start.apply(data.resolve("data"), brokerOptions());
        return all().stream()
                .map(each -> DynamicTest.dynamicTest(each.toString(), () -> run(each, venue)))
                .onClose(venue::close);
    }

    private static void run(final Case each, final Venue venue) {
        try {
            assertTimeoutPreemptively(LIMIT, () -> {
                try (Scene scene = new Scene(venue.uri())) {
                    each.check().run(scene);
                }
            });
        } catch (Throwable e) {
            // Reports of builds name dynamic tests by number alone.
            throw new AssertionError(each + " (" + venue + "): " + e.getMessage(), e);
        }
    }
}
