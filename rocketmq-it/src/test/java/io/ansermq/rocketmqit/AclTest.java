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
import org.apache.rocketmq.client.impl.mqclient.MQClientAPIExt;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.protocol.body.LockBatchRequestBody;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;
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

    @Test
    void shouldLetNobodyAcknowledgeOrLockForATopicOfOthers() throws Exception {
        final String topic = unique("secrets");
        producer(signedBy("root")).send(message(topic, "theirs"));
        final String group = unique("group");
        final PopClient root = new PopClient(server, group, topic, signedBy("root"));
        afterwards(root::close);
        final List<MessageExt> popped = root.pop();
        assertThat(popped).hasSize(1);
        final PopClient ann = new PopClient(server, group, topic, signedBy("ann"));
        afterwards(ann::close);
        assertThat(ann.acknowledgeAll(popped)).as("by ann").isFalse();
        assertThat(root.acknowledgeAll(popped)).as("by who popped it").isTrue();
        final MQClientAPIExt locker = PopClient.api(server, signedBy("ann"));
        afterwards(locker::shutdown);
        final LockBatchRequestBody lock = new LockBatchRequestBody();
        lock.setConsumerGroup(group);
        lock.setClientId("ann");
        lock.setMqSet(Set.of(new MessageQueue(topic, TestServer.BROKER, 0)));
        assertThatThrownBy(() -> locker.lockBatchMQ(server.brokerAddress(), lock, 10_000))
                .isInstanceOfSatisfying(MQBrokerException.class, refused -> assertThat(refused.getResponseCode())
                        .isEqualTo(NO_PERMISSION))
                .hasMessageContaining("consume");
    }

    @Test
    void shouldLetNobodyElseEndATransaction() throws Exception {
        final String topic = unique("secrets");
        final DefaultMQProducer plain = producer(signedBy("root"));
        plain.send(message(topic, "first"));
        final TransactionMQProducer producer = new TransactionMQProducer(unique("producer"), signedBy("root"));
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(final Message message, final Object argument) {
                return LocalTransactionState.UNKNOW;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(final MessageExt message) {
                return LocalTransactionState.UNKNOW;
            }
        });
        start(producer);
        final SendResult half = producer.sendMessageInTransaction(message(topic, "undecided"), null);
        final MQClientAPIExt ann = PopClient.api(server, signedBy("ann"));
        afterwards(ann::shutdown);
        final EndTransactionRequestHeader end = new EndTransactionRequestHeader();
        end.setProducerGroup(producer.getProducerGroup());
        end.setTranStateTableOffset(half.getQueueOffset());
        // The number that this broker knows half messages by.
        end.setCommitLogOffset(half.getQueueOffset());
        end.setCommitOrRollback(MessageSysFlag.TRANSACTION_COMMIT_TYPE);
        ann.endTransactionOneway(server.brokerAddress(), end, "", 10_000);
        // An answer to what came after it on the same connection: the broker has looked at it.
        assertThatThrownBy(() -> ann.getMaxOffset(server.brokerAddress(), new MessageQueue(topic, "", 0), 10_000))
                .hasMessageContaining("ann");
        final MQClientAPIExt root = PopClient.api(server, signedBy("root"));
        afterwards(root::shutdown);
        long messages = 0;
        for (int queue = 0; queue < 4; queue++) {
            messages += root.getMaxOffset(server.brokerAddress(), new MessageQueue(topic, "", queue), 10_000);
        }
        assertThat(messages).as("committed").isEqualTo(1);
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
