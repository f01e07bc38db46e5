package io.ansermq.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fixture itself: what it says of a process is so. */
class JavaProcessIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    final Evidence evidence = new Evidence();

    /** Says a word on each stream and then does what its argument says. */
    static final class Talker {
        private Talker() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.err.println("an error");
            System.out.println("hello " + arguments[0]);
            if (arguments[0].equals("wait")) {
                Thread.currentThread().join();
            }
        }
    }

    @Test
    void shouldGiveTheFirstLineWithAPrefixAndTheExitCode() {
        final JavaProcess process = talker("goodbye");

        assertThat(process.awaitLine("hello", SOON)).isEqualTo("hello goodbye");
        assertThat(process.awaitExit(SOON)).isZero();
        assertThat(process.errors()).isEqualTo("an error\n");
        assertThat(evidence.directory().resolve("talker.out")).hasContent("hello goodbye");
    }

    @Test
    void shouldKillWithoutAGoodbye() {
        final JavaProcess process = talker("wait");
        process.awaitLine("hello", SOON);
        assertThat(process.alive()).isTrue();

        process.kill();

        assertThat(process.alive()).isFalse();
        assertThat(process.awaitExit(SOON)).isEqualTo(128 + 9);
    }

    @Test
    void shouldShowTheEndOfTheOutputWhenAProcessEndsTooEarly() {
        final JavaProcess process = talker("goodbye");

        assertThatThrownBy(() -> process.awaitLine("ready", SOON))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("without a line that begins with 'ready'", "hello goodbye", "an error");
    }

    @Test
    void shouldMeasureTheMemoryOfAProcess() {
        final JavaProcess process = talker("wait");
        process.awaitLine("hello", SOON);

        assertThat(ProcessMemory.liveHeapBytes(process)).isBetween(100_000L, 50_000_000L);
        assertThat(ProcessMemory.anonymousBytes(process)).isBetween(1_000_000L, 500_000_000L);
    }

    private JavaProcess talker(String argument) {
        final ClassPath tests = new ClassPath(List.of(Path.of(
                Talker.class.getProtectionDomain().getCodeSource().getLocation().getPath())));
        return JavaProcess.start(evidence, "talker", List.of(), tests, Talker.class.getName(), List.of(argument));
    }
}
