package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.destination.AdministeredQueue;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.NotSupportedException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.DissociatableManagedConnection;
import jakarta.resource.spi.LazyEnlistableManagedConnection;
import jakarta.resource.spi.ManagedConnection;
import java.lang.reflect.Proxy;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rules 5 to 7 of an adapter: managed connections and their handles, what an application may do, transaction levels. */
class ManagedConnectionTest extends RaFixture {

    // ---- Handles and pooling

    @Test
    void shouldReachNoBrokerUntilASessionIsMade() throws Exception {
        final Connection connection = factory().createConnection();
        connection.start();
        assertThat(pool.made).isEmpty();

        connection.createSession();
        assertThat(pool.made).hasSize(1);
        connection.close();
        assertThat(pool.idle()).isEqualTo(1);
    }

    @Test
    void shouldUseOneConnectionForManyUsersInTurn() throws Exception {
        final ConnectionFactory factory = factory();
        for (int i = 0; i < 50; i++) {
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(context.createQueue("turns"), "m" + i);
            }
        }

        assertThat(pool.made).hasSize(1);
        for (int i = 0; i < 50; i++) {
            assertThat(broker.receive("turns")).isEqualTo("m" + i);
        }
    }

    @Test
    void shouldTakeAHandleThatTheServerHasPutAProxyInFrontOf() throws Exception {
        final ConnectionManager server = (made, request) -> {
            final Object handle = pool.allocateConnection(made, request);
            return Proxy.newProxyInstance(
                    handle.getClass().getClassLoader(),
                    handle.getClass().getInterfaces(),
                    (proxy, method, arguments) -> Facade.call(handle, method, arguments));
        };
        final var factory = (ConnectionFactory) managedFactory().createConnectionFactory(server);

        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("proxies"), "m");
        }

        assertThat(broker.receive("proxies")).isEqualTo("m");
        assertThat(pool.idle()).isEqualTo(1);
    }

    @Test
    void shouldReportTheHandleThatWasClosed() throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Object[] seen = new Object[1];
        connection.addConnectionEventListener(new Closings(event -> seen[0] = event.getConnectionHandle()));
        final Session handle = (Session) connection.getConnection(null, null);
        final Session other = (Session) connection.getConnection(null, null);

        handle.close();

        assertThat(seen[0]).isSameAs(handle);
        assertThatThrownBy(handle::createTextMessage).isInstanceOf(IllegalStateException.class);
        assertThat(other.createTextMessage()).isNotNull();
    }

    @Test
    void shouldMakeEverythingAsNewOnCleanup() throws Exception {
        broker.send("dirty", "one", "two");
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Session handle = (Session) connection.getConnection(null, null);
        ((AnserManagedConnection) connection).start();
        final MessageConsumer consumer = handle.createConsumer(handle.createQueue("dirty"));
        final MessageProducer producer = handle.createProducer(handle.createQueue("dirty"));
        connection.getLocalTransaction().begin();
        assertThat(consumer.receive(10_000)).isNotNull();

        connection.cleanup();

        assertThatThrownBy(handle::createTextMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> producer.send(null)).isInstanceOf(IllegalStateException.class);
        assertThat(broker.receive("dirty")).as("rolled back, and not hoarded").isEqualTo("one");
        assertThat(broker.receive("dirty")).isEqualTo("two");
        connection.getLocalTransaction().begin();
        connection.getLocalTransaction().rollback();
    }

    @Test
    void shouldCloseProducersAndConsumersWithTheirSession() throws Exception {
        final Connection connection = factory().createConnection();
        final Session session = connection.createSession();
        final MessageProducer producer = session.createProducer(session.createQueue("q"));
        final MessageConsumer consumer = session.createConsumer(session.createQueue("q"));

        session.close();

        assertThatThrownBy(producer::getDestination).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
        assertThat(connection.createSession()).isNotNull();
        connection.close();
        assertThatThrownBy(connection::createSession).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldMoveAHandleToAnotherConnection() throws Exception {
        final AnserManagedConnectionFactory factory = managedFactory();
        final ManagedConnection from = factory.createManagedConnection(null, null);
        final ManagedConnection to = factory.createManagedConnection(null, null);
        closeables.add(to::destroy);
        final Session handle = (Session) from.getConnection(null, null);

        to.associateConnection(handle);
        from.destroy();

        handle.createProducer(handle.createQueue("moved")).send(handle.createTextMessage("here"));
        assertThat(broker.receive("moved")).isEqualTo("here");
    }

    @Test
    void shouldBeDestroyedTwiceWithoutHarm() throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        final Session handle = (Session) connection.getConnection(null, null);

        connection.destroy();
        connection.destroy();
        connection.cleanup();

        assertThatThrownBy(handle::createTextMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.getConnection(null, null)).hasMessageContaining("destroyed");
    }

    @Test
    void shouldReportALostConnectionOnce() throws Exception {
        final Connection connection = factory().createConnection();
        final Session session = connection.createSession();
        final MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        connection.start();

        broker.stop();

        assertThatThrownBy(() -> consumer.receive(20_000)).isInstanceOf(JMSException.class);
        await().until(() -> pool.destroyed.size() == 1);
        assertThat(pool.events).isEqualTo(List.of(ConnectionEvent.CONNECTION_ERROR_OCCURRED));
        connection.close();
    }

    /** Servers clean up what they are told is lost before they destroy it, and report what that throws. */
    @Test
    void shouldCleanUpALostConnectionInSilence() throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Session handle = (Session) connection.getConnection(null, null);
        final ErrorCount errors = new ErrorCount();
        connection.addConnectionEventListener(errors);
        broker.stop();
        await().until(() -> errors.count() == 1);

        connection.cleanup();

        assertThatThrownBy(handle::createTextMessage).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.getConnection(null, null)).hasMessageContaining("lost");
    }

    @Test
    void shouldDeclareNoLazyMarkerThatItDoesNotKeep() {
        assertThat(DissociatableManagedConnection.class)
                .isNotIn((Object[]) AnserManagedConnection.class.getInterfaces());
        assertThat(LazyEnlistableManagedConnection.class)
                .isNotIn((Object[]) AnserManagedConnection.class.getInterfaces());
    }

    // ---- What applications may do

    @Test
    void shouldRefuseWhatApplicationServersForbid() throws Exception {
        final Connection connection = factory().createConnection();
        final Session session = connection.createSession();
        final MessageConsumer consumer = session.createConsumer(session.createQueue("q"));

        forbidden(() -> connection.setClientID("me"));
        forbidden(() -> connection.setExceptionListener(e -> {}));
        forbidden(connection::stop);
        forbidden(() -> connection.createConnectionConsumer(session.createQueue("q"), null, null, 1));
        forbidden(connection::createSession);
        forbidden(session::commit);
        forbidden(session::rollback);
        forbidden(session::recover);
        forbidden(() -> session.setMessageListener(message -> {}));
        forbidden(() -> consumer.setMessageListener(message -> {}));
        connection.close();

        try (JMSContext context = factory().createContext()) {
            final JMSConsumer contextConsumer = context.createConsumer(context.createQueue("q"));
            forbiddenUnchecked(() -> context.setClientID("me"));
            forbiddenUnchecked(() -> context.setExceptionListener(e -> {}));
            forbiddenUnchecked(context::stop);
            forbiddenUnchecked(context::commit);
            forbiddenUnchecked(context::rollback);
            forbiddenUnchecked(context::recover);
            forbiddenUnchecked(() -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE));
            forbiddenUnchecked(() -> contextConsumer.setMessageListener(message -> {}));
        }
    }

    private static void forbidden(final ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateException.class);
    }

    private static void forbiddenUnchecked(final ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    void shouldAcknowledgeAutomaticallyOutsideOfTransactionsWhateverIsAskedFor() throws Exception {
        for (final int mode : new int[] {Session.SESSION_TRANSACTED, Session.CLIENT_ACKNOWLEDGE}) {
            try (Connection connection = factory().createConnection()) {
                final Session session = connection.createSession(mode);
                session.createProducer(session.createQueue("plain")).send(session.createTextMessage("now"));
                assertThat(session.getAcknowledgeMode()).isEqualTo(Session.AUTO_ACKNOWLEDGE);
            }
            assertThat(broker.receive("plain")).isEqualTo("now");
        }
    }

    @Test
    void shouldDeleteTemporaryDestinationsWithTheConnection() throws Exception {
        final Connection connection = factory().createConnection();
        final TemporaryQueue queue = connection.createSession().createTemporaryQueue();
        connection.close();

        try (JMSContext context = broker.outside()) {
            assertThatThrownBy(() -> context.createProducer().send(queue, "late"))
                    .isInstanceOf(InvalidDestinationRuntimeException.class);
        }
    }

    @Test
    void shouldRefuseAnAdministeredDestinationThatHasNoName() throws Exception {
        try (JMSContext context = factory().createContext()) {
            assertThatThrownBy(() -> context.createProducer().send(new AdministeredQueue(), "to nobody"))
                    .isInstanceOf(InvalidDestinationRuntimeException.class)
                    .hasMessageContaining("PhysicalName");
        }
    }

    @Test
    void shouldKeepTheLegacyInterfacesApart() throws Exception {
        final AnserQueueManagedConnectionFactory queues = new AnserQueueManagedConnectionFactory();
        queues.setResourceAdapter(adapter);
        final RaConnectionFactory factory = (RaConnectionFactory) queues.createConnectionFactory(pool);
        final QueueConnection connection = factory.createQueueConnection();
        final QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);

        session.createSender(session.createQueue("legacy")).send(session.createTextMessage("q"));
        assertThatThrownBy(() -> session.createTopic("t")).isInstanceOf(IllegalStateException.class);
        connection.start();
        assertThat(session.createReceiver(session.createQueue("legacy")).receive(10_000))
                .isNotNull();
        connection.close();
        // What servers take for a definition of a plain ConnectionFactory may be one of the legacy ones.
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createTopic("any"), "m");
        }

        final AnserTopicManagedConnectionFactory topics = new AnserTopicManagedConnectionFactory();
        topics.setResourceAdapter(adapter);
        assertThat(topics.createConnectionFactory(pool)).isInstanceOf(TopicConnectionFactory.class);
    }

    // ---- Transaction levels

    @Test
    void shouldKeepToItsTransactionLevel() throws Exception {
        final AnserManagedConnectionFactory none = managedFactory();
        none.setTransactionLevel("NoTransaction");
        final ManagedConnection without = none.createManagedConnection(null, null);
        closeables.add(without::destroy);
        assertThatThrownBy(without::getXAResource).isInstanceOf(NotSupportedException.class);
        assertThatThrownBy(without::getLocalTransaction).isInstanceOf(NotSupportedException.class);

        final AnserManagedConnectionFactory local = managedFactory();
        local.setTransactionLevel("LocalTransaction");
        final ManagedConnection one = local.createManagedConnection(null, null);
        closeables.add(one::destroy);
        assertThatThrownBy(one::getXAResource).isInstanceOf(NotSupportedException.class);
        final Session session = (Session) one.getConnection(null, null);
        one.getLocalTransaction().begin();
        session.createProducer(session.createQueue("local")).send(session.createTextMessage("undone"));
        one.getLocalTransaction().rollback();
        one.getLocalTransaction().begin();
        session.createProducer(session.createQueue("local")).send(session.createTextMessage("done"));
        assertThat(broker.receive("local")).isNull();
        one.getLocalTransaction().commit();
        assertThat(broker.receive("local")).isEqualTo("done");
    }

    @Test
    void shouldTellTheServerOfTransactionsThatTheApplicationBegins() throws Exception {
        final AnserManagedConnectionFactory managed = managedFactory();
        managed.setAllowLocalTransactions(true);
        final RaConnectionFactory factory = (RaConnectionFactory) managed.createConnectionFactory(pool);
        try (Connection connection = factory.createConnection()) {
            final Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            session.createProducer(session.createQueue("own")).send(session.createTextMessage("undone"));
            session.rollback();
            session.createProducer(session.createQueue("own")).send(session.createTextMessage("done"));
            session.commit();
            session.createProducer(session.createQueue("own")).send(session.createTextMessage("left open"));
        }

        assertThat(broker.receive("own")).isEqualTo("done");
        assertThat(broker.receive("own")).isNull();
        assertThat(pool.events)
                .isEqualTo(List.of(
                        ConnectionEvent.LOCAL_TRANSACTION_STARTED,
                        ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK,
                        ConnectionEvent.LOCAL_TRANSACTION_STARTED,
                        ConnectionEvent.LOCAL_TRANSACTION_COMMITTED,
                        ConnectionEvent.LOCAL_TRANSACTION_STARTED,
                        ConnectionEvent.LOCAL_TRANSACTION_ROLLEDBACK,
                        ConnectionEvent.CONNECTION_CLOSED));
    }

    @Test
    void shouldTellTheServerNothingOfItsOwnLocalTransactions() throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final ErrorCount errors = new ErrorCount();
        connection.addConnectionEventListener(errors);
        final boolean[] told = new boolean[1];
        connection.addConnectionEventListener(new Closings(event -> told[0] = true));

        connection.getLocalTransaction().begin();
        connection.getLocalTransaction().commit();

        assertThat(told[0]).isFalse();
    }

    @Test
    void shouldKeepOneXaResourceForLife() throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Object resource = connection.getXAResource();

        connection.cleanup();

        assertThat(connection.getXAResource()).isSameAs(resource);
    }
}
