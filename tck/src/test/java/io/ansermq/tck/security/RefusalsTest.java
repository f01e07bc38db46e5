package io.ansermq.tck.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.ListDeadLetters;
import io.ansermq.remoting.protocol.ErrorCodes;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TransactionRolledBackException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever may not do something is told who may not do what, and there is one line about it in the audit log. */
class RefusalsTest {

    private static final String[] ROLES = {
        "role clerk send,create queue orders.*",
        "role clerk consume,browse queue replies",
        "role clerk consume topic prices",
        "member clerk ann"
    };

    @RegisterExtension
    final AuditLog audit = new AuditLog();

    @TempDir
    Path directory;

    private GuardedBroker broker;

    @BeforeEach
    void startBroker() throws Exception {
        broker = new GuardedBroker(
                directory, Map.of("bind", "0.0.0.0", "anonymous", "loopback", "anonymous-admin", "none"), ROLES);
        try (BrokerSession root = broker.session("root")) {
            for (final String queue : List.of("orders.eu", "replies", "DLQ.orders.eu")) {
                root.open(DestinationKind.QUEUE, queue);
            }
            root.open(DestinationKind.TOPIC, "prices");
        }
        assertThat(audit.lines()).isEmpty();
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"ann, guess, wrong password", "eve, eve, unknown user"})
    void shouldRefuseALogin(final String user, final String password, final String reason) {
        assertThatThrownBy(() -> new AnserConnectionFactory(broker.uri()).createConnection(user, password))
                .isInstanceOf(JMSSecurityException.class)
                // which of the two it is, a stranger is not told
                .hasMessageContaining("user '" + user + "' is unknown or the password is wrong");
        assertThat(audit.onlyLine())
                .startsWith("refused user='" + user + "' address=127.0.0.1:")
                .endsWith("action=login reason='" + reason + "'");
    }

    @Test
    void shouldRefuseClientsOfOtherMachinesThatNameNoUser() throws Exception {
        final Optional<String> other = addressOfThisMachine();
        assumeThat(other).as("an address of this machine besides loopback").isPresent();

        assertThatThrownBy(() ->
                        new AnserConnectionFactory("anser://" + other.get() + ":" + broker.port()).createConnection())
                .isInstanceOf(JMSSecurityException.class)
                .hasMessageContaining("without a user");
        assertThat(audit.onlyLine())
                .startsWith("refused user=- address=" + other.get() + ":")
                .contains("action=connect")
                .contains("anonymous");
        new AnserConnectionFactory(broker.uri()).createConnection().close();
    }

    private static Optional<String> addressOfThisMachine() throws Exception {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                .map(each -> each.getHostAddress())
                .findFirst();
    }

    private interface Deed {
        void by(Session session) throws JMSException;
    }

    private record Row(String permission, String destination, Deed deed) {
        @Override
        public String toString() {
            return permission + " " + destination;
        }
    }

    static Stream<Row> shouldRefuseWhatNoRoleAllows() {
        return Stream.of(
                new Row("send", "queue 'replies'", session -> session.createProducer(session.createQueue("replies"))
                        .send(session.createMessage())),
                new Row("send", "topic 'prices'", session -> session.createProducer(null)
                        .send(session.createTopic("prices"), session.createMessage())),
                new Row(
                        "consume",
                        "queue 'orders.eu'",
                        session -> session.createConsumer(session.createQueue("orders.eu"))),
                new Row(
                        "consume",
                        "queue 'DLQ.orders.eu'",
                        session -> session.createConsumer(session.createQueue("DLQ.orders.eu"))),
                new Row("browse", "queue 'orders.eu'", session -> session.createBrowser(
                                session.createQueue("orders.eu"))
                        .getEnumeration()),
                new Row("create", "queue 'others'", session -> session.createProducer(session.createQueue("others"))
                        .send(session.createMessage())),
                new Row(
                        "create",
                        "topic 'news'",
                        session -> session.createSharedDurableConsumer(session.createTopic("news"), "all")));
    }

    @ParameterizedTest
    @MethodSource
    void shouldRefuseWhatNoRoleAllows(final Row row) throws JMSException {
        try (Connection connection = broker.factory("ann").createConnection()) {
            final Session session = connection.createSession();
            assertThatThrownBy(() -> row.deed().by(session))
                    .isInstanceOf(JMSSecurityException.class)
                    .hasMessageContaining("user 'ann' may not " + row.permission())
                    .hasMessageContaining(row.destination())
                    .hasMessageContaining("anser role grant clerk " + row.permission());
            assertOneLine("permission=" + row.permission() + " destination=" + row.destination());
        }
    }

    private void assertOneLine(final String end) {
        assertThat(audit.onlyLine())
                .startsWith("refused user='ann' address=127.0.0.1:")
                .endsWith(end);
    }

    @Test
    void shouldRefuseToManageAndToAdminister() throws Exception {
        try (BrokerSession ann = broker.session("ann")) {
            assertRefused(() -> ann.delete(DestinationKind.QUEUE, "orders.eu"), "manage queue 'orders.eu'");
            assertOneLine("permission=manage destination=queue 'orders.eu'");
            audit.clear();
            assertRefused(
                    () -> ann.ask(new ListDeadLetters("DLQ.orders.eu", 0, 0), DeadLetters.class),
                    "manage queue 'DLQ.orders.eu'");
            assertOneLine("permission=manage destination=queue 'DLQ.orders.eu'");
            audit.clear();
            assertRefused(ann::status, "see how the broker is");
            assertOneLine("permission=administer action='see how the broker is'");
            audit.clear();
            assertRefused(() -> ann.transactions().list(), "list transactions");
            assertOneLine("permission=administer action='list transactions'");
        }
        try (BrokerSession root = broker.session("root")) {
            root.status();
            root.delete(DestinationKind.QUEUE, "orders.eu");
        }
    }

    private static void assertRefused(final ThrowingCallable deed, final String what) {
        assertThatThrownBy(deed)
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.error()).isEqualTo(ErrorCodes.AUTHORIZATION))
                .hasMessageContaining("user 'ann' may not " + what);
    }

    @Test
    void shouldAllowWhatRolesAllow() {
        try (JMSContext ann = broker.factory("ann").createContext();
                JMSContext root = broker.factory("root").createContext()) {
            ann.createProducer().send(ann.createQueue("orders.eu"), "1").send(ann.createQueue("orders.new"), "2");
            assertThat(root.createConsumer(root.createQueue("orders.new")).receiveBody(String.class, 20_000))
                    .isEqualTo("2");
            root.createProducer().send(root.createQueue("replies"), "3");
            assertThat(ann.createConsumer(ann.createQueue("replies")).receiveBody(String.class, 20_000))
                    .isEqualTo("3");
            ann.createSharedDurableConsumer(ann.createTopic("prices"), "all").close();
            ann.unsubscribe("all");
            assertThat(audit.lines()).isEmpty();
        }
    }

    @Test
    void shouldLetEverybodyAskAndAnswerByTemporaryQueues() throws JMSException {
        try (JMSContext bob = broker.factory("bob").createContext();
                JMSContext ann = broker.factory("ann").createContext()) {
            final TemporaryQueue answers = bob.createTemporaryQueue();
            ann.createProducer().send(answers, "here");
            final JMSConsumer consumer = bob.createConsumer(answers);
            assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo("here");
            consumer.close();
            answers.delete();
        }
    }

    @Test
    void shouldRollATransactionBackThatSendsWhereItMayNot() throws JMSException {
        try (Connection connection = broker.factory("ann").createConnection()) {
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            session.createProducer(session.createQueue("orders.eu")).send(session.createMessage());
            session.createProducer(session.createQueue("replies")).send(session.createMessage());
            assertThatThrownBy(session::commit)
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("user 'ann' may not send to queue 'replies'");
            assertOneLine("permission=send destination=queue 'replies'");
        }
    }

    /** Whoever consumes already, when the role is taken away, is put out and told why. */
    @Test
    void shouldPutOutWhoMayNotConsumeAnyMore() throws Exception {
        try (Connection connection = broker.factory("ann").createConnection()) {
            final List<String> told = new CopyOnWriteArrayList<>();
            connection.setExceptionListener(e -> told.add(e.getMessage()));
            final Session session = connection.createSession();
            session.createConsumer(session.createQueue("replies"));
            connection.start();

            broker.roles("role clerk send queue replies", "member clerk ann");

            await().untilAsserted(() -> assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("user 'ann' may not consume from queue 'replies'"));
            assertOneLine("permission=consume destination=queue 'replies'");
        }
    }

    @Test
    void shouldFollowTheFileOfRoles() throws Exception {
        try (JMSContext ann = broker.factory("ann").createContext()) {
            final var replies = ann.createQueue("replies");
            assertThatThrownBy(() -> ann.createProducer().send(replies, "x"))
                    .isInstanceOf(JMSSecurityRuntimeException.class);
            broker.roles("role clerk send queue replies", "member clerk ann");
            await().ignoreExceptions().untilAsserted(() -> ann.createProducer().send(replies, "x"));
            // What was refused over and over is one line for each time that the rules were read.
            assertThat(audit.lines()).hasSize(1);
        }
    }
}
