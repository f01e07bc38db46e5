package io.ansermq.namesrv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The name server as its peers see it, over real sockets. */
class NameServerTest {

    private static final String HOST = "127.0.0.1";
    private static final BrokerInfo LOCAL = BrokerInfo.master("cluster", "local", "127.0.0.1:10911");
    private static final String ORDERS = """
            {"topicConfigSerializeWrapper":{"topicConfigTable":{
              "orders":{"topicName":"orders","readQueueNums":8,"writeQueueNums":4,"perm":6,"topicSysFlag":0}}}}
            """;

    private final AtomicLong nowNs = new AtomicLong();
    private final List<Connection> connections = new ArrayList<>();
    private NameServer nameServer;

    @BeforeEach
    void start() throws IOException {
        nameServer = NameServer.start(HOST, 0, Encryption.NONE, nowNs::get);
    }

    @AfterEach
    void stop() {
        connections.forEach(connection -> connection.close("the test is over"));
        nameServer.close();
    }

    @Test
    void shouldRouteToABrokerOfThisProcess() throws Exception {
        final Registration registration = nameServer.register(LOCAL, Map.of("orders", TopicQueues.LANES));
        registration.addTopic("prices", TopicQueues.LANES);
        final Connection client = connect();
        assertThat(masters(client, null)).containsExactly("127.0.0.1:10911");
        assertThat(masters(client, "orders")).containsExactly("127.0.0.1:10911");
        assertThat(route(client, "prices"))
                .isEqualTo("{\"brokerDatas\":[{\"brokerAddrs\":{\"0\":\"127.0.0.1:10911\"},\"brokerName\":\"local\","
                        + "\"cluster\":\"cluster\",\"enableActingMaster\":false}],\"filterServerTable\":{},"
                        + "\"queueDatas\":[{\"brokerName\":\"local\",\"perm\":6,\"readQueueNums\":10,"
                        + "\"topicSysFlag\":0,\"writeQueueNums\":1}]}");

        registration.removeTopic("prices");
        assertThat(askForRoute(client, "prices").code()).isEqualTo(RouteRequests.TOPIC_NOT_EXIST);
        registration.close();
        assertThat(masters(client, null)).isEmpty();
    }

    @Test
    void shouldRouteToABrokerOfAnotherProcess() throws Exception {
        final Connection broker = connect();
        assertThat(register(broker, "a", 0, "host-a:10911").code()).isEqualTo(RouteRequests.SUCCESS);
        final Connection client = connect();
        assertThat(masters(client, "orders")).containsExactly("host-a:10911");
        assertThat(route(client, "orders"))
                .contains("\"brokerAddrs\":{\"0\":\"host-a:10911\"}")
                .contains("\"readQueueNums\":8")
                .contains("\"writeQueueNums\":4");

        assertThat(request(
                                broker,
                                RouteRequests.UNREGISTER_BROKER,
                                Map.of("brokerName", "a", "brokerAddr", "host-a:10911", "brokerId", "0"),
                                "")
                        .code())
                .isEqualTo(RouteRequests.SUCCESS);
        assertThat(masters(client, null)).isEmpty();
    }

    @Test
    void shouldTellASlaveItsMaster() throws Exception {
        final Connection broker = connect();
        assertThat(register(broker, "a", 0, "host-a:10911").extFields()).isEmpty();
        assertThat(register(broker, "a", 1, "host-b:10911").extFields())
                .containsEntry("masterAddr", "host-a:10911")
                .containsEntry("haServerAddr", "host:10912");
    }

    @Test
    void shouldForgetABrokerWhenItsConnectionCloses() throws Exception {
        final Connection broker = connect();
        register(broker, "a", 0, "host-a:10911");
        final Connection client = connect();
        assertThat(masters(client, null)).hasSize(1);
        broker.close("its process ended");
        await().until(() -> masters(client, null).isEmpty());
        assertThat(askForRoute(client, "orders").code()).isEqualTo(RouteRequests.TOPIC_NOT_EXIST);
    }

