package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.tools.command.MQAdminStartup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** RocketMQ's own {@code mqadmin} against our server: its commands run, and the figures they print are the true ones. */
@Isolated // What it captures or measures is the whole JVM's.
class AdminTest extends RocketMqScenario {

    private static final Object OUTPUT = new Object();

    /** What the runtime table of a RocketMQ 5.5.0 broker holds, but for the offsets of delay levels, which ours has not. */
    private static final List<String> RUNTIME =
            Arrays.asList(("bootTimestamp brokerActive brokerVersionDesc runtime putTps"
                            + " getTotalTps getFoundTps getMissTps getTransferredTps putLatency99 putLatency999 putMessageAverageSize"
                            + " putMessageDistributeTime putMessageEntireTimeMax putMessageFailedTimes putMessageSizeTotal"
                            + " putMessageTimesTotal msgPutTotalYesterdayMorning msgPutTotalTodayMorning msgPutTotalTodayNow"
                            + " msgGetTotalYesterdayMorning msgGetTotalTodayMorning msgGetTotalTodayNow sendThreadPoolQueueSize"
                            + " pullThreadPoolQueueSize litePullThreadPoolQueueSize queryThreadPoolQueueSize ackThreadPoolQueueSize"
                            + " EndTransactionQueueSize commitLogDirCapacity commitLogDiskRatio consumeQueueDiskRatio"
                            + " commitLogMinOffset commitLogMaxOffset dispatchBehindBytes earliestMessageTimeStamp"
                            + " pageCacheLockTimeMills remainHowManyDataToFlush startAcceptSendRequestTimeStamp timerReadBehind"
                            + " timerOffsetBehind timerCongestNum timerEnqueueTps timerDequeueTps")
                    .split(" "));

    @Test
    void shouldListTheClusterWithItsLoad() throws Exception {
        send(producer(), unique("topic"), 20);
        await().untilAsserted(() -> {
            final List<String> broker =
                    PrintedTable.of(mqadmin("clusterList")).rows().get(0);
            assertThat(broker.subList(0, 5))
                    .containsExactly("DefaultCluster", TestServer.BROKER, "0", server.brokerAddress(), "V5_5_0");
            assertThat(Double.parseDouble(broker.get(5).split("\\(", 2)[0]))
                    .as("messages in per second")
                    .isPositive();
            assertThat(Double.parseDouble(broker.get(broker.size() - 2)))
                    .as("share of the disk that is used")
                    .isBetween(0.0, 1.0);
            assertThat(broker).last().isEqualTo("true");
        });
    }

    @Test
    void shouldCreateListDescribeAndDeleteATopic() throws Exception {
        final String topic = unique("topic");
        assertThat(mqadmin("updateTopic", "-b", server.brokerAddress(), "-t", topic, "-r", "4", "-w", "3"))
                .contains("success", topic, "readQueueNums=4", "writeQueueNums=3", "perm=RW-");
        assertThat(mqadmin("topicList").lines()).contains(topic);
        assertThat(mqadmin("topicRoute", "-t", topic))
                .contains(server.brokerAddress(), "\"writeQueueNums\":3", "\"readQueueNums\":4", "\"perm\":6");
        send(producer(), topic, 7);
        final PrintedTable status = PrintedTable.of(mqadmin("topicStatus", "-t", topic));
        assertThat(status.column(0)).containsOnly(TestServer.BROKER);
        assertThat(status.column(1)).containsExactly("0", "1", "2", "3");
        assertThat(status.sum(2)).as("lowest offsets").isZero();
        assertThat(status.sum(3)).as("highest offsets").isEqualTo(7);
        assertThat(status.rows().get(3).get(3)).as("a queue that is only read").isEqualTo("0");
        assertThat(mqadmin("deleteTopic", "-c", "DefaultCluster", "-t", topic)).contains("success");
        await().until(() -> mqadmin("topicList").lines().noneMatch(topic::equals));
        assertThat(mqadmin("topicStatus", "-t", topic)).doesNotContain(TestServer.BROKER);
    }

