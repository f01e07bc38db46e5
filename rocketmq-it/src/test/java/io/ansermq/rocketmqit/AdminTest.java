package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.tools.command.MQAdminStartup;
import org.junit.jupiter.api.Test;

/** RocketMQ's own {@code mqadmin} against our server: its commands run and print sense. */
class AdminTest extends RocketMqScenario {

    private static final Object OUTPUT = new Object();

    @Test
    void shouldListTheCluster() throws Exception {
        assertThat(mqadmin("clusterList"))
                .contains("DefaultCluster", TestServer.BROKER, server.brokerAddress(), "V5_5_0");
    }

    @Test
    void shouldCreateListDescribeAndDeleteATopic() throws Exception {
        final String topic = unique("topic");
        assertThat(mqadmin("updateTopic", "-b", server.brokerAddress(), "-t", topic, "-r", "4", "-w", "4"))
                .contains("success", topic);
        assertThat(mqadmin("topicList")).contains(topic);
        assertThat(mqadmin("topicRoute", "-t", topic)).contains(server.brokerAddress(), "\"writeQueueNums\":4");
        producer().send(message(topic, "x"));
        assertThat(mqadmin("topicStatus", "-t", topic)).contains(TestServer.BROKER, "2026".substring(0, 2));
        assertThat(mqadmin("deleteTopic", "-c", "DefaultCluster", "-t", topic)).contains("success");
        await().until(() -> !mqadmin("topicList").contains(topic));
    }

    @Test
    void shouldConfigureAGroupAndShowItsProgress() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        assertThat(mqadmin("updateSubGroup", "-b", server.brokerAddress(), "-g", group, "-r", "3"))
                .contains("success", group);
        producer().send(message(topic, "x"));
        final Inbox inbox = consume(topic, group);
        await().until(() -> inbox.size() == 1);
        assertThat(mqadmin("consumerProgress", "-g", group)).contains(topic, TestServer.BROKER);
        assertThat(mqadmin("consumerProgress")).contains(group);
        assertThat(mqadmin("consumerStatus", "-g", group)).contains(group.substring(0, 5));
        assertThat(mqadmin("consumerConnection", "-g", group)).contains("CLUSTERING", topic);
    }

    @Test
    void shouldFindMessagesByIdKeyAndOffset() throws Exception {
        final String topic = unique("topic");
        final Message message = message(topic, "looked for");
        message.setKeys("order-4711 other");
        final SendResult sent = producer().send(message);
        assertThat(mqadmin("queryMsgById", "-t", topic, "-i", sent.getOffsetMsgId()))
                .contains(topic, sent.getMsgId());
        assertThat(mqadmin("queryMsgByKey", "-t", topic, "-k", "order-4711")).contains(sent.getMsgId());
        assertThat(mqadmin("queryMsgByUniqueKey", "-t", topic, "-i", sent.getMsgId()))
                .contains(topic);
        assertThat(mqadmin(
                        "queryMsgByOffset",
                        "-t",
                        topic,
                        "-b",
                        TestServer.BROKER,
                        "-i",
                        Integer.toString(sent.getMessageQueue().getQueueId()),
                        "-o",
                        Long.toString(sent.getQueueOffset())))
                .contains(sent.getMsgId());
        assertThat(mqadmin("printMsg", "-t", topic)).contains("looked for");
    }

    @Test
    void shouldSendAMessage() throws Exception {
        final String topic = unique("topic");
        mqadmin("updateTopic", "-b", server.brokerAddress(), "-t", topic);
        assertThat(mqadmin("sendMessage", "-t", topic, "-p", "hello")).contains("SEND_OK", TestServer.BROKER);
    }

    @Test
    void shouldResetOffsetsByTime() throws Exception {
        final String topic = unique("topic");
        final String group = unique("group");
        producer().send(message(topic, "x"));
        final Inbox inbox = consume(topic, group);
        await().until(() -> inbox.size() == 1);
        assertThat(mqadmin("resetOffsetByTime", "-g", group, "-t", topic, "-s", "0"))
                .contains(TestServer.BROKER);
        await().until(() -> inbox.size() >= 2);
    }

    @Test
    void shouldShowTheBroker() throws Exception {
        assertThat(mqadmin("brokerStatus", "-b", server.brokerAddress())).contains("putTps", "brokerVersionDesc");
        assertThat(mqadmin("getBrokerConfig", "-b", server.brokerAddress())).contains("brokerName", TestServer.BROKER);
    }

    @Test
    void shouldShowStatistics() throws Exception {
        final String topic = unique("topic");
        producer().send(message(topic, "x"));
        assertThat(mqadmin("statsAll", "-t", topic)).contains(topic);
    }

    private Inbox consume(final String topic, final String group) throws Exception {
        final Inbox inbox = new Inbox();
        final DefaultMQPushConsumer consumer = consumer(group);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        return inbox;
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
