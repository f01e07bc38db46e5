package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.tools.console.ExitCode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code anser dlq} with a real broker. */
class DlqCommandTest {

    @TempDir
    private Path directory;

    private LocalBroker broker;

    @BeforeEach
    void startBroker() throws IOException {
        broker = LocalBroker.start(directory, Map.of("max-deliveries", "1"));
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    /** Sends messages that nobody acknowledges; returns the ID of the last one. */
    private String bury(final String queue, final int count) throws Exception {
        String id = "";
        try (JMSContext context = broker.factory().createContext(JMSContext.CLIENT_ACKNOWLEDGE)) {
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
        assertThat(broker.run("dlq", "list").output().strip()).isEqualTo("no dead letters");
        bury("orders", 3);
        bury("bills", 1);
        assertThat(broker.run("dlq", "list").output().lines().map(line -> line.replaceAll(" +", " ")))
                .anyMatch(line -> line.startsWith("queue://bills DLQ.bills 1 "))
                .anyMatch(line -> line.startsWith("queue://orders DLQ.orders 3 "));
        assertThat(broker.run("dlq", "list", "--json").output())
                .contains("\"origin\": \"queue://orders\"", "\"messages\": 3");
    }

    @Test
    void shouldShowRetryAndPurgeByOrigin() throws Exception {
        final String id = bury("orders", 3);
        assertThat(broker.run("dlq", "show", "orders").output().lines())
                .hasSize(4)
                .anyMatch(line -> line.startsWith(id));
        assertThat(broker.run("dlq", "show", "topic://orders").output().strip()).isEqualTo("no dead letters");
        assertThat(broker.run("dlq", "show", "queue://orders", "--json").output())
                .contains("\"reason\": \"deliveries\"", id);

        assertThat(broker.run("dlq", "retry", "orders", "--id", id).output().strip())
                .isEqualTo("retried 1 message of queue://orders");
        try (JMSContext context = broker.factory().createContext()) {
            assertThat(context.createConsumer(context.createQueue("orders"))
                            .receive(10_000)
                            .getJMSMessageID())
                    .isEqualTo(id);
        }
        assertThat(broker.run("dlq", "purge", "orders", "--json").output()).contains("\"purged\": 2");
        assertThat(broker.run("dlq", "list").output().strip()).isEqualTo("no dead letters");
    }

    @Test
    void shouldSayThatThereIsNoSuchQueue() {
        final CommandRun run = broker.run("dlq", "show", "nobody");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.errorLines()).hasSize(1).first().asString().contains("DLQ.nobody");
        assertThat(CommandRun.of("dlq").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
