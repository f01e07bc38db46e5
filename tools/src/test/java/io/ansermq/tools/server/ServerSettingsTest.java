package io.ansermq.tools.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerSettingsTest {

    @TempDir
    private Path directory;

    @Test
    void shouldHaveTheDefaultsOfTheTable() {
        final ServerSettings settings = ServerSettings.resolve(null, List.of(), Map.of());

        assertThat(settings.namesrvPort()).isEqualTo(9876);
        assertThat(settings.broker().port()).isEqualTo(10911);
        assertThat(settings.broker().flush()).isEqualTo(FlushLevel.WRITTEN);
    }

    @Test
    void shouldPreferTheCommandLineThenSetThenTheFile() throws IOException {
        final Path file = file("""
                port = 1
                namesrv-port = 1
                name = file
                bind = 127.0.0.9
                """);

        final ServerSettings settings = ServerSettings.resolve(
                file, List.of("port=2", "namesrv-port=2", "name=set"), Map.of("port", "3", "namesrv-port", "3"));

        assertThat(settings.broker().port()).isEqualTo(3);
        assertThat(settings.namesrvPort()).isEqualTo(3);
        assertThat(settings.broker().name()).isEqualTo("set");
        assertThat(settings.broker().bind()).isEqualTo("127.0.0.9");
        assertThat(settings.broker().ioThreads()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheLastOfTwoSettings() {
        assertThat(ServerSettings.resolve(null, List.of("port=1", "port=2"), Map.of())
                        .broker()
                        .port())
                .isEqualTo(2);
    }

    @Test
    void shouldKeepEqualsSignsInAValue() {
        assertThat(ServerSettings.resolve(null, List.of("data=a=b"), Map.of())
                        .broker()
                        .data())
                .isEqualTo("a=b");
    }

    @Test
    void shouldTakeNamesOfAFamilyFromEverywhere() throws IOException {
        final ServerSettings settings =
                ServerSettings.resolve(file("flush.a = sync\n"), List.of("flush.b=sync"), Map.of("flush.c", "sync"));

        for (final String destination : List.of("a", "b", "c")) {
            assertThat(settings.broker().flush(destination)).isEqualTo(FlushLevel.DURABLE);
        }
        assertThat(settings.broker().flush("d")).isEqualTo(FlushLevel.WRITTEN);
    }

    @Test
    void shouldNameTheFileOfAWrongOption() throws IOException {
        final Path file = file("prot = 1\n");

        assertThatThrownBy(() -> ServerSettings.resolve(file, List.of(), Map.of()))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> assertThat(failure.exitCode())
                        .isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("'prot', did you mean 'port'?");
    }

    @Test
    void shouldCheckWhatAnotherPlaceOverrules() throws IOException {
        final Path file = file("port = many\n");

        assertThatThrownBy(() -> ServerSettings.resolve(file, List.of(), Map.of("port", "1")))
                .hasMessageContaining("'many'");
    }

    private Path file(final String text) throws IOException {
        return Files.writeString(directory.resolve("anser.properties"), text);
    }
}
