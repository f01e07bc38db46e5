package io.ansermq.ra;

import static io.ansermq.ra.XaTest.xaError;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.transport.RemotingClient;
import io.netty.util.internal.InternalThreadLocalMap;
import jakarta.jms.Session;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ManagedConnection;
import java.util.Arrays;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** Rule 9 of an adapter: after a crash, before anything else. */
class RecoveryTest extends RaFixture {
    private static final int SCAN = XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN;

    /** Leaves a branch in doubt, as a server that dies between prepare and commit. */
    private void prepare(final TestXid xid, final String text) throws Exception {
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        final Session session = (Session) connection.getConnection(null, null);
        connection.getXAResource().start(xid, XAResource.TMNOFLAGS);
        session.createProducer(session.createQueue("doubt")).send(session.createTextMessage(text));
        connection.getXAResource().end(xid, XAResource.TMSUCCESS);
        assertThat(connection.getXAResource().prepare(xid)).isEqualTo(XAResource.XA_OK);
        connection.destroy();
    }

    @Test
    void shouldRecoverOnAFreshAdapterWithTheBrokerAbsentAtFirst() throws Exception {
        prepare(TestXid.of(1), "commit me");
        prepare(TestXid.of(2), "forget me");
        adapter.stop();
        broker.stop();

        adapter = newAdapter();
        adapter.start(server);
        final XAResource[] resources = adapter.getXAResources(new ActivationSpec[] {queueSpec("doubt")});
        assertThat(resources).as("one for one broker and user").hasSize(1);
        xaError(XAException.XAER_RMFAIL, () -> resources[0].recover(SCAN));

        broker.start();
        final Xid[] found = resources[0].recover(SCAN);
        assertThat(found).hasSize(2);
        for (final Xid xid : found) {
            if (Arrays.equals(xid.getGlobalTransactionId(), TestXid.of(1).getGlobalTransactionId())) {
                resources[0].commit(xid, false);
            } else {
                resources[0].rollback(xid);
            }
        }

        assertThat(resources[0].recover(SCAN)).isEmpty();
        assertThat(broker.receive("doubt")).isEqualTo("commit me");
        assertThat(broker.receive("doubt")).isNull();
    }

    /** A transaction manager's threads outlive the adapter; what they keep of it would keep its classes. */
    @Test
    void shouldLeaveNothingOnTheThreadThatRecovers() throws Exception {
        RemotingClient.forgetThread();

        // Kept for the next time, by some servers.
        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        assertThat(InternalThreadLocalMap.getIfSet()).as("after connecting").isNull();
        assertThat(connection.getXAResource().recover(SCAN)).isEmpty();
        assertThat(InternalThreadLocalMap.getIfSet()).as("after recovering").isNull();
        assertThat(adapter.getXAResources(new ActivationSpec[] {queueSpec("doubt")})[0].recover(SCAN))
                .isEmpty();
        assertThat(InternalThreadLocalMap.getIfSet())
                .as("after recovering for beans")
                .isNull();
    }

    @Test
    void shouldRecoverThroughAManagedConnectionWithNothingElse() throws Exception {
        prepare(TestXid.of(1), "in doubt");

        final ManagedConnection connection = managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        final Xid[] found = connection.getXAResource().recover(SCAN);
        assertThat(found).hasSize(1);
        connection.getXAResource().commit(found[0], false);

        assertThat(broker.receive("doubt")).isEqualTo("in doubt");
    }

    /** Servers keep the connection that they recover with; it must outlive the broker. */
    @Test
    void shouldGoOnRecoveringAfterTheBrokerWasRestarted() throws Exception {
        final AnserManagedConnection connection =
                (AnserManagedConnection) managedFactory().createManagedConnection(null, null);
        closeables.add(connection::destroy);
        assertThat(connection.getXAResource().recover(SCAN)).isEmpty();
        prepare(TestXid.of(1), "in doubt");
        broker.stop();
        await().until(connection::isLost);
        broker.start();

        assertThat(connection.getXAResource().recover(SCAN)).hasSize(1);
        connection.getXAResource().rollback(TestXid.of(1));
        assertThat(connection.getXAResource().recover(SCAN)).isEmpty();
    }

    @Test
    void shouldKeepOneConnectionHoweverOftenItIsAskedAndNoneWhenNothingIsInDoubt() throws Exception {
        prepare(TestXid.of(1), "in doubt");
        final XAResource first = adapter.getXAResources(null)[0];
        final XAResource second = adapter.getXAResources(new ActivationSpec[0])[0];

        assertThat(second).isSameAs(first);
        assertThat(first.recover(SCAN)).hasSize(1);
        assertThat(((RecoveryResource) first).isOpen()).isTrue();
        first.rollback(TestXid.of(1));
        assertThat(first.recover(XAResource.TMSTARTRSCAN)).isEmpty();
        assertThat(first.recover(XAResource.TMENDRSCAN)).isEmpty();
        assertThat(((RecoveryResource) first).isOpen()).isFalse();
        assertThat(first.recover(XAResource.TMENDRSCAN)).isEmpty();
    }

    @Test
    void shouldReturnOneResourceForEachBroker() throws Exception {
        final AnserActivationSpec elsewhere = queueSpec("q");
        elsewhere.setServerUrl("anser://127.0.0.1:1");

        assertThat(adapter.getXAResources(new ActivationSpec[] {elsewhere, queueSpec("a"), queueSpec("b")}))
                .hasSize(2);
    }

    @Test
    void shouldReturnNothingRatherThanThrowWhenItIsNotConfigured() {
        assertThat(new AnserResourceAdapter().getXAResources(null)).isEmpty();
    }
}
