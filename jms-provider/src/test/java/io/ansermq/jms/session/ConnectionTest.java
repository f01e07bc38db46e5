package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.jms.config.OptionValues;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Connecting, client identifiers, losing the connection: Jakarta Messaging 3.1, section 6.1. */
class ConnectionTest extends SessionFixture {

    @Test
    void shouldRefuseAWrongUserWhenConnecting() {
        final ConnectionUri uri = ConnectionUri.parse(broker.uri());
        final ConnectionSettings settings =
                ConnectionSettings.of(uri, new OptionValues(), MiniBroker.BAD_USER, "guess");

        assertThatThrownBy(() -> JmsConnection.open(settings, Domain.ANY))
                .isInstanceOf(JMSSecurityException.class)
                .hasMessageContaining("wrong user");
    }

    @Test
    void shouldSayWhereThereIsNoBroker() {
        final String uri = broker.uri();
        broker.close();
        final ConnectionSettings settings =
                ConnectionSettings.of(ConnectionUri.parse(uri), new OptionValues(), null, null);

        assertThatThrownBy(() -> JmsConnection.open(settings, Domain.ANY))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining(uri.substring("anser://".length()));
    }

    @Test
    void shouldTakeTheFirstBrokerThatAnswers() throws Exception {
        final MiniBroker dead = new MiniBroker();
        final String list = dead.uri() + "," + broker.uri().substring("anser://".length());
        dead.close();
        final ConnectionSettings settings =
                ConnectionSettings.of(ConnectionUri.parse(list), new OptionValues(), null, null);

        try (JmsConnection other = JmsConnection.open(settings, Domain.ANY)) {
            assertThat(other.createSession()).isNotNull();
        }
    }

    @Test
    void shouldTakeAClientIdBeforeAnythingElse() throws JMSException {
        try (JmsConnection other = connect()) {
            assertThat(other.getClientID()).isNull();
            other.setClientID("me");
            assertThat(other.getClientID()).isEqualTo("me");

            assertThatThrownBy(() -> other.setClientID("you")).isInstanceOf(IllegalStateException.class);
            other.start();
            final Session session = other.createSession();
            send("a");
            assertThat(receive(session.createConsumer(orders(session)))).isEqualTo("a");
            await().until(() -> broker.connections() == 2);
        }
    }

    @Test
    void shouldRefuseAClientIdThatIsInUse() throws JMSException {
        try (JmsConnection first = connect();
                JmsConnection second = connect()) {
            first.setClientID("me");

            assertThatThrownBy(() -> second.setClientID("me")).isInstanceOf(InvalidClientIDException.class);
            second.setClientID("you");
            assertThat(second.createSession()).isNotNull();
        }
    }

    @Test
    void shouldRefuseClientIdsThatAreNone() throws JMSException {
        try (JmsConnection other = connect()) {
            assertThatThrownBy(() -> other.setClientID("")).isInstanceOf(InvalidClientIDException.class);
            assertThatThrownBy(() -> other.setClientID(null)).isInstanceOf(InvalidClientIDException.class);
        }
    }

