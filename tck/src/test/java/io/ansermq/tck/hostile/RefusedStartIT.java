package io.ansermq.tck.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.JavaProcess;
import io.ansermq.tck.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that cannot start says in one line why, and what to do, and ends with an exit code that is not 0. */
class RefusedStartIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldNameThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = Integer.toString(taken.getLocalPort());

            assertThat(refusal(settings().port(taken.getLocalPort())))
                    .contains(port)
                    .contains("in use");
        }
    }

    @Test
    void shouldNameTheDataDirectoryThatIsLocked() {
        final ServerProcess first = settings().name("first").start();

        assertThat(refusal(settings().name("second")))
                .contains(first.data().toString())
                .containsAnyOf("lock", "in use", "another");
        RoundTrip.run(first.uri());
    }

    @Test
    void shouldNameTheVersionOfDataThatIsNewerThanTheServer() throws IOException {
        final ServerProcess server = settings().name("older").start();
        server.stop();
        final Path format = server.data().resolve("format");
        Files.writeString(format, Files.readString(format).replaceAll("\\d+", "4711"));

        assertThat(refusal(settings()))
                .contains(server.data().toString())
                .contains("4711")
                .contains("newer");
    }

    @Test
    void shouldNameAnUnknownOptionAndTheNearestOne() {
        assertThat(refusal(settings().set("flsh", "sync"))).contains("flsh").contains("flush");
    }

    @Test
    void shouldNameAnUnknownArgument() {
        assertThat(refusal(settings().arguments("--no-such-argument"))).contains("--no-such-argument");
    }

    @Test
    void shouldNameABadValueAndWhatIsAllowed() {
        assertThat(refusal(settings().set("flush", "sometimes")))
                .contains("flush")
                .contains("sometimes")
                .contains("async")
                .contains("sync");
    }

    @Test
    void shouldNameASizeThatIsNone() {
        assertThat(refusal(settings().set("max-message-size", "plenty")))
                .contains("max-message-size")
                .contains("plenty");
    }

    @Test
    void shouldNameAHostThatIsUnknown() {
        assertThat(refusal(settings().bind("no-such-host.invalid"))).contains("no-such-host.invalid");
    }

    @Test
    void shouldNameTheSpaceThatIsMissing() {
        assertThat(refusal(settings().set("min-free-disk", "1000000GiB")))
                .contains(evidence.directory().resolve("data").toString())
                .contains("min-free-disk");
    }

    private ServerProcess.Settings settings() {
        return ServerProcess.with(evidence);
    }

    /** The one line on the error stream of a server that refuses to start. */
    private static String refusal(ServerProcess.Settings settings) {
        final JavaProcess process = settings.launch();
        final int code = process.awaitExit(SOON);
        assertThat(code).as(process::tail).isNotZero();
        assertThat(process.output()).as(process::tail).noneMatch(line -> line.startsWith("AnserMQ ready"));
        final List<String> lines =
                process.errors().lines().filter(line -> !line.isBlank()).toList();
        assertThat(lines).as("lines on the error stream").hasSize(1);
        return lines.get(0);
    }
}
