package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.NameServer;
import io.ansermq.namesrv.RemoteNameServers;
import io.ansermq.tools.server.TopicNews;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two name servers and two brokers of one cluster, all by themselves, with official clients. */
class SeveralServersTest {

    /** A broker that registers with both name servers. */
    private record Member(Broker broker, RemoteNameServers registrations) implements AutoCloseable {
        String address() {
            return "127.0.0.1:" + broker.port();
        }

        @Override
        public void close() {
            registrations.close();
            broker.close();
        }
    }

    @TempDir
    private Path data;

    private final List<NameServer> nameServers = new ArrayList<>();
    private final List<Member> brokers = new ArrayList<>();
    private final DefaultMQAdminExt admin = new DefaultMQAdminExt(30_000);
    private final DefaultMQProducer producer = new DefaultMQProducer(RocketMqScenario.unique("producer"));
    private final DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(RocketMqScenario.unique("group"));

    @BeforeEach
    void start() throws Exception {
        nameServers.add(NameServer.start("127.0.0.1", 0));
        nameServers.add(NameServer.start("127.0.0.1", 0));
        brokers.add(broker("broker-a"));
        brokers.add(broker("broker-b"));
        admin.setNamesrvAddr(addresses());
        admin.setInstanceName(RocketMqScenario.unique("admin"));
        admin.start();
        producer.setNamesrvAddr(addresses());
        producer.setInstanceName(RocketMqScenario.unique("instance"));
        producer.setPollNameServerInterval(1_000);
        consumer.setNamesrvAddr(addresses());
        consumer.setInstanceName(RocketMqScenario.unique("instance"));
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    }

    @AfterEach
    void stop() {
        producer.shutdown();
        consumer.shutdown();
        admin.shutdown();
        brokers.forEach(Member::close);
        nameServers.forEach(NameServer::close);
    }

    private Member broker(final String name) throws IOException {
        final Broker broker = Broker.start(BrokerOptions.builder()
                .setAll(Map.of(
                        "name", name,
                        "data", data.resolve(name).toString(),
                        "port", "0",
                        "segment-size", "16MiB",
                        "staging-size", "9MiB",
                        "min-free-disk", "32MiB"))
                .build());
        final RemoteNameServers registrations = RemoteNameServers.start(
                nameServers.stream().map(NameServer::address).toList(),
                BrokerInfo.master("DefaultCluster", name, "127.0.0.1:" + broker.port()));
        broker.onTopics(new TopicNews(registrations::addTopic, registrations::removeTopic));
        return new Member(broker, registrations);
    }

    private String addresses() {
        return "127.0.0.1:" + nameServers.get(0).port() + ";127.0.0.1:"
                + nameServers.get(1).port();
    }

    @Test
    void shouldSpreadATopicOverBothBrokersAndOutliveANameServer() throws Exception {
        final String topic = RocketMqScenario.unique("topic");
        for (final Member broker : brokers) {
            admin.createAndUpdateTopicConfig(broker.address(), new TopicConfig(topic, 2, 2, 6));
        }
        awaitRoutes(topic, 2);
        final ClusterInfo cluster = admin.examineBrokerClusterInfo();
        assertThat(cluster.getClusterAddrTable().get("DefaultCluster")).containsOnly("broker-a", "broker-b");

        final RocketMqScenario.Inbox inbox = new RocketMqScenario.Inbox();
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        producer.start();
        final Set<String> stored = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            stored.add(producer.send(RocketMqScenario.message(topic, "first " + i))
                    .getMessageQueue()
                    .getBrokerName());
        }
        assertThat(stored).containsOnly("broker-a", "broker-b");

        nameServers.remove(0).close();
        for (int i = 0; i < 8; i++) {
            producer.send(RocketMqScenario.message(topic, "second " + i));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> new HashSet<>(inbox.bodies()).size() == 16);
    }

    @Test
    void shouldSendToTheBrokerThatMayBeWrittenTo() throws Exception {
        final String topic = RocketMqScenario.unique("topic");
        for (final Member broker : brokers) {
            admin.createAndUpdateTopicConfig(broker.address(), new TopicConfig(topic, 2, 2, 6));
        }
        awaitRoutes(topic, 2);
        for (final NameServer nameServer : nameServers) {
            final String address = "127.0.0.1:" + nameServer.port();
            assertThat(admin.wipeWritePermOfBroker(address, "broker-a")).isPositive();
        }
        producer.start();
        for (int i = 0; i < 6; i++) {
            assertThat(producer.send(RocketMqScenario.message(topic, "x"))
                            .getMessageQueue()
                            .getBrokerName())
                    .isEqualTo("broker-b");
        }
    }

    @Test
    void shouldSendToTheBrokerThatIsLeft() throws Exception {
        final String topic = RocketMqScenario.unique("topic");
        for (final Member broker : brokers) {
            admin.createAndUpdateTopicConfig(broker.address(), new TopicConfig(topic, 2, 2, 6));
        }
        awaitRoutes(topic, 2);
        producer.start();
        producer.send(RocketMqScenario.message(topic, "x"));
        brokers.remove(0).close();
        awaitRoutes(topic, 1);
        for (int i = 0; i < 6; i++) {
            assertThat(producer.send(RocketMqScenario.message(topic, "x"))
                            .getMessageQueue()
                            .getBrokerName())
                    .isEqualTo("broker-b");
        }
    }

    private void awaitRoutes(final String topic, final int count) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> admin.examineTopicRouteInfo(topic).getBrokerDatas().size() == count);
    }
}
