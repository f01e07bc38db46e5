package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.tools.administration.ClusterCommand;
import io.ansermq.tools.administration.GroupCommand;
import io.ansermq.tools.administration.MessageCommand;
import io.ansermq.tools.administration.TopicCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The {@code anser} commands for topics, groups and messages, with what official clients have made. */
class AnserCommandsTest extends RocketMqScenario {

    @Test
    void shouldListTopicsAndShowTheirQueues() throws Exception {
        final String topic = topicWith("first");
        assertThat(done(TopicCommand.commandLine(), "list", topic).get(1)).matches(topic + " +\\d+ +\\d+ +rw +1 *");
        final List<String> queues = done(TopicCommand.commandLine(), "show", topic);
        assertThat(queues.get(0)).contains("QUEUE", "FIRST", "END", "MESSAGES", "LAST STORED");
        assertThat(queues)
                .filteredOn(line -> line.matches(topic + " +\\d+ +0 +1 +1 +20.*Z"))
                .hasSize(1);
        assertThat(json(TopicCommand.commandLine(), "show", topic)).contains("\"messages\": 1");
        assertThat(failed(TopicCommand.commandLine(), "show", "nothing")).isEqualTo(1);
    }

    @Test
    void shouldShowHowFarAGroupIsAndSetItBack() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final DefaultMQProducer producer = producer();
        for (int i = 0; i < 12; i++) {
            producer.send(message(topic, "m" + i));
        }
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        final Inbox inbox = new Inbox();
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        await().until(() -> inbox.size() == 12);
        await().untilAsserted(() -> assertThat(
                        done(GroupCommand.commandLine(), "list", group).get(1))
                .matches(group + " +1 +CONSUME_PASSIVELY +CLUSTERING +0 +.*" + topic + ".*"));
        assertThat(done(GroupCommand.commandLine(), "progress", group).get(0))
                .contains("OFFSET", "END", "BACKLOG", "LAST CONSUMED");

        final List<String> reset = done(GroupCommand.commandLine(), "reset", group, topic, "--to", "earliest");
        assertThat(reset)
                .filteredOn(line -> line.matches(group + " +" + topic + " +\\d+ +0"))
                .isNotEmpty();
        await().until(() -> inbox.size() == 24);
        assertThat(failed(GroupCommand.commandLine(), "reset", "nobody", topic, "--to", "1h"))
                .isEqualTo(1);

        final SendResult last = producer.send(message(topic, "last"));
        await().until(() -> inbox.size() == 25);
        final String queue = Integer.toString(last.getMessageQueue().getQueueId());
        assertThat(done(GroupCommand.commandLine(), "reset", group, topic, "--to", "earliest", "--queue", queue))
                .hasSize(2)
                .anyMatch(line -> line.matches(group + " +" + topic + " +" + queue + " +0"));
        await().until(() -> inbox.size() == 25 + last.getQueueOffset() + 1);
        assertThat(failed(GroupCommand.commandLine(), "reset", group, topic, "--to", "earliest", "--queue", "99"))
                .isEqualTo(1);
    }

    @Test
    void shouldFindMessagesByIdAndKey() throws Exception {
        final String topic = unique("topic");
        final Message message = new Message(topic, "red", "order-7 paid", "the seventh order".getBytes());
        message.putUserProperty("colour", "blue");
        final SendResult sent = producer().send(message);
        for (final List<String> by : List.of(
                List.of(topic, "--key", "order-7"),
                List.of(topic, "--key", "paid"),
                List.of(topic, "--id", sent.getMsgId()),
                List.of(topic, "--id", "ID:" + sent.getMsgId()),
                List.of("--id", sent.getOffsetMsgId()))) {
            final String[] arguments = new String[by.size() + 1];
            arguments[0] = "find";
            for (int i = 0; i < by.size(); i++) {
                arguments[i + 1] = by.get(i);
            }
            assertThat(done(MessageCommand.commandLine(), arguments))
                    .as("by %s", by)
                    .contains("body       the seventh order", "tag        red")
                    .anyMatch(line -> line.startsWith("properties") && line.contains("colour=blue"));
        }
        assertThat(json(MessageCommand.commandLine(), "find", topic, "--key", "paid"))
                .contains("\"keys\": \"order-7 paid\"");
        assertThat(failed(MessageCommand.commandLine(), "find", topic, "--key", "unpaid"))
                .isEqualTo(1);
    }

    @Test
    void shouldListTheBrokersOfAllClusters() {
        final Run run = run(ClusterCommand.commandLine(), "list", "--namesrv", server.nameServerAddress());
        assertThat(run.errors()).isEmpty();
        assertThat(run.output().lines().toList().get(0)).matches("CLUSTER +BROKER +ID +ADDRESS");
        assertThat(run.output())
                .containsPattern("DefaultCluster +" + TestServer.BROKER + " +0 +" + server.brokerAddress());
    }

    private record Run(int exitCode, String output, String errors) {}

    private static Run run(final CommandLine command, final String... arguments) {
        final StringWriter out = new StringWriter();
        final StringWriter errors = new StringWriter();
        final int code = command.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    failed.getErr().println(failure.getMessage());
                    return 1;
                })
                .execute(arguments);
        return new Run(code, out.toString(), errors.toString());
    }

    private Run atBroker(final CommandLine command, final String... arguments) {
        final String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--url=anser://" + server.brokerAddress();
        return run(command, all);
    }

    private List<String> done(final CommandLine command, final String... arguments) {
        final Run run = atBroker(command, arguments);
        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return run.output().lines().toList();
    }

    private String json(final CommandLine command, final String... arguments) {
        final String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return String.join("\n", done(command, all));
    }

    private int failed(final CommandLine command, final String... arguments) {
        return atBroker(command, arguments).exitCode();
    }
}
