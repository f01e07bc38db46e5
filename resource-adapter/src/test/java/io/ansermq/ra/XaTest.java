package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.Session;
import jakarta.resource.spi.ManagedConnection;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rules 7 and 8 of an adapter: JTA transactions with Narayana, and the XA resource itself. */
class XaTest extends RaFixture {
    private final TransactionManager transactions = TestServer.transactions();

    private void send(final ConnectionFactory factory, final String queue, final String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue(queue), text);
        }
    }

    // ---- With a transaction manager

    @Test
    void shouldCommitAndRollBackWithTheTransaction() throws Exception {
        transactions.begin();
        send(factory(), "jta", "undone");
        transactions.rollback();
        transactions.begin();
        send(factory(), "jta", "done");
        assertThat(broker.receive("jta")).isNull();
        transactions.commit();

        assertThat(broker.receive("jta")).isEqualTo("done");
        assertThat(broker.receive("jta")).isNull();
    }

    @Test
    void shouldShareOneConnectionWithinATransaction() throws Exception {
        final ConnectionFactory factory = factory();
        transactions.begin();
        send(factory, "shared", "one");
        send(factory, "shared", "two");
        transactions.commit();

        assertThat(pool.made).hasSize(1);
        assertThat(pool.idle()).isEqualTo(1);
        assertThat(broker.receive("shared")).isEqualTo("one");
        assertThat(broker.receive("shared")).isEqualTo("two");
    }

    @Test
    void shouldCommitTwoFactoriesTogetherOrNeither() throws Exception {
        final AnserManagedConnectionFactory other = managedFactory();
        other.setQueuePrefetch(7);
        final ConnectionFactory second = (ConnectionFactory) other.createConnectionFactory(pool);
        for (final boolean commit : new boolean[] {false, true}) {
            transactions.begin();
            send(factory(), "both.a", "a " + commit);
            send(second, "both.b", "b " + commit);
            if (commit) {
                transactions.commit();
            } else {
                transactions.rollback();
            }
        }

        assertThat(pool.made).hasSize(2);
        assertThat(broker.receive("both.a")).isEqualTo("a true");
        assertThat(broker.receive("both.b")).isEqualTo("b true");
        assertThat(broker.receive("both.a")).isNull();
    }

    @Test
    void shouldGiveBackWhatWasReceivedWhenRolledBack() throws Exception {
        broker.send("in", "m");
        for (int delivery = 1; delivery <= 3; delivery++) {
            transactions.begin();
            try (JMSContext context = factory().createContext()) {
                final var message =
                        context.createConsumer(context.createQueue("in")).receive(10_000);
                assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(delivery);
                assertThat(message.getJMSRedelivered()).isEqualTo(delivery > 1);
                context.createProducer().send(context.createQueue("out"), "reply " + delivery);
            }
            if (delivery < 3) {
                transactions.rollback();
            } else {
                transactions.commit();
            }
        }

        assertThat(broker.receive("in")).isNull();
        assertThat(broker.receive("out")).isEqualTo("reply 3");
        assertThat(broker.receive("out")).isNull();
    }

    @Test
    void shouldIgnoreSessionArgumentsAndForbidItsOwnCommitInATransaction() throws Exception {
        transactions.begin();
        try (Connection connection = factory().createConnection()) {
            final Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            assertThat(session.getTransacted()).isTrue();
            assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
        }
        transactions.rollback();
    }

    /** A handle that an application keeps over two transactions works in each, and in none between. */
    @Test
    void shouldWorkInConsecutiveTransactionsWithOneSession() throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Session session = (Session) connection.getConnection(null, null);
        for (final String text : new String[] {"first", "second"}) {
            transactions.begin();
            transactions.getTransaction().enlistResource(connection.getXAResource());
            session.createProducer(session.createQueue("consecutive")).send(session.createTextMessage(text));
            assertThat(broker.receive("consecutive")).isNull();
            transactions.commit();
            assertThat(broker.receive("consecutive")).isEqualTo(text);
        }
        session.createProducer(session.createQueue("consecutive")).send(session.createTextMessage("outside"));
        assertThat(broker.receive("consecutive")).isEqualTo("outside");
    }

    @Test
    void shouldSuspendAndResume() throws Exception {
        transactions.begin();
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Session session = (Session) connection.getConnection(null, null);
        final Transaction transaction = transactions.getTransaction();
        transaction.enlistResource(connection.getXAResource());
        session.createProducer(session.createQueue("suspended")).send(session.createTextMessage("within"));
        transaction.delistResource(connection.getXAResource(), XAResource.TMSUSPEND);
        session.createProducer(session.createQueue("suspended")).send(session.createTextMessage("outside"));
        assertThat(broker.receive("suspended")).isEqualTo("outside");
        transaction.enlistResource(connection.getXAResource());
        transactions.commit();

        assertThat(broker.receive("suspended")).isEqualTo("within");
    }

    @Test
    void shouldRollBackWhenTheBrokerGoesBeforeTheCommit() throws Exception {
        transactions.begin();
        send(factory(), "gone", "never");
        broker.stop();
        await().until(() -> !pool.destroyed.isEmpty());

        assertThatThrownBy(transactions::commit).isInstanceOf(RollbackException.class);
        broker.start();
        assertThat(broker.receive("gone")).isNull();
    }

    // ---- The resource

    private AnserManagedConnection managed(final AnserManagedConnectionFactory factory) throws Exception {
        final ManagedConnection connection = factory.createManagedConnection(null, null);
        closeables.add(connection::destroy);
        return (AnserManagedConnection) connection;
    }

    private static void sendIn(final ManagedConnection connection, final String text) throws Exception {
        final Session session = (Session) connection.getConnection(null, null);
        session.createProducer(session.createQueue("branch")).send(session.createTextMessage(text));
        session.close();
    }

    @Test
    void shouldFollowTheXaProtocol() throws Exception {
        final AnserManagedConnection connection = managed(managedFactory());
        final XAResource resource = connection.getXAResource();
        final TestXid empty = TestXid.of(1);
        resource.start(empty, XAResource.TMNOFLAGS);
        xaError(XAException.XAER_PROTO, () -> resource.prepare(empty));
        resource.end(empty, XAResource.TMSUCCESS);
        assertThat(resource.prepare(empty)).isEqualTo(XAResource.XA_RDONLY);
        xaError(XAException.XAER_NOTA, () -> resource.commit(empty, false));

        final TestXid onePhase = TestXid.of(2);
        resource.start(onePhase, XAResource.TMNOFLAGS);
        xaError(XAException.XAER_PROTO, () -> resource.start(onePhase, XAResource.TMNOFLAGS));
        sendIn(connection, "one phase");
        resource.end(onePhase, XAResource.TMSUCCESS);
        xaError(XAException.XAER_DUPID, () -> resource.start(onePhase, XAResource.TMNOFLAGS));
        resource.start(onePhase, XAResource.TMJOIN);
        resource.end(onePhase, XAResource.TMSUCCESS);
        resource.commit(onePhase, true);
        assertThat(broker.receive("branch")).isEqualTo("one phase");

        xaError(XAException.XAER_INVAL, () -> resource.start(TestXid.of(3), 7));
        xaError(XAException.XAER_NOTA, () -> resource.forget(TestXid.of(4)));
        assertThat(resource.setTransactionTimeout(17)).isTrue();
        assertThat(resource.getTransactionTimeout()).isEqualTo(17);
        xaError(XAException.XAER_INVAL, () -> resource.setTransactionTimeout(-1));
    }

    @Test
    void shouldNeverSayOkToAPrepareWithoutABroker() throws Exception {
        final AnserManagedConnection connection = managed(managedFactory());
        final XAResource resource = connection.getXAResource();
        final TestXid xid = TestXid.of(1);
        resource.start(xid, XAResource.TMNOFLAGS);
        sendIn(connection, "lost");
        resource.end(xid, XAResource.TMSUCCESS);
        broker.stop();
        await().until(connection::isLost);

        xaError(XAException.XAER_RMFAIL, () -> resource.prepare(xid));
        xaError(XAException.XA_RBCOMMFAIL, () -> resource.commit(xid, true));
        xaError(XAException.XAER_RMFAIL, () -> resource.rollback(xid));
        broker.start();
        xaError(XAException.XAER_NOTA, () -> resource.rollback(xid));
        assertThat(broker.receive("branch")).isNull();
    }

    @Test
    void shouldEndAPreparedBranchOverANewConnection() throws Exception {
        final AnserManagedConnection connection = managed(managedFactory());
        final XAResource resource = connection.getXAResource();
        final TestXid xid = TestXid.of(1);
        resource.start(xid, XAResource.TMNOFLAGS);
        sendIn(connection, "prepared");
        resource.end(xid, XAResource.TMSUCCESS);
        assertThat(resource.prepare(xid)).isEqualTo(XAResource.XA_OK);
        broker.stop();
        await().until(connection::isLost);
        xaError(XAException.XAER_RMFAIL, () -> resource.commit(xid, false));
        broker.start();

        assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .hasSize(1);
        resource.commit(xid, false);

        assertThat(broker.receive("branch")).isEqualTo("prepared");
    }

    @Test
    void shouldJoinBranchesUnlessToldNotTo() throws Exception {
        final AnserManagedConnectionFactory joining = managedFactory();
        final AnserManagedConnection one = managed(joining);
        assertThat(one.getXAResource().isSameRM(one.getXAResource())).isTrue();
        assertThat(one.getXAResource().isSameRM(new RecoveryResource(joining.effective(), one.login())))
                .isFalse();

        final AnserManagedConnectionFactory apart = managedFactory();
        apart.setDisableSameRM(true);
        final AnserManagedConnection two = managed(apart);
        final AnserManagedConnection three = managed(apart);
        assertThat(two.getXAResource().isSameRM(three.getXAResource())).isFalse();
        assertThat(two.getXAResource().isSameRM(two.getXAResource())).isTrue();
    }

    static void xaError(final int code, final ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(XAException.class)
                .extracting(e -> ((XAException) e).errorCode)
                .isEqualTo(code);
    }
}
