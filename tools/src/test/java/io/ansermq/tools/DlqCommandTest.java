package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tools.console.ExitCode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code anser dlq} with a real broker. */
class DlqCommandTest {

    @TempDir
    private Path directory;

    private Broker broker;

    @BeforeEach
    void startBroker() throws IOException {
        broker = Broker.start(BrokerOptions.builder()
                .set("port", "0")
                .set("data", directory.toString())
                .set("segment-size", "16MiB")
                .set("min-free-disk", "32MiB")
                .set("max-deliveries", "1")
                .build());
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    private String uri() {
        return "anser://127.0.0.1:" + broker.port();
    }

    private CommandRun run(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("dlq"));
        all.addAll(List.of(arguments));
        all.add("--url=" + uri());
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** Sends messages that nobody acknowledges; returns the ID of the last one. */
    private String bury(final String queue, final int count) throws Exception {
        String id = "";
        try (JMSContext context = new AnserConnectionFactory(uri()).createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
            for (int i = 0; i < count; i++) {
                context.createProducer().send(context.createQueue(queue), "x" + i);
            }
            final JMSConsumer consumer = context.createConsumer(context.createQueue(queue));
            for (int i = 0; i < count; i++) {
                id = consumer.receive(10_000).getJMSMessageID();
            }
            context.recover();
            assertThat(consumer.receiveNoWait()).isNull();
        }
        return id;
    }

    @Test
    void shouldCountDeadLettersByOrigin() throws Exception {
        assertThat(run("list").output().strip()).isEqualTo("no dead letters");
        bury("orders", 3);
        bury("bills", 1);
        assertThat(run("list").output().lines().map(line -> line.replaceAll(" +", " ")))
                .anyMatch(line -> line.startsWith("queue://bills DLQ.bills 1 "))
                .anyMatch(line -> line.startsWith("queue://orders DLQ.orders 3 "));
        assertThat(run("list", "--json").output()).contains("\"origin\": \"queue://orders\"", "\"messages\": 3");
    }

    @Test
    void shouldShowRetryAndPurgeByOrigin() throws Exception {
        final String id = bury("orders", 3);
        assertThat(run("show", "orders").output().lines()).hasSize(4).anyMatch(line -> line.startsWith(id));
        assertThat(run("show", "topic://orders").output().strip()).isEqualTo("no dead letters");
        assertThat(run("show", "queue://orders", "--json").output()).contains("\"reason\": \"deliveries\"", id);

        assertThat(run("retry", "orders", "--id", id).output().strip())
                .isEqualTo("retried 1 message of queue://orders");
        try (JMSContext context = new AnserConnectionFactory(uri()).createContext()) {
            assertThat(context.createConsumer(context.createQueue("orders"))
                            .receive(10_000)
                            .getJMSMessageID())
                    .isEqualTo(id);
        }
        assertThat(run("purge", "orders", "--json").output()).contains("\"purged\": 2");
        assertThat(run("list").output().strip()).isEqualTo("no dead letters");
    }

    @Test
    void shouldSayThatThereIsNoSuchQueue() {
        final CommandRun run = run("show", "nobody");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.errorLines()).hasSize(1).first().asString().contains("DLQ.nobody");
        assertThat(CommandRun.of("dlq").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