    @Test
    void shouldRefuseMoreQueuesThanABrokerHas() throws Exception {
        final String topic = unique("topic");
        producer().send(message(topic, "x"));
        mqadmin("updateTopic", "-b", server.brokerAddress(), "-t", topic, "-r", "2147483647", "-w", "4");
        assertThat(PrintedTable.of(mqadmin("topicStatus", "-t", topic)).rows()).hasSize(4);
    }

    @Test
    void shouldConfigureAGroupAndShowItsProgress() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        assertThat(mqadmin("updateSubGroup", "-b", server.brokerAddress(), "-g", group, "-r", "3"))
                .contains("success", group, "retryMaxTimes=3");
        final DefaultMQProducer producer = producer();
        send(producer, topic, 10);
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = started(topic, group, inbox);
        await().until(() -> inbox.size() == 10);
        consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
        await().untilAsserted(() -> {
            final PrintedTable progress =
                    PrintedTable.of(mqadmin("consumerProgress", "-g", group)).where(topic);
            assertThat(progress.column(1)).containsOnly(TestServer.BROKER).hasSize(4);
            assertThat(progress.sum(3)).as("broker offsets").isEqualTo(10);
            assertThat(progress.sum(4)).as("consumer offsets").isEqualTo(10);
        });
        assertThat(mqadmin("consumerProgress", "-g", group)).contains("Consume Diff Total: 0");
        assertThat(mqadmin("consumerStatus", "-g", group))
                .contains(consumer.buildMQClientId(), "V5_5_0", "Same subscription", "Rebalance OK");
        assertThat(mqadmin("consumerConnection", "-g", group))
                .contains(consumer.buildMQClientId(), "CLUSTERING", topic, "CONSUME_FROM_FIRST_OFFSET");
        consumer.shutdown();
        send(producer, topic, 3);
        await().untilAsserted(() ->
                assertThat(mqadmin("consumerProgress", "-g", group)).contains("Consume Diff Total: 3"));
    }

    @Test
    void shouldListAllGroupsWithWhatTheyLack() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final DefaultMQProducer producer = producer();
        send(producer, topic, 2);
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = started(topic, group, inbox);
        await().until(() -> inbox.size() == 2);
        consumer.getDefaultMQPushConsumerImpl().persistConsumerOffset();
        await().untilAsserted(() -> assertThat(PrintedTable.of(mqadmin("consumerProgress"))
                        .where(group)
                        .rows())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.subList(1, 5)).containsExactly("1", "V5_5_0", "PUSH", "CLUSTERING");
                    assertThat(row).last().isEqualTo("0");
                }));
    }

    @Test
    void shouldFindMessagesByIdKeyAndOffset() throws Exception {
        final String topic = unique("topic");
        final Message message = message(topic, "red", "looked for");
        message.setKeys("order-4711 other");
        final DefaultMQProducer producer = producer();
        final SendResult sent = producer.send(message);
        producer.send(message(topic, "blue", "not looked for"));
        final String queue = Integer.toString(sent.getMessageQueue().getQueueId());
        final String offset = Long.toString(sent.getQueueOffset());
        for (final String printed : List.of(
                mqadmin("queryMsgById", "-t", topic, "-i", sent.getOffsetMsgId()),
                mqadmin("queryMsgByUniqueKey", "-t", topic, "-i", sent.getMsgId()),
                mqadmin("queryMsgByOffset", "-t", topic, "-b", TestServer.BROKER, "-i", queue, "-o", offset))) {
            final Map<String, String> lines = lines(printed);
            assertThat(lines)
                    .containsEntry("Topic", topic)
                    .containsEntry("Tags", "[red]")
                    .containsEntry("Keys", "[order-4711 other]")
                    .containsEntry("Queue ID", queue)
                    .containsEntry("Queue Offset", offset)
                    .containsEntry("Reconsume Times", "0")
                    .containsEntry("Store Host", server.brokerAddress());
            assertThat(lines.get("Properties")).contains("UNIQ_KEY=" + sent.getMsgId());
        }
        for (final String key : List.of("order-4711", "other")) {
            final PrintedTable found = PrintedTable.of(mqadmin("queryMsgByKey", "-t", topic, "-k", key));
            assertThat(found.rows()).singleElement().satisfies(row -> assertThat(
                            String.join(" ", row).split("\\s+"))
                    .startsWith(sent.getMsgId(), queue, offset));
        }
        assertThat(mqadmin("queryMsgByKey", "-t", topic, "-k", "order")).doesNotContain(sent.getMsgId());
    }

    @Test
    void shouldPrintMessages() throws Exception {
        final String topic = unique("topic");
        send(producer(), topic, 3);
        final String printed = mqadmin("printMsg", "-t", topic);
        assertThat(printed).contains("BODY: 0", "BODY: 1", "BODY: 2");
        final long highest = Pattern.compile("maxOffset=(\\d+)")
                .matcher(printed)
                .results()
                .mapToLong(each -> Long.parseLong(each.group(1)))
                .sum();
        assertThat(highest).isEqualTo(3);
    }

    @Test
    void shouldSendAMessage() throws Exception {
        final String topic = unique("topic");
        mqadmin("updateTopic", "-b", server.brokerAddress(), "-t", topic, "-r", "2", "-w", "2");
        final PrintedTable sent = PrintedTable.of(mqadmin("sendMessage", "-t", topic, "-p", "hello"));
        assertThat(sent.rows())
                .singleElement()
                .satisfies(row -> assertThat(row).startsWith(TestServer.BROKER).contains("SEND_OK"));
        final String id = sent.rows().get(0).get(3);
        assertThat(mqadmin("printMsg", "-t", topic)).contains(id, "BODY: hello");
    }

    @Test
    void shouldResetOffsetsByTime() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        send(producer(), topic, 4);
        final Inbox inbox = new Inbox();
        started(topic, group, inbox);
        await().until(() -> inbox.size() == 4);
        final PrintedTable reset = PrintedTable.of(mqadmin("resetOffsetByTime", "-g", group, "-t", topic, "-s", "0"));
        assertThat(reset.column(0)).containsOnly(TestServer.BROKER).hasSize(4);
        assertThat(reset.sum(2)).as("new offsets").isZero();
        await().until(() -> inbox.size() >= 8);
        assertThat(inbox.bodies()).contains("0", "1", "2", "3");
    }

    @Test
    void shouldShowTheFiguresOfTheBroker() throws Exception {
        final long before = System.currentTimeMillis();
        final String topic = unique("topic");
        send(producer(), topic, 10);
        final Inbox inbox = new Inbox();
        started(topic, unique("group"), inbox);
        await().until(() -> inbox.size() == 10);
        await().untilAsserted(() -> {
            final Map<String, String> table = lines(mqadmin("brokerStatus", "-b", server.brokerAddress()));
            assertThat(table).containsKeys(RUNTIME.toArray(String[]::new)).doesNotContainKey("brokerVersion");
            assertThat(number(table, "bootTimestamp")).isPositive().isLessThanOrEqualTo(before);
            assertThat(number(table, "earliestMessageTimeStamp"))
                    .isBetween(number(table, "bootTimestamp"), before + 60_000);
            assertThat(number(table, "msgPutTotalTodayNow")).isGreaterThanOrEqualTo(10);
            assertThat(number(table, "msgGetTotalTodayNow")).isGreaterThanOrEqualTo(10);
            assertThat(number(table, "putMessageTimesTotal")).isGreaterThanOrEqualTo(10);
            assertThat(number(table, "putMessageSizeTotal")).isGreaterThan(1_000);
            assertThat(number(table, "putMessageFailedTimes")).isZero();
            assertThat(number(table, "commitLogMaxOffset")).isGreaterThan(number(table, "putMessageSizeTotal"));
            assertThat(decimal(table, "putMessageAverageSize")).isBetween(100.0, 1_000.0);
            assertThat(decimal(table, "putLatency999")).isPositive();
            assertThat(decimal(table, "putLatency999")).isGreaterThanOrEqualTo(decimal(table, "putLatency99"));
            assertThat(decimal(table, "commitLogDiskRatio")).isBetween(1e-9, 1.0);
            for (final String rates :
                    List.of("putTps", "getFoundTps", "getTransferredTps", "getMissTps", "getTotalTps")) {
                assertThat(Arrays.stream(table.get(rates).split(" ")).mapToDouble(Double::parseDouble))
                        .as("%s", rates)
                        .hasSize(3)
                        .allMatch(rate -> rate > 0);
            }
        });
    }

    @Test
    void shouldCountTimers() throws Exception {
        final String topic = unique("topic");
        final Message late = message(topic, "late");
        late.setDelayTimeSec(3_600);
        producer().send(late);
        await().untilAsserted(() -> {
            final Map<String, String> table = lines(mqadmin("brokerStatus", "-b", server.brokerAddress()));
            assertThat(number(table, "timerCongestNum")).isPositive();
            assertThat(decimal(table, "timerEnqueueTps")).isPositive();
        });
    }

    @Test
    void shouldShowTheConfiguration() {
        assertThat(lines(
                        mqadmin("getBrokerConfig", "-b", server.brokerAddress()).replace(" = ", " : ")))
                .containsEntry("brokerName", TestServer.BROKER)
                .containsEntry("brokerClusterName", "DefaultCluster")
                .containsEntry("flushDiskType", "ASYNC_FLUSH")
                .containsEntry("fileReservedTime", "72")
                .containsEntry("autoCreateTopicEnable", "true")
                .containsEntry("maxMessageSize", Integer.toString(4 << 20));
    }

    @Test
    void shouldShowStatistics() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        final DefaultMQProducer producer = producer();
        send(producer, topic, 6);
        assertThat(PrintedTable.of(mqadmin("statsAll", "-t", topic)).rows())
                .singleElement()
                .satisfies(row -> assertThat(row).startsWith(topic, "0").endsWith("6", "NO_CONSUMER"));
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = started(topic, group, inbox);
        await().until(() -> inbox.size() == 6);
        consumer.shutdown();
        send(producer, topic, 2);
        await().untilAsserted(() -> assertThat(
                        PrintedTable.of(mqadmin("statsAll", "-t", topic)).rows())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.subList(0, 3)).containsExactly(topic, group, "2");
                    assertThat(Double.parseDouble(row.get(3)))
                            .as("in per second")
                            .isPositive();
                    assertThat(Double.parseDouble(row.get(4)))
                            .as("out per second")
                            .isPositive();
                    assertThat(row.subList(5, 7)).as("in and out in 24 hours").containsExactly("8", "6");
                }));
    }

    /** Sends so many messages whose bodies are their numbers. */
    private static void send(final DefaultMQProducer producer, final String topic, final int count) throws Exception {
        for (final int number : IntStream.range(0, count).toArray()) {
            producer.send(message(topic, Integer.toString(number)));
        }
    }

    private DefaultMQPushConsumer started(final String topic, final String group, final Inbox inbox) throws Exception {
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        return consumer;
    }

    /** What was printed as "name : value", line by line. */
    private static Map<String, String> lines(final String printed) {
        final Map<String, String> lines = new HashMap<>();
        printed.lines().forEach(line -> {
            final String[] parts = line.split("\\s*:\\s+", 2);
            if (parts.length == 2) {
                lines.put(parts[0].strip(), parts[1].strip());
            }
        });
        return lines;
    }

    private static long number(final Map<String, String> table, final String name) {
        return Long.parseLong(Objects.requireNonNull(table.get(name), name));
    }

    private static double decimal(final Map<String, String> table, final String name) {
        return Double.parseDouble(Objects.requireNonNull(table.get(name), name));
    }

    /** Runs a command in this JVM and returns what it printed. */
    private String mqadmin(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-n");
        all.add(server.nameServerAddress());
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        synchronized (OUTPUT) {
            final PrintStream before = System.out;
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            try {
                MQAdminStartup.main0(all.toArray(String[]::new), null);
            } finally {
                System.setOut(before);
            }
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
