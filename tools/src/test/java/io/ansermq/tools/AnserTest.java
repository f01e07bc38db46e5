package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.OptionSpec;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.server.ServerTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnserTest {

    @Test
    void shouldListItsCommands() {
        final CommandRun help = CommandRun.of("--help");

        assertThat(help.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(help.output()).contains("server", "demo", "send", "receive", "status", "store", "bench");
    }

    @Test
    void shouldListEveryServerOptionWithDefaultAndDescription() {
        final String help = unspaced(CommandRun.of("server", "--help").output());

        for (final OptionSpec option : ServerTable.specs()) {
            assertThat(help)
                    .contains("--" + option.name().replace("*", "<name>") + "=<"
                            + option.type().placeholder() + ">")
                    .contains(unspaced(option.description()))
                    .contains(option.defaultText().isEmpty() ? "" : unspaced("Default: " + option.defaultText() + "."));
        }
    }

    /** Lines are broken where they fit, also behind a hyphen. */
    private static String unspaced(final String text) {
        return text.replaceAll("\\s+", "");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            server --prot 1; '--prot', did you mean '--port'?
            server --prot=1; '--prot', did you mean '--port'?
            server --namsrv-port 0; '--namsrv-port', did you mean '--namesrv-port'?
            server --set prot=1; 'prot', did you mean 'port'?
            server --set namsrv-port=0; 'namsrv-port', did you mean 'namesrv-port'?
            server --set port; name=value
            server --port many; 'many' is not a valid value
            server --port 70000; '70000' is not a valid value
            server --namesrv-port 70000; '70000' is not a valid value
            server --flush.orders=perhaps; async|sync
            server --max-message-size plenty; 'plenty' is not a valid value
            server --config no/such/file; no/such/file
            server --port; '--port'
            server hello; unexpected argument 'hello'
            srever; unknown command 'srever', did you mean 'server'?
            send hello; --queue
            send --queue a --topic b hello; mutually exclusive
            send --queue a --count 0 hello; --count 0
            send --queue a --priority 10 x; --priority 10
            send --queue a --count many x; 'many'
            receive --queue a --timeout 0; --timeout 0
            status --url http://localhost; anser://host:port
            status --url anser://here:0; here:0
            store; say what to do: verify, salvage
            store verify; '<directory>'
            store salvage here; '<new-directory>'
            demo --messages 1; --messages 1
            demo --size 4; --size 4
            bench --rounds 0; rounds
            bench --seconds -1; the measured time in ms is -1000
            bench --rounds 99999999999; '99999999999' is no whole number up to 2147483647
            connection close 99999999999999999999; is no whole number up to 9223372036854775807
            bench --workload W9; W9
            """)
    void shouldRefuseInOneLineThatNamesTheMistake(final String commandLine, final String expected) {
        final CommandRun refused = CommandRun.of(commandLine.strip().split(" +"));

        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.errorLines()).hasSize(1).first().asString().contains(expected);
        assertThat(refused.output()).isEmpty();
    }

    @Test
    void shouldAskForACommand() {
        final CommandRun refused = CommandRun.of();

        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.errorLines()).containsExactly("anser: no command given ('anser --help' lists the commands)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "send --queue a hello", "receive --queue a"})
    void shouldSayInOneLineThatNoBrokerIsThere(final String commandLine) throws IOException {
        final int port = freePort();

        final CommandRun failed = CommandRun.of((commandLine + " --url anser://127.0.0.1:" + port).split(" "));

        assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.errorLines()).hasSize(1).first().asString().contains("127.0.0.1:" + port);
    }

    @Test
    void shouldSayInOneLineThatThePortIsInUse(@TempDir final Path directory) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = Integer.toString(taken.getLocalPort());

            final CommandRun failed = serverOn(port, directory);

            assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(failed.errorLines())
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(port)
                    .contains("in use");
        }
    }

    @Test
    void shouldSayInOneLineThatTheAddressIsUnknown(@TempDir final Path directory) {
        final CommandRun failed =
                CommandRun.of("server", "--bind", "no-such-host.invalid", "--data", directory.toString());

        assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.errorLines()).hasSize(1).first().asString().contains("no-such-host.invalid", "unknown");
    }

    @Test
    void shouldSayInOneLineThatTheDataDirectoryIsNone(@TempDir final Path directory) throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));

        final CommandRun failed = serverOn("0", file);

        assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.errorLines()).hasSize(1).first().asString().contains(file.toString());
    }

    private static CommandRun serverOn(final String port, final Path data) {
        return CommandRun.of(
                "server", "--port", port, "--namesrv-port", "0", "--data", data.toString(), "--segment-size", "16MiB");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
