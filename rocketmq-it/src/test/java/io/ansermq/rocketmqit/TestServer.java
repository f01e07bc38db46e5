package io.ansermq.rocketmqit;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.rocketmq.NameServerRights;
import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.Guard;
import io.ansermq.namesrv.NameServer;
import io.ansermq.namesrv.Registration;
import io.ansermq.remoting.protocol.Json;
import io.ansermq.tools.server.TopicNews;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A name server and a broker in this JVM, on ports that the system chose. */
final class TestServer implements AutoCloseable {

    static final String BROKER = "broker-a";

    /** RocketMQ's bits of what a topic may be used for. */
    static final int READ_WRITE = 6;

    static final int WRITE_ONLY = 2;

    private static final int UPDATE_AND_CREATE_TOPIC = 17;
    private static final int UPDATE_AND_CREATE_SUBSCRIPTION_GROUP = 200;

    private final NameServer nameServer;
    private final Path data;
    private final Map<String, String> more;
    private Broker broker;
    private @Nullable RequestRecorder nameServerRecorder;
    private @Nullable RequestRecorder brokerRecorder;

    private TestServer(final NameServer nameServer, final Path data, final Map<String, String> more) {
        this.nameServer = nameServer;
        this.data = data;
        this.more = more;
    }

    static TestServer start(final Path data, final Map<String, String> more) throws IOException {
        final BrokerOptions.Builder encryption = BrokerOptions.builder();
        more.forEach((name, value) -> {
            if (name.startsWith("tls")) {
                encryption.set(name, value);
            }
        });
        final TestServer server = new TestServer(
                NameServer.start("127.0.0.1", 0, encryption.build().encryption()), data, more);
        if (RequestRecorder.FILE != null) {
            server.nameServerRecorder = RequestRecorder.before("namesrv", server.nameServer::port);
            server.brokerRecorder = RequestRecorder.before("broker", () -> server.broker.port());
        }
        server.startBroker(0);
        return server;
    }

    private void startBroker(final int port) throws IOException {
        final BrokerOptions.Builder options = BrokerOptions.builder();
        if (brokerRecorder != null) {
            options.set("advertise", brokerAddress());
        }
        broker = Broker.start(options.setAll(Map.of(
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
        final NameServerRights rights = broker.nameServerRights();
        nameServer.guardedBy((request, from) -> rights.refusal(request, from, Guard.isAdministration(request.code())));
        final Registration registration =
                nameServer.register(BrokerInfo.master("DefaultCluster", BROKER, brokerAddress()), Map.of());
        broker.onTopics(new TopicNews(registration::addTopic, registration::removeTopic));
    }

    /** Stops the broker and starts it again on the same data and port. */
    void restart() throws IOException {
        restart(() -> {});
    }

    /** What is done to the data while the broker is down. */
    interface Damage {
        void happen() throws IOException;
    }

    void restart(final Damage meanwhile) throws IOException {
        final int port = broker.port();
        broker.close();
        meanwhile.happen();
        startBroker(port);
    }

    /** Where the broker's data is. */
    Path data() {
        return data;
    }

    /** Makes a topic that is as wide as this. */
    void createTopic(final String topic, final int queues) throws IOException {
        createTopic(topic, queues, READ_WRITE, "");
    }

    /** Says who may read and write a topic of four queues. */
    void permit(final String topic, final int permission) throws IOException {
        createTopic(topic, 4, permission, "");
    }

    /** Makes a topic, or changes it: how wide, who may use it, with RocketMQ's {@code +name=value} attributes. */
    void createTopic(final String topic, final int queues, final int permission, final String attributes)
            throws IOException {
        final String width = Integer.toString(queues);
        ask(
                UPDATE_AND_CREATE_TOPIC,
                Map.of(
                        "topic",
                        topic,
                        "readQueueNums",
                        width,
                        "writeQueueNums",
                        width,
                        "perm",
                        Integer.toString(permission),
                        "attributes",
                        attributes),
                "");
    }

    /** Makes a consumer group, or says whether it may consume. */
    void createGroup(final String group, final boolean mayConsume) throws IOException {
        ask(
                UPDATE_AND_CREATE_SUBSCRIPTION_GROUP,
                Map.of(),
                Json.text(Map.of("groupName", group, "consumeEnable", mayConsume)));
    }

    /** Sends the broker a request as an administrator's tool would, without the official client: it has changed its API. */
    private void ask(final int code, final Map<String, String> fields, final String body) throws IOException {
        final byte[] header = Json.text(Map.of("code", code, "extFields", fields, "flag", 0, "language", "JAVA"))
                .getBytes(StandardCharsets.UTF_8);
        final byte[] content = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", brokerPort())) {
            final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(Integer.BYTES + header.length + content.length);
            out.writeInt(header.length);
            out.write(header);
            out.write(content);
            out.flush();
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            final byte[] answer = in.readNBytes(in.readInt());
            final int length = ByteBuffer.wrap(answer).getInt();
            final Map<String, Object> said =
                    Json.object(Arrays.copyOfRange(answer, Integer.BYTES, Integer.BYTES + length));
            if (!Long.valueOf(0).equals(said.get("code"))) {
                throw new IllegalStateException("the broker refused request " + code + ": " + said);
            }
        }
    }

    String nameServerAddress() {
        return "127.0.0.1:" + (nameServerRecorder == null ? nameServer.port() : nameServerRecorder.port());
    }

    String brokerAddress() {
        return "127.0.0.1:" + (brokerRecorder == null ? broker.port() : brokerRecorder.port());
    }

    int nameServerPort() {
        return nameServer.port();
    }

    /** Connections that are open now, to the broker and to the name server. */
    int connections() {
        return broker.connections() + nameServer.connections();
    }

    int brokerPort() {
        return broker.port();
    }

    @Override
    public void close() {
        broker.close();
        nameServer.close();
        if (nameServerRecorder != null) {
            nameServerRecorder.close();
        }
        if (brokerRecorder != null) {
            brokerRecorder.close();
        }
    }
}
