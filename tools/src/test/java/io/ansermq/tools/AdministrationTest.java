package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.tools.console.ExitCode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What administrators do with a running broker by the commands of {@code anser}. */
class AdministrationTest {

    private static final long TIMEOUT_MS = 20_000;

    @TempDir
    private Path directory;

    private LocalBroker broker;
    private JMSContext context;

    @BeforeEach
    void startBroker() throws IOException {
        broker = start();
        context = broker.factory().createContext();
    }

    private LocalBroker start() throws IOException {
        return LocalBroker.start(directory, Map.of("auto-create", "false"));
    }

    @AfterEach
    void stopBroker() {
        context.close();
        broker.close();
    }

    @Test
    void shouldCreateListShowAndDeleteDestinations() {
        assertThat(done("destination create orders.eu")).containsExactly("created queue 'orders.eu'");
        assertThat(done("destination create topic://prices")).containsExactly("created topic 'prices'");
        assertThat(failed("dest create orders.eu")).contains("there is a queue 'orders.eu' already");
        send("queue://orders.eu", 3);

        final List<String> table = done("destination list orders.*");
        assertThat(table.get(0)).startsWith("KIND").contains("BACKLOG", "OLDEST AGE", "PAUSED");
        assertThat(table.get(1)).matches("queue +orders\\.eu +3 +0 +.*");
        assertThat(table).hasSize(2);
        assertThat(json("destination list"))
                .contains("\"name\": \"orders.eu\"", "\"backlog\": 3", "\"name\": \"prices\"")
                .contains("\"paused\": false", "\"oldestAgeMs\": null");
        assertThat(done("destination show orders.eu")).anyMatch(line -> line.matches("backlog +3"));

        assertThat(done("destination delete orders.eu")).containsExactly("deleted queue 'orders.eu'");
        assertThat(failed("destination show orders.eu")).contains("there is no queue 'orders.eu'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            group reset g orders --to latest --queue 2147483647; see 'anser topic list'
            group reset g orders --to latest --queue -1; see 'anser topic list'
            connection close -1; see 'anser connection list'
            """)
    void shouldSayWhereToFindNumbersThatThereAre(final String commandLine, final String next) {
        final CommandRun refused = broker.run(commandLine.strip().split(" "));

        assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.errorLines()).hasSize(1).first().asString().contains(next);
    }

    @Test
    void shouldPauseAndResumeAlsoOverARestart() throws IOException {
        done("destination create orders");
        final JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
        done("destination pause orders");
        send("queue://orders", 2);
        assertThat(consumer.receiveNoWait()).isNull();
        context.close();
        broker.close();
        broker = start();
        context = broker.factory().createContext();

        final JMSConsumer later = context.createConsumer(context.createQueue("orders"));
        assertThat(later.receiveNoWait()).isNull();
        assertThat(done("destination list orders").get(1)).endsWith("true");
        done("destination resume orders");
        assertThat(later.receiveBody(String.class, TIMEOUT_MS)).isEqualTo("0");
        assertThat(later.receiveBody(String.class, TIMEOUT_MS)).isEqualTo("1");
    }

    @Test
    void shouldPurgeAndMoveMessages() {
        done("destination create orders");
        done("destination create others");
        send("queue://orders", 300);
        assertThat(done("destination move orders others"))
                .containsExactly("moved 300 messages of queue 'orders' to queue" + " 'others'");
        final JMSConsumer consumer = context.createConsumer(context.createQueue("others"));
        for (int i = 0; i < 300; i++) {
            assertThat(consumer.receiveBody(String.class, TIMEOUT_MS)).isEqualTo(Integer.toString(i));
        }
        assertThat(consumer.receiveNoWait()).isNull();

        send("queue://orders", 200);
        assertThat(json("destination purge orders")).contains("\"purged\": 200");
        assertThat(done("destination list orders").get(1)).matches("queue +orders +0 +0 .*");
        assertThat(failed("destination purge nothing"))
                .contains("there is no queue 'nothing'; see 'anser destination list'");
        assertThat(failed("destination purge orders --id ID:none"))
                .contains("no message ID:none waits in queue 'orders'");
    }

    @Test
    void shouldMoveOneMessageOfASubscription() throws Exception {
        done("destination create topic://prices");
        done("destination create kept");
        context.createSharedDurableConsumer(context.createTopic("prices"), "all")
                .close();
        send("topic://prices", 1);
        final Message second = context.createTextMessage("second");
        context.createProducer().send(context.createTopic("prices"), second);

        assertThat(failed("destination move topic://prices kept"))
                .contains("say which of its subscriptions; see 'anser subscription list'");
        assertThat(done("destination move topic://prices kept --subscription all --id " + second.getJMSMessageID()))
                .containsExactly("moved 1 message of topic 'prices' to queue 'kept'");
        assertThat(context.createConsumer(context.createQueue("kept")).receiveBody(String.class, TIMEOUT_MS))
                .isEqualTo("second");
        assertThat(context.createSharedDurableConsumer(context.createTopic("prices"), "all")
                        .receiveBody(String.class, TIMEOUT_MS))
                .isEqualTo("0");
    }

    @Test
    void shouldRewindADurableSubscription() throws IOException {
        done("destination create topic://prices");
        // Another one, which stays behind, is why the messages are still there.
        context.createSharedDurableConsumer(context.createTopic("prices"), "slow")
                .close();
        JMSConsumer consumer = context.createSharedDurableConsumer(context.createTopic("prices"), "all");
        send("topic://prices", 5);
        for (int i = 0; i < 5; i++) {
            assertThat(consumer.receiveBody(String.class, TIMEOUT_MS)).isEqualTo(Integer.toString(i));
        }
        assertThat(failed("subscription rewind all --to 1h")).contains("in use");
        consumer.close();
        assertThat(done("subscription rewind all --to 1h").get(0)).startsWith("rewound subscription 'all' to ");
        assertThat(done("subscription list prices"))
                .anyMatch(line -> line.matches("topic +prices +shared-durable +all +5 +0" + " .*"));
        context.close();
        broker.close();
        broker = start();
        context = broker.factory().createContext();

        consumer = context.createSharedDurableConsumer(context.createTopic("prices"), "all");
        for (int i = 0; i < 5; i++) {
            assertThat(consumer.receiveBody(String.class, TIMEOUT_MS)).isEqualTo(Integer.toString(i));
        }
        assertThat(consumer.receiveNoWait()).isNull();
        consumer.close();
        assertThat(done("subscription delete all")).containsExactly("deleted subscription 'all'");
        assertThat(failed("subscription delete all")).contains("there is no durable subscription 'all'");
        assertThat(usage("subscription rewind slow --to yesterday")).contains("is no time");
    }

    @Test
    void shouldListConsumersAndEndConnections() {
        done("destination create orders");
        try (JMSContext other = broker.factory().createContext()) {
            final List<String> told = new CopyOnWriteArrayList<>();
            other.setClientID("billing");
            other.setExceptionListener(e -> told.add(e.getMessage()));
            final JMSConsumer unused = other.createConsumer(other.createQueue("orders"));

            assertThat(done("consumer list orders").get(1)).contains("billing", "orders");
            final String row = done("connection list billing").get(1);
            final Matcher id = Pattern.compile("^(\\d+) ").matcher(row);
            assertThat(id.find()).as(row).isTrue();
            assertThat(done("connection close " + id.group(1))).containsExactly("closed connection " + id.group(1));
            await().untilAsserted(() -> assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("an administrator has closed this connection"));
            await().untilAsserted(
                            () -> assertThat(done("connection list billing")).containsExactly("no connections"));
        }
        assertThat(failed("connection close 999999")).contains("there is no connection 999999");
    }

    @Test
    void shouldSayWhatThereIsToDo() {
        assertThat(CommandRun.of("destination").errors()).contains("list", "show", "create", "purge", "move");
        assertThat(CommandRun.of("subscription").errors()).contains("rewind");
        assertThat(CommandRun.of("store").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    private void send(final String destination, final int count) {
        final String name = destination.substring("queue://".length());
        for (int i = 0; i < count; i++) {
            context.createProducer()
                    .send(
                            destination.startsWith("topic") ? context.createTopic(name) : context.createQueue(name),
                            Integer.toString(i));
        }
    }

    private List<String> done(final String command) {
        final CommandRun run = run(command);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        return run.output().lines().toList();
    }

    private String json(final String command) {
        return String.join("\n", done(command + " --json"));
    }

    private String failed(final String command) {
        final CommandRun run = run(command);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(ExitCode.FAILED);
        return run.errors();
    }

    private String usage(final String command) {
        final CommandRun run = run(command);
        assertThat(run.exitCode()).as(run.output()).isEqualTo(ExitCode.USAGE);
        return run.errors();
    }

    private CommandRun run(final String command) {
        return broker.run(command.split(" "));
    }
}
