package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tools.console.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that talk to a broker, with a real one. */
class WithBrokerTest {

    @TempDir
    private Path directory;

    private LocalBroker broker;

    @BeforeEach
    void startBroker() throws IOException {
        broker = LocalBroker.start(directory);
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void shouldReceiveWhatWasSentWithItsHeadersAndProperties() {
        final CommandRun sent = broker.run(
                "send",
                "--queue",
                "letters",
                "--type",
                "poem",
                "--property",
                "colour=grey",
                "--priority",
                "7",
                "--non-persistent",
                "wild geese: 雁");
        assertThat(sent).isEqualTo(new CommandRun(ExitCode.OK, line("sent 1 message to queue letters"), ""));

        final CommandRun received = broker.run("receive", "--queue", "letters", "--verbose");

        assertThat(received.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(received.output().lines())
                .contains(
                        "JMSDestination: queue letters",
                        "JMSType: poem",
                        "JMSPriority: 7",
                        "JMSDeliveryMode: non-persistent",
                        "colour: grey",
                        "wild geese: 雁")
                .anyMatch(header -> header.startsWith("JMSMessageID: ID:"));
    }

    @Test
    void shouldSendEveryLineOfTheInputAndReceiveInOrder() {
        final InputStream terminal = System.in;
        System.setIn(new ByteArrayInputStream("one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(broker.run("send", "--queue", "lines").output())
                    .isEqualTo(line("sent 3 messages to queue lines"));
        } finally {
            System.setIn(terminal);
        }

        assertThat(broker.run("receive", "--queue", "lines", "--count", "3")
                        .output()
                        .lines())
                .containsExactly("one", "two", "three");
    }

    @Test
    void shouldSayHowManyCameWhenItWasFewerThanAskedFor() {
        broker.run("send", "--queue", "few", "--count", "2", "x");

        final CommandRun received = broker.run("receive", "--queue", "few", "--count", "3", "--timeout", "0.2");

        assertThat(received.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(received.output().lines()).containsExactly("x", "x");
        assertThat(received.errorLines())
                .containsExactly("anser receive: 2 of 3 messages came from queue few, then none within 0.2 s");
    }

    @Test
    void shouldShowTheDestinationsOfABroker() {
        broker.run("send", "--queue", "waiting", "--count", "3", "x");

        assertThat(broker.run("status").output().lines().map(each -> each.replaceAll(" +", " ")))
                .contains("broker anser")
                .contains("queue waiting 3 0 0 3 0");
        assertThat(broker.run("status", "--json").output()).contains("\"backlog\": 3");
    }

    @Test
    void shouldLoadABroker() {
        final CommandRun bench = broker.run(
                "bench",
                "--workload",
                "W1",
                "--rounds",
                "1",
                "--warmup",
                "0",
                "--seconds",
                "1",
                "--message-size",
                "64");

        assertThat(bench.exitCode()).as(bench.errors()).isEqualTo(ExitCode.OK);
        assertThat(bench.output()).contains("| W1 |");
    }

    private static String line(final String text) {
        return text + System.lineSeparator();
    }
}
