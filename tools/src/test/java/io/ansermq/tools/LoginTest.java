package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.security.RoleFile;
import io.ansermq.broker.security.Roles;
import io.ansermq.broker.security.UserFile;
import io.ansermq.tools.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that talk to a broker, with one that lets nobody in without a user. */
class LoginTest {

    @TempDir
    private Path directory;

    private LocalBroker broker;
    private Path passwordFile;

    @BeforeEach
    void startBroker() throws IOException {
        new UserFile(directory.resolve("users")).put("ann", "sécret: 1");
        passwordFile = Files.writeString(directory.resolve("password"), "sécret: 1\nno part of it\n");
        new RoleFile(directory.resolve("roles"))
                .change(none -> new Roles(List.of(), List.of(new Roles.Member(Roles.ADMIN, "ann"))));
        broker = LocalBroker.start(
                directory.resolve("data"),
                Map.of(
                        "users", directory.resolve("users").toString(),
                        "roles", directory.resolve("roles").toString(),
                        "anonymous", "none"));
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "dlq list", "tx list", "send --queue letters hello"})
    void shouldLogInWithAPasswordFile(final String command) {
        final CommandRun run = run(command, "--user", "ann", "--password-file", passwordFile.toString());

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "send --queue letters hello"})
    void shouldLogInWithTheUserThatTheUrlNames(final String command) {
        final String user = "?userName=ann&password=sécret: 1";
        final List<String> all = new ArrayList<>(List.of(command.split(" ")));
        all.add("--url=" + broker.url() + user);

        assertThat(CommandRun.of(all.toArray(String[]::new)).errors()).isEmpty();
    }

    @Test
    void shouldReceiveAsAUser() {
        run("send --queue letters hello", "--user", "ann", "--password-file", passwordFile.toString());

        assertThat(run("receive --queue letters", "--user", "ann", "--password-file", passwordFile.toString())
                        .output()
                        .lines())
                .containsExactly("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "dlq list", "tx list", "send --queue letters hello", "receive --queue letters"})
    void shouldNotComeInWithoutTheRightPassword(final String command) throws IOException {
        final Path wrong = Files.writeString(directory.resolve("wrong"), "guess");
        assertThat(run(command).exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run(command, "--user", "ann", "--password-file", wrong.toString())
                        .exitCode())
                .isEqualTo(ExitCode.FAILED);
        assertThat(run(command, "--user", "ann").errors()).contains("--password-file", "ANSER_PASSWORD");
        assertThat(run(command, "--password-file", wrong.toString()).errors()).contains("needs --user");
        assertThat(run(command, "--user", "ann", "--password-file", wrong + ".not")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
    }

    private CommandRun run(final String command, final String... options) {
        final List<String> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(List.of(options));
        return broker.run(all.toArray(String[]::new));
    }
}
