package io.ansermq.namesrv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {

    private static final TopicQueues QUEUES = new TopicQueues(8, 4, 6, 0);
    private static final BrokerInfo A = BrokerInfo.master("c", "a", "host-a:10911");
    private static final BrokerInfo A_SLAVE = new BrokerInfo("c", "a", 1, "host-a2:10911", "host-a2:10912");
    private static final BrokerInfo B = BrokerInfo.master("c", "b", "host-b:10911");

    private final RouteTable table = new RouteTable();

    @Test
    void shouldRouteATopicToTheBrokersThatRegisteredIt() {
        register(A, "orders", "prices");
        register(B, "prices");
        assertThat(table.routes("orders")).singleElement().satisfies(route -> {
            assertThat(route.name()).isEqualTo("a");
            assertThat(route.cluster()).isEqualTo("c");
            assertThat(route.addresses()).containsExactly(Map.entry(0L, "host-a:10911"));
            assertThat(route.queues()).isEqualTo(QUEUES);
        });
        assertThat(table.routes("prices")).extracting(RouteTable.Route::name).containsExactly("a", "b");
        assertThat(table.routes("other")).isEmpty();
    }

    @Test
    void shouldSayWhereTheRetryTopicOfANewGroupWillBe() {
        register(A, "orders");
        register(B, "%RETRY%known");
        assertThat(table.routes("%RETRY%new"))
                .extracting(RouteTable.Route::name, RouteTable.Route::queues)
                .containsExactly(tuple("a", TopicQueues.RETRY), tuple("b", TopicQueues.RETRY));
        assertThat(table.routes("%RETRY%known"))
                .extracting(RouteTable.Route::name)
                .containsExactly("b");
    }

    @Test
    void shouldNameTheMastersThatServeATopicOrElseAll() {
        register(A, "orders");
        register(A_SLAVE, "orders");
        register(B);
        assertThat(table.masters("orders")).containsExactly("host-a:10911");
        assertThat(table.masters("new")).containsExactly("host-a:10911", "host-b:10911");
        assertThat(table.masters(null)).containsExactly("host-a:10911", "host-b:10911");
    }

    @Test
    void shouldAddTopicsThatAreRegisteredOneByOne() {
        register(A, "orders");
        register(A, "prices");
        register(A);
        assertThat(table.routes("orders")).hasSize(1);
        assertThat(table.routes("prices")).hasSize(1);
    }

    @Test
    void shouldTakeTopicsFromMastersAlone() {
        register(A_SLAVE, "orders");
        assertThat(table.routes("orders")).isEmpty();
    }

    @Test
    void shouldTellASlaveItsMaster() {
        assertThat(register(A_SLAVE)).isNull();
        assertThat(register(A)).isEqualTo(A);
        assertThat(register(A_SLAVE)).isEqualTo(A);
    }

    @Test
    void shouldNotKnowABrokerThatUnregistered() {
        register(A, "orders");
        register(A_SLAVE);
        table.unregister("a", A.address());
        assertThat(table.masters(null)).isEmpty();
        assertThat(table.routes("orders"))
                .as("its slave still has the messages")
                .hasSize(1);

        table.unregister("a", A_SLAVE.address());
        assertThat(table.routes("orders")).isEmpty();
        table.unregister("a", A_SLAVE.address());
    }

    @Test
    void shouldForgetABrokerWithItsOwner() {
        table.register(A, Map.of("orders", QUEUES), "connection 1", 0, RouteTable.NEVER);
        table.register(A, Map.of(), "connection 2", 0, RouteTable.NEVER);
        table.ownerGone("connection 1");
        assertThat(table.routes("orders"))
                .as("it has registered by another connection since")
                .hasSize(1);
        table.ownerGone("connection 2");
        assertThat(table.routes("orders")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -100, Long.MAX_VALUE - 50}) // a clock may begin anywhere and pass the end of its range
    void shouldForgetABrokerThatIsSilentForTooLong(final long start) {
        table.register(A, Map.of(), this, start, 100);
        table.register(B, Map.of(), this, start, RouteTable.NEVER);
        assertThat(table.expire(start + 100)).isEmpty();
        table.register(A, Map.of(), this, start + 100, 100);
        assertThat(table.expire(start + 200)).isEmpty();
        assertThat(table.expire(start + 201)).containsExactly(A);
        assertThat(table.masters(null)).containsExactly("host-b:10911");
    }

    @Test
    void shouldTakeASlaveThatBecameMasterForOneBroker() {
        register(A_SLAVE);
        register(new BrokerInfo("c", "a", BrokerInfo.MASTER, A_SLAVE.address(), ""), "orders");
        assertThat(table.routes("orders")).singleElement().satisfies(route -> assertThat(route.addresses())
                .containsOnlyKeys(0L));
    }

    @Test
    void shouldForgetATopicThatIsNotServedAnyMore() {
        register(A, "orders");
        table.stopServing("a", "orders");
        table.stopServing("unknown", "orders");
        assertThat(table.routes("orders")).isEmpty();
        assertThat(table.masters(null)).hasSize(1);
    }

    @Test
    void shouldRefuseTooManyBrokersButNotTheOnesItKnows() {
        for (int i = 0; i < RouteTable.MAX_BROKERS; i++) {
            register(BrokerInfo.master("c", "broker-" + i, "host:" + i));
        }
        assertThatThrownBy(() -> register(A)).hasMessageContaining("1000 brokers already");
        register(BrokerInfo.master("c", "broker-7", "elsewhere:7"), "orders");
        assertThat(table.masters("orders")).containsExactly("elsewhere:7");
        table.unregister("broker-1", "host:1");
        register(A);
    }

    @Test
    void shouldRefuseBrokersThatNobodyCouldFind() {
        assertThatThrownBy(() -> BrokerInfo.master("c", "a", "host")).hasMessageContaining("'host' is not host:port");
        assertThatThrownBy(() -> BrokerInfo.master("c", "a", ":10911")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> BrokerInfo.master("c", "a", "host:70000")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> BrokerInfo.master("c", " ", "host:1")).hasMessageContaining("a name");
        assertThatThrownBy(() -> new BrokerInfo("c", "a", -1, "host:1", "")).hasMessageContaining("negative id");
    }

    private BrokerInfo register(final BrokerInfo broker, final String... topics) {
        final Map<String, TopicQueues> served = new HashMap<>();
        for (final String topic : topics) {
            served.put(topic, QUEUES);
        }
        return table.register(broker, served, this, 0, RouteTable.NEVER);
    }
}
