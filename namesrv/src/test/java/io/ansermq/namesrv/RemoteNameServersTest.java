package io.ansermq.namesrv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that registers with name servers of other processes. */
class RemoteNameServersTest {

    private static final String HOST = "127.0.0.1";
    private static final TopicQueues FOUR = new TopicQueues(4, 4, 6, 0);

    private NameServer first;
    private NameServer second;

    @BeforeEach
    void startServers() throws Exception {
        first = NameServer.start(HOST, 0);
        second = NameServer.start(HOST, 0);
    }

    @AfterEach
    void stopServers() {
        first.close();
        second.close();
    }

    @Test
    void shouldRegisterWithAllNameServers() {
        try (RemoteNameServers registration = register("a")) {
            registration.addTopic("orders", FOUR);
            awaitRoute(first, "orders", "a:1");
            awaitRoute(second, "orders", "a:1");
            registration.removeTopic("orders");
            awaitNoRoute(first, "orders");
            awaitNoRoute(second, "orders");
        }
    }

    @Test
    void shouldSayGoodbye() {
        try (RemoteNameServers registration = register("a")) {
            registration.addTopic("orders", FOUR);
            awaitRoute(first, "orders", "a:1");
        }
        awaitNoRoute(first, "orders");
    }

    @Test
    void shouldRouteToAllBrokersOfACluster() {
        try (RemoteNameServers a = register("a");
                RemoteNameServers b = register("b")) {
            a.addTopic("orders", FOUR);
            b.addTopic("orders", FOUR);
            awaitRoute(first, "orders", "a:1");
            awaitRoute(first, "orders", "b:1");
            assertThat(ask(first, 106, Map.of())).contains("\"a\"", "\"b\"", "\"clusterAddrTable\"");
        }
    }

    @Test
    void shouldRegisterAgainWithANameServerThatWasAway() throws Exception {
        try (RemoteNameServers registration = register("a")) {
            registration.addTopic("orders", FOUR);
            awaitRoute(first, "orders", "a:1");
            final int port = first.port();
            first.close();
            registration.addTopic("prices", FOUR);
            awaitRoute(second, "prices", "a:1");
            first = NameServer.start(HOST, port);
            awaitRoute(first, "orders", "a:1");
            awaitRoute(first, "prices", "a:1");
        }
    }

    @Test
    void shouldKeepWritingForbiddenWhateverTheBrokerRegisters() {
        try (RemoteNameServers registration = register("a")) {
            registration.addTopic("orders", FOUR);
            awaitRoute(first, "orders", "\"perm\":6");
            assertThat(ask(first, 205, Map.of("brokerName", "a"))).isEmpty();
            awaitRoute(first, "orders", "\"perm\":4");
            registration.addTopic("orders", new TopicQueues(8, 8, 6, 0));
            awaitRoute(first, "orders", "\"readQueueNums\":8");
            assertThat(route(first, "orders")).contains("\"perm\":4");
            ask(first, 327, Map.of("brokerName", "a"));
            assertThat(route(first, "orders")).contains("\"perm\":6");
        }
    }

    @Test
    void shouldTellTheOrderOfATopic() {
        try (RemoteNameServers registration = register("a")) {
            registration.addTopic("orders", FOUR);
            awaitRoute(first, "orders", "a:1");
            ask(first, 100, Map.of("namespace", "ORDER_TOPIC_CONFIG", "key", "orders", "value", "a:4"));
            assertThat(route(first, "orders")).contains("\"orderTopicConf\":\"a:4\"");
            ask(first, 102, Map.of("namespace", "ORDER_TOPIC_CONFIG", "key", "orders"));
            assertThat(route(first, "orders")).doesNotContain("orderTopicConf");
        }
    }

    @Test
    void shouldRegisterMoreTopicsThanOneRequestHolds() {
        try (RemoteNameServers registration = register("a")) {
            for (int i = 0; i < 12_000; i++) {
                registration.addTopic("topic-" + i, FOUR);
            }
            awaitRoute(first, "topic-11999", "a:1");
            assertThat(route(first, "topic-0")).contains("a:1");
        }
    }

    @Test
    void shouldReadAddressesAsRocketMqWritesThem() {
        assertThat(RemoteNameServers.parse("a:1; b:2,[::1]:3;"))
                .extracting(InetSocketAddress::getHostString, InetSocketAddress::getPort)
                .containsExactly(tuple("a", 1), tuple("b", 2), tuple("[::1]", 3));
        assertThatThrownBy(() -> RemoteNameServers.parse("a")).hasMessageContaining("'a' is not host:port");
    }

    private RemoteNameServers register(final String name) {
        return RemoteNameServers.start(
                List.of(first.address(), second.address()), BrokerInfo.master("cluster", name, name + ":1"));
    }

    private static void awaitRoute(final NameServer server, final String topic, final String text) {
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(route(server, topic)).contains(text));
    }

    private static void awaitNoRoute(final NameServer server, final String topic) {
        await().untilAsserted(() -> assertThat(route(server, topic)).isEmpty());
    }

    private static String route(final NameServer server, final String topic) {
        return ask(server, RouteRequests.GET_ROUTEINFO_BY_TOPIC, Map.of("topic", topic));
    }

    /** The body of the answer. */
    private static String ask(final NameServer server, final int code, final Map<String, String> fields) {
        try {
            final Connection connection =
                    RemotingClient.connect(server.address(), TransportOptions.defaults(), 5_000, any -> new Silent());
            try {
                final RemotingCommand answer = connection
                        .request(RemotingCommand.request(code, fields, Unpooled.EMPTY_BUFFER), 5_000)
                        .get(5, TimeUnit.SECONDS);
                final String body = answer.body().toString(StandardCharsets.UTF_8);
                answer.release();
                return body;
            } finally {
                connection.close("asked");
            }
        } catch (final Exception e) {
            throw new AssertionError(e);
        }
    }

    private static final class Silent implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.release();
        }

        @Override
        public void onClosed(final Connection from, final @Nullable Throwable cause) {}
    }
}
