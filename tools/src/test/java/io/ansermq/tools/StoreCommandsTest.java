package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.StoreException;
import io.ansermq.tools.console.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A byte of a broker's log turns over: the start refuses, verify finds it, salvage saves the rest, and a broker goes on. */
class StoreCommandsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldFindNothingInTheDataOfAHealthyBroker() throws IOException {
        try (LocalBroker broker = start("data")) {
            send(broker, "one");
        }

        final CommandRun verified = CommandRun.of("store", "verify", data("data"));
        assertThat(verified.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(verified.output()).contains("1 message,", "nothing is wrong");
        assertThat(CommandRun.of("store", "verify", "--json", data("data")).output())
                .contains("\"sound\": true", "\"messages\": 1");
    }

    @Test
    void shouldRefuseWhileABrokerRuns() throws IOException {
        try (LocalBroker broker = start("data")) {
            send(broker, "one");
            for (final CommandRun refused : new CommandRun[] {
                CommandRun.of("store", "verify", data("data")),
                CommandRun.of("store", "salvage", data("data"), data("new"))
            }) {
                assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
                assertThat(refused.errorLines()).singleElement().asString().contains("is locked", "stop it");
            }
        }
    }

    @Test
    void shouldSayThatThereIsNoStore() {
        final CommandRun refused = CommandRun.of("store", "verify", data("nothing"));

        assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.errorLines()).singleElement().asString().contains("no store", "'data'");
        assertThat(Files.exists(directory.resolve("nothing"))).isFalse();
    }

    @Test
    void shouldSaveAllButTheDamagedMessage() throws IOException {
        try (LocalBroker broker = start("data")) {
            for (final String text : new String[] {"one", "two", "three"}) {
                send(broker, text);
            }
        }
        final Path segment = directory.resolve("data/log/00000000000000000000");
        final int at = new String(Files.readAllBytes(segment), StandardCharsets.ISO_8859_1).indexOf("two");
        flip(segment, at);

        assertThatThrownBy(() -> start("data").close())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("damaged at position")
                .hasMessageContaining("anser store salvage");

        final CommandRun verified = CommandRun.of("store", "verify", data("data"));
        assertThat(verified.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(verified.output()).contains("WRONG", segment.toString(), "anser store salvage");

        final CommandRun salvaged = CommandRun.of("store", "salvage", data("data"), data("saved"));
        assertThat(salvaged.errors()).isEmpty();
        assertThat(salvaged.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(salvaged.output())
                .contains(
                        "copied 2 messages",
                        "1 message that can be named",
                        "topic letters",
                        "offset 1",
                        "anser server");

        assertThat(CommandRun.of("store", "verify", data("saved")).output()).contains("nothing is wrong");
        try (LocalBroker broker = start("saved")) {
            assertThat(receive(broker).lines()).containsExactly("one", "three");
        }
    }

    private LocalBroker start(final String name) throws IOException {
        return LocalBroker.start(directory.resolve(name));
    }

    private static void send(final LocalBroker broker, final String text) {
        assertThat(broker.run("send", "--queue", "letters", text).errors()).isEmpty();
    }

    private static String receive(final LocalBroker broker) {
        return broker.run("receive", "--queue", "letters", "--timeout", "1", "--count", "3")
                .output();
    }

    private static void flip(final Path file, final int at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            final int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 1);
        }
    }

    private String data(final String name) {
        return directory.resolve(name).toString();
    }
}
