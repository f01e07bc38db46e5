package io.ansermq.rocketmqit;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.rocketmq.TopicListener;
import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.NameServer;
import io.ansermq.namesrv.Registration;
import io.ansermq.namesrv.TopicQueues;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

/** A name server and a broker in this JVM, on ports that the system chose. */
final class TestServer implements AutoCloseable {

    static final String BROKER = "broker-a";

    private final NameServer nameServer;
    private final Path data;
    private final Map<String, String> more;
    private Broker broker;

    private TestServer(final NameServer nameServer, final Path data, final Map<String, String> more) {
        this.nameServer = nameServer;
        this.data = data;
        this.more = more;
    }

    static TestServer start(final Path data, final Map<String, String> more) throws IOException {
        final TestServer server = new TestServer(NameServer.start("127.0.0.1", 0), data, more);
        server.startBroker(0);
        return server;
    }

    private void startBroker(final int port) throws IOException {
        broker = Broker.start(BrokerOptions.builder()
                .setAll(Map.of(
                        "name",
                        BROKER,
                        "data",
                        data.toString(),
                        "port",
                        Integer.toString(port),
                        "segment-size",
                        "16MiB",
                        "staging-size",
                        "9MiB",
                        "min-free-disk",
                        "32MiB"))
                .setAll(more)
                .build());
        final InetSocketAddress address = (InetSocketAddress) broker.advertisedAddress();
        final Registration registration = nameServer.register(
                BrokerInfo.master("DefaultCluster", BROKER, "127.0.0.1:" + address.getPort()), Map.of());
        broker.onTopics(new TopicListener() {
            @Override
            public void topic(
                    final String topic,
                    final int readQueues,
                    final int writeQueues,
                    final int permission,
                    final int sysFlag) {
                registration.addTopic(topic, new TopicQueues(readQueues, writeQueues, permission, sysFlag));
            }

            @Override
            public void gone(final String topic) {
                registration.removeTopic(topic);
            }
        });
    }

    /** Stops the broker and starts it again on the same data and port. */
    void restart() throws IOException {
        final int port = broker.port();
        broker.close();
        startBroker(port);
    }

    String nameServerAddress() {
        return "127.0.0.1:" + nameServer.port();
    }

    String brokerAddress() {
        return "127.0.0.1:" + broker.port();
    }

    int brokerPort() {
        return broker.port();
    }

    @Override
    public void close() {
        broker.close();
        nameServer.close();
    }
}
