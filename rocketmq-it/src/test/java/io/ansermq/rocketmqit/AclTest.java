package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.broker.security.AccessKeys;
import io.ansermq.broker.security.UserFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.rebalance.AllocateMessageQueueAveragely;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.junit.jupiter.api.Test;

/** Official clients that sign what they ask, with the keys of our users, at a server that lets nobody else in. */
class AclTest extends RocketMqScenario {

    private static final int NO_PERMISSION = 16;

    private final Path files;
    private final UserFile users;

    AclTest() throws IOException {
        files = Files.createTempDirectory("anser-acl");
        users = new UserFile(files.resolve("users"));
        for (final String name : List.of("ann", "root")) {
            users.put(name, "password of " + name);
        }
        Files.write(
                files.resolve("roles"),
                List.of(
                        "role shop send,consume,create any orders*",
                        "role shop consume any %RETRY%group*",
                        "member shop ann",
                        "member admin root"));
    }

    @Override
    Map<String, String> options() {
        return Map.of(
                "anonymous", "none",
                "users", files.resolve("users").toString(),
                "roles", files.resolve("roles").toString());
    }

    @Test
    void shouldServeWhoSignsWithTheKeysOfAUser() throws Exception {
        final String topic = unique("orders");
        final DefaultMQProducer producer = producer(signedBy("ann"));
        producer.send(message(topic, "signed"));
        final DefaultMQPushConsumer consumer =
                new DefaultMQPushConsumer(unique("group"), signedBy("ann"), new AllocateMessageQueueAveragely());
        consumer.setNamesrvAddr(server.nameServerAddress());
        consumer.setInstanceName(unique("instance"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        final Inbox inbox = new Inbox();
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        afterwards(consumer::shutdown);
        await().untilAsserted(() -> assertThat(inbox.bodies()).containsExactly("signed"));
    }

    @Test
    void shouldRefuseATopicThatTheUserHasNoPermissionFor() throws Exception {
        final DefaultMQProducer producer = producer(signedBy("ann"));
        producer.send(message(unique("orders"), "mine"));
        final String topic = unique("secrets");
        assertThatThrownBy(() -> producer.send(message(topic, "not mine")))
                .isInstanceOfSatisfying(MQClientException.class, refused -> {
                    assertThat(refused.getResponseCode()).isEqualTo(NO_PERMISSION);
                    assertThat(refused.getCause()).hasMessageContaining("ann").hasMessageContaining("create");
                });
        assertThat(admin("root").fetchAllTopicList().getTopicList()).doesNotContain(topic);
    }

    @Test
    void shouldRefuseAWrongSignature() throws Exception {
        final DefaultMQProducer producer = producer(new AclClientRPCHook(new SessionCredentials("ann", "guessed")));
        assertThatThrownBy(() -> producer.send(message(unique("orders"), "x"))).isInstanceOf(MQClientException.class);
    }

    @Test
    void shouldRefuseWhoSignsNothing() throws Exception {
        final DefaultMQProducer producer = producer(null);
        assertThatThrownBy(() -> producer.send(message(unique("orders"), "x"))).isInstanceOf(MQClientException.class);
    }

    @Test
    void shouldLetAdministratorsChangeWhatMayBeChanged() throws Exception {
        final DefaultMQAdminExt root = admin("root");
        root.updateBrokerConfig(server.brokerAddress(), properties("fileReservedTime", "48"));
        assertThat(root.getBrokerConfig(server.brokerAddress()))
                .containsEntry("fileReservedTime", "48")
                .containsEntry("brokerName", TestServer.BROKER);
        assertThatThrownBy(() -> root.updateBrokerConfig(
                        server.brokerAddress(), properties("rocketmqHome", "-c $@|sh . echo touch /tmp/x;")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("only autoCreateTopicEnable, fileReservedTime may be changed");
        assertThatThrownBy(() -> root.updateBrokerConfig(server.brokerAddress(), properties("fileReservedTime", "-1")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("fileReservedTime cannot be '-1'");
    }

    @Test
    void shouldLetNobodyElseChangeAnything() throws Exception {
        final DefaultMQAdminExt ann = admin("ann");
        assertThatThrownBy(() -> ann.updateBrokerConfig(server.brokerAddress(), properties("fileReservedTime", "1")))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("ann");
        assertThatThrownBy(() -> ann.deleteTopicInBroker(Set.of(server.brokerAddress()), "secrets"))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("ann");
        assertThatThrownBy(() -> ann.wipeWritePermOfBroker(server.nameServerAddress(), TestServer.BROKER))
                .isInstanceOf(MQClientException.class)
                .hasMessageContaining("ann");
    }

    private static Properties properties(final String name, final String value) {
        final Properties properties = new Properties();
        properties.put(name, value);
        return properties;
    }

    private RPCHook signedBy(final String user) {
        try {
            users.refresh();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return new AclClientRPCHook(new SessionCredentials(user, AccessKeys.secretKey(users.find(user))));
    }

    private DefaultMQProducer producer(final RPCHook hook) throws MQClientException {
        final DefaultMQProducer producer = new DefaultMQProducer(unique("producer"), hook);
        start(producer);
        return producer;
    }

    private DefaultMQAdminExt admin(final String user) throws MQClientException {
        final DefaultMQAdminExt admin = new DefaultMQAdminExt(signedBy(user), 10_000);
        admin.setNamesrvAddr(server.nameServerAddress());
        admin.setInstanceName(unique("admin"));
        admin.start();
        afterwards(admin::shutdown);
        return admin;
    }
}