    @Test
    void shouldForgetABrokerThatIsSilentForTooLong() throws Exception {
        final Connection broker = connect();
        register(broker, "a", 0, "host-a:10911");
        nameServer.register(LOCAL, Map.of());
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(120));
        nameServer.scan();
        assertThat(masters(broker, null)).hasSize(2);
        nowNs.addAndGet(1);
        nameServer.scan();
        assertThat(masters(broker, null))
                .as("a broker of this process is never silent")
                .containsExactly(LOCAL.address());
    }

    @Test
    void shouldSayThatNobodyServesATopic() throws Exception {
        final RemotingCommand answer = askForRoute(connect(), "nowhere");
        assertThat(answer.code()).isEqualTo(RouteRequests.TOPIC_NOT_EXIST);
        assertThat(answer.remark()).contains("nowhere");
    }

    @Test
    void shouldNameTheRequestItDoesNotSupport() throws Exception {
        final RemotingCommand answer = request(connect(), 9_999, Map.of(), "");
        assertThat(answer.code()).isEqualTo(RouteRequests.REQUEST_CODE_NOT_SUPPORTED);
        assertThat(answer.remark()).isEqualTo("request code 9999 is not supported by this name server");
    }

    @Test
    void shouldTellAClientThatItIsNoBroker() throws Exception {
        nameServer.register(LOCAL, Map.of());
        final Connection client = connect();
        final ControlHeader answer = ask(client, new ConnectionHeader.Connect(1, "test", null, null, null));
        assertThat(answer).isInstanceOfSatisfying(ConnectionHeader.Failure.class, failure -> {
            assertThat(failure.error()).isEqualTo(ErrorCodes.PROTOCOL);
            assertThat(failure.text()).contains("name server").contains("Connect");
        });
        assertThat(masters(client, null)).as("and goes on").containsExactly(LOCAL.address());
    }

    @Test
    void shouldRefuseARegistrationItDoesNotUnderstand() throws Exception {
        final Connection broker = connect();
        assertThat(refusal(broker, Map.of("brokerAddr", "h:1"), ORDERS)).isEqualTo("the field brokerName is missing");
        assertThat(refusal(broker, broker("brokerAddr", "nowhere"), ORDERS)).contains("'nowhere' is not host:port");
        assertThat(refusal(broker, broker("brokerId", "first"), ORDERS)).contains("brokerId is not a number: first");
        assertThat(refusal(broker, broker("compressed", "true"), ORDERS)).contains("compressedRegister=false");
        assertThat(refusal(broker, broker("bodyCrc32", "12345"), ORDERS)).contains("does not match its bodyCrc32");
        assertThat(refusal(broker, broker("brokerId", "0"), "{")).contains("not JSON");
        assertThat(masters(broker, null)).isEmpty();
    }

    @Test
    void shouldCheckTheBodyOfARegistration() throws Exception {
        final CRC32 crc = new CRC32();
        crc.update(ORDERS.getBytes(UTF_8));
        final Map<String, String> fields = broker("bodyCrc32", String.valueOf(crc.getValue() & 0x7FFF_FFFF));
        assertThat(request(connect(), RouteRequests.REGISTER_BROKER, fields, ORDERS)
                        .code())
                .isEqualTo(RouteRequests.SUCCESS);
    }

    @Test
    void shouldAnswerOldClientsInTheFormTheyRead() throws Exception {
        nameServer.register(LOCAL, Map.of("orders", TopicQueues.LANES));
        assertThat(rawRoute(RouteRequests.VERSION_4_9_4 - 1, "")).contains("{0:\"127.0.0.1:10911\"}");
        assertThat(rawRoute(RouteRequests.VERSION_4_9_4, "")).contains("{\"0\":\"127.0.0.1:10911\"}");
        assertThat(rawRoute(1, ",\"acceptStandardJsonOnly\":\"true\"")).contains("{\"0\":\"127.0.0.1:10911\"}");
    }

    @Test
    void shouldAnswerManyRequestsThatDoNotWait() throws Exception {
        nameServer.register(LOCAL, Map.of("orders", TopicQueues.LANES));
        final Connection client = connect();
        final List<CompletableFuture<RemotingCommand>> answers = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            answers.add(client.request(routeRequest("orders"), 30_000));
        }
        for (final CompletableFuture<RemotingCommand> answer : answers) {
            final RemotingCommand command = answer.get();
            assertThat(command.code()).isEqualTo(RouteRequests.SUCCESS);
            command.release();
        }
    }

    @Test
    void shouldSayThatThePortIsTaken() {
        assertThatThrownBy(() -> NameServer.start(HOST, nameServer.port()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(String.valueOf(nameServer.port()));
    }

    @Test
    void shouldListenNoMoreOnceClosed() throws Exception {
        final Connection client = connect();
        nameServer.close();
        await().until(() -> !client.isOpen());
        nameServer.register(LOCAL, Map.of()).close();
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    private Connection connect() throws IOException {
        final Connection connection = RemotingClient.connect(
                nameServer.address(), TransportOptions.defaults(), 10_000, ignored -> new Silent());
        connections.add(connection);
        return connection;
    }

    private static RemotingCommand register(
            final Connection broker, final String name, final long id, final String address) throws Exception {
        final Map<String, String> fields = Map.of(
                "brokerName", name,
                "brokerAddr", address,
                "brokerId", String.valueOf(id),
                "clusterName", "cluster",
                "haServerAddr", "host:10912",
                "compressed", "false",
                "bodyCrc32", "0");
        return request(broker, RouteRequests.REGISTER_BROKER, fields, ORDERS);
    }

    /** The fields of a registration, one of them different. */
    private static Map<String, String> broker(final String field, final String value) {
        final Map<String, String> fields = new HashMap<>(Map.of("brokerName", "a", "brokerAddr", "h:1"));
        fields.put(field, value);
        return fields;
    }

    private static String refusal(final Connection broker, final Map<String, String> fields, final String body)
            throws Exception {
        final RemotingCommand answer = request(broker, RouteRequests.REGISTER_BROKER, fields, body);
        assertThat(answer.code()).isEqualTo(RouteRequests.SYSTEM_ERROR);
        return String.valueOf(answer.remark());
    }

    private static RemotingCommand request(
            final Connection connection, final int code, final Map<String, String> fields, final String body)
            throws Exception {
        return connection
                .request(RemotingCommand.request(code, fields, Unpooled.copiedBuffer(body, UTF_8)), 10_000)
                .get();
    }

    private static RemotingCommand routeRequest(final String topic) {
        return RemotingCommand.request(
                RouteRequests.GET_ROUTEINFO_BY_TOPIC, Map.of("topic", topic), Unpooled.EMPTY_BUFFER);
    }

    private static RemotingCommand askForRoute(final Connection client, final String topic) throws Exception {
        return client.request(routeRequest(topic), 10_000).get();
    }

    private static String route(final Connection client, final String topic) throws Exception {
        final RemotingCommand answer = askForRoute(client, topic);
        assertThat(answer.code()).as(String.valueOf(answer.remark())).isEqualTo(RouteRequests.SUCCESS);
        final String body = answer.body().toString(UTF_8);
        answer.release();
        return body;
    }

    private static ControlHeader ask(final Connection client, final ControlHeader header) throws Exception {
        return client.request(RemotingCommand.control(header, 1), 10_000).get().control();
    }

    private static List<String> masters(final Connection client, final @Nullable String topic) throws Exception {
        return ((ConnectionHeader.Routes) ask(client, new ConnectionHeader.GetRoutes(topic))).brokers();
    }

    /** Asks for a route with bytes as an official client of that version sends them. */
    private String rawRoute(final int version, final String moreFields) throws IOException {
        final byte[] header = ("{\"code\":105,\"extFields\":{\"topic\":\"orders\"" + moreFields
                        + "},\"flag\":0,\"language\":\"JAVA\",\"opaque\":7,\"serializeTypeCurrentRPC\":\"JSON\",\"version\":"
                        + version + "}")
                .getBytes(UTF_8);
        try (Socket socket = new Socket(HOST, nameServer.port())) {
            final DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(4 + header.length);
            out.writeInt(header.length);
            out.write(header);
            out.flush();
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            final byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return new String(frame, UTF_8);
        }
    }

    /** A peer that is asked nothing. */
    private static final class Silent implements ConnectionHandler {
        @Override
        public void onCommand(final Connection connection, final RemotingCommand command) {
            command.release();
        }

        @Override
        public void onClosed(final Connection connection, final @Nullable Throwable cause) {}
    }
}
