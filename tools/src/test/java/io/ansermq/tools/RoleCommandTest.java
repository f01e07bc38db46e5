package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tools.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleCommandTest {

    @TempDir
    private Path directory;

    @Test
    void shouldWriteWhatABrokerReads() throws IOException {
        assertThat(done("grant", "clerk", "browse,send", "queue", "orders.*"))
                .containsExactly("granted: role clerk send,browse queue orders.*");
        done("assign", "clerk", "ann");
        done("assign", "admin", "root");
        done("assign", "clerk", "ann"); // twice is once

        assertThat(Files.readAllLines(directory.resolve("roles")))
                .filteredOn(line -> !line.startsWith("#"))
                .containsExactly("role clerk send,browse queue orders.*", "member clerk ann", "member admin root");
        assertThat(done("list"))
                .anyMatch(line -> line.matches("clerk +send,browse +queue +orders\\.\\*"))
                .anyMatch(line -> line.matches("admin +root"));
        assertThat(String.join("", done("list", "--json"))).contains("\"pattern\": \"orders.*\"", "\"user\": \"root\"");
    }

    @Test
    void shouldTakeBackWhatWasGiven() {
        done("grant", "clerk", "send", "any", "orders");
        done("assign", "clerk", "*");
        assertThat(done("revoke", "clerk", "send", "any", "orders")).hasSize(1);
        assertThat(done("withdraw", "clerk", "*")).hasSize(1);

        assertThat(done("list"))
                .contains("no role is granted anything: users may use all destinations", "nobody has a role");
        assertThat(run("revoke", "clerk", "send", "any", "orders").exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run("withdraw", "clerk", "ann").errors()).contains("does not have the role clerk");
    }

    @ParameterizedTest
    @CsvSource({
        "fly, queue, x, is no permission",
        "administer, queue, x, who may administer has the role",
        "send, lane, x, none of queue",
    })
    void shouldSayWhatCannotBeGranted(
            final String permission, final String kind, final String pattern, final String why) {
        final CommandRun run = run("grant", "clerk", permission, kind, pattern);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errors()).contains(why);
    }

    @Test
    void shouldNameTheLineOfABrokenFile() throws IOException {
        Files.writeString(directory.resolve("roles"), "role clerk\n");
        assertThat(run("list").errors()).contains("line 1, 'role clerk'");
        assertThat(run("assign", "clerk", "ann").exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(Files.readString(directory.resolve("roles"))).isEqualTo("role clerk\n");
    }

    private List<String> done(final String... arguments) {
        final CommandRun run = run(arguments);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        return run.output().lines().toList();
    }

    private CommandRun run(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("role"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", directory.toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
