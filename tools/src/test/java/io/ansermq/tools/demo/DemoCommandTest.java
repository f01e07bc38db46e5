package io.ansermq.tools.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tools.console.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The demo in small, with a real broker, files and connections. */
class DemoCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"async", "sync"})
    void shouldSendAndReceiveEverythingOnce(final String flush) {
        final StringWriter out = new StringWriter();

        final int exitCode = new CommandLine(new DemoCommand())
                .setOut(new PrintWriter(out))
                .execute("--messages", "400", "--size", "64", "--flush", flush);

        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("queue demo.orders 4 producers, 4 consumers 200 200 0 0")
                .contains("topic demo.prices 2 producers, 3 subscribers 200 600 0 0")
                .contains("total 400 800 0 0")
                .anyMatch(line -> line.contains("100%"));
        assertThat(exitCode).isEqualTo(ExitCode.OK);
    }
}