    @Test
    void shouldRefuseAClientIdAfterUse() throws JMSException {
        final List<Use> uses = List.of(JmsConnection::start, JmsConnection::stop, JmsConnection::createSession);
        for (final Use use : uses) {
            try (JmsConnection other = connect()) {
                use.of(other);
                assertThatThrownBy(() -> other.setClientID("late")).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private interface Use {
        void of(JmsConnection connection) throws JMSException;
    }

    @Test
    void shouldRefuseToChangeTheAdministratorsClientId() throws JMSException {
        try (JmsConnection other = connect("?clientID=cts")) {
            assertThat(other.getClientID()).isEqualTo("cts");
            assertThatThrownBy(() -> other.setClientID("mine")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> connect("?clientID=cts")).isInstanceOf(InvalidClientIDException.class);
        }
    }

    @Test
    void shouldTellItsExceptionListenerOnceWhenTheConnectionIsLost() throws JMSException {
        final List<JMSException> heard = new CopyOnWriteArrayList<>();
        final CountDownLatch told = new CountDownLatch(1);
        connection.setExceptionListener(e -> {
            heard.add(e);
            told.countDown();
        });
        assertThat(connection.getExceptionListener()).isNotNull();

        broker.dropConnections();

        awaitLatch(told);
        connection.close();
        assertThat(heard)
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .contains("mini");
    }

    @Test
    void shouldLetItsExceptionListenerCloseIt() throws JMSException {
        final CountDownLatch closed = new CountDownLatch(1);
        connection.setExceptionListener(e -> {
            try {
                connection.close();
                closed.countDown();
            } catch (JMSException again) {
                throw new AssertionError(again);
            }
        });
        final Session session = auto();
        session.createConsumer(orders(session)).setMessageListener(message -> {});

        broker.dropConnections();

        awaitLatch(closed);
    }

    @Test
    void shouldWakeReceiversWhenTheConnectionIsLost() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final AtomicReference<JMSException> thrown = new AtomicReference<>();
        final Thread receiver = start(() -> {
            try {
                consumer.receive();
            } catch (JMSException e) {
                thrown.set(e);
            }
        });
        awaitBlocked(receiver);

        broker.dropConnections();

        join(receiver);
        assertThat(thrown.get()).isNotNull();
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(JMSException.class);
        assertThatThrownBy(session::recover).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> session.createConsumer(orders(session))).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> send("a")).isInstanceOf(JMSException.class);
        assertThatThrownBy(connection::createSession).isInstanceOf(JMSException.class);
        consumer.close();
        session.close();
    }

    @Test
    void shouldRefuseToAcknowledgeWhenTheConnectionIsLost() throws JMSException {
        send("a");
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        final var message = session.createConsumer(orders(session)).receive(PATIENCE_MS);
        final CountDownLatch told = new CountDownLatch(1);
        connection.setExceptionListener(e -> told.countDown());
        broker.dropConnections();
        awaitLatch(told);

        assertThatThrownBy(message::acknowledge).isInstanceOf(JMSException.class);
    }

    @Test
    void shouldLeaveNothingBehindWhenClosed() throws JMSException {
        final Session session = auto();
        session.createConsumer(orders(session)).setMessageListener(message -> {});
        session.createConsumer(session.createTopic("prices"));

        connection.close();

        await().until(() -> broker.connections() == 0 && broker.consumers() == 0);
    }

    @Test
    void shouldBeClosedByManyAtOnce() throws JMSException {
        final Session session = auto();
        session.createConsumer(orders(session));
        final List<Thread> closers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 4; i++) {
            closers.add(start(connection::close));
            closers.add(start(session::close));
        }

        closers.forEach(SessionFixture::join);

        assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldSayWhoItIs() throws JMSException {
        final ConnectionMetaData metaData = connection.getMetaData();
        final Enumeration<?> jmsxNames = metaData.getJMSXPropertyNames();

        assertThat(metaData.getJMSVersion()).isEqualTo("3.1");
        assertThat(metaData.getJMSMajorVersion()).isEqualTo(3);
        assertThat(metaData.getJMSMinorVersion()).isEqualTo(1);
        assertThat(metaData.getJMSProviderName()).isEqualTo("AnserMQ");
        assertThat(metaData.getProviderVersion()).isNotEmpty();
        assertThat(jmsxNames.asIterator())
                .toIterable()
                .asString()
                .contains("JMSXGroupID", "JMSXGroupSeq", "JMSXDeliveryCount");
        final ConnectionMetaData released = new JmsMetaData("12.34-SNAPSHOT");
        assertThat(released.getProviderMajorVersion()).isEqualTo(12);
        assertThat(released.getProviderMinorVersion()).isEqualTo(34);
        assertThat(new JmsMetaData("odd").getProviderMajorVersion()).isZero();
    }
}
