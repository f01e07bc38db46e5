package io.ansermq.ra;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Session;
import jakarta.resource.spi.ManagedConnection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;

/** The life of an adapter in a server, from start to stop, for {@link RedeployTest}: uses most of what it has. */
public final class AdapterUse implements Runnable {
    private static final int MESSAGES = 20;

    private final String brokerUri;

    public AdapterUse(final String brokerUri) {
        this.brokerUri = brokerUri;
    }

    @Override
    public void run() {
        try (TestServer server = new TestServer()) {
            final AnserResourceAdapter adapter = new AnserResourceAdapter();
            adapter.setServerUrl(brokerUri);
            adapter.start(server);
            final AnserManagedConnectionFactory factory = new AnserManagedConnectionFactory();
            factory.setResourceAdapter(adapter);
            deliver(adapter, factory);
            commit(factory);
            adapter.getXAResources(null)[0].recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
            // One that the server forgets.
            factory.createManagedConnection(null, null);
            adapter.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void deliver(final AnserResourceAdapter adapter, final AnserManagedConnectionFactory factory)
            throws Exception {
        final CountDownLatch delivered = new CountDownLatch(MESSAGES);
        final TestEndpoints endpoints = new TestEndpoints(false, message -> delivered.countDown());
        final AnserActivationSpec spec = new AnserActivationSpec();
        spec.setResourceAdapter(adapter);
        spec.setDestination("used");
        spec.setDestinationType("jakarta.jms.Queue");
        adapter.endpointActivation(endpoints, spec);
        try (JMSContext context = ((ConnectionFactory) factory.createConnectionFactory()).createContext()) {
            for (int i = 0; i < MESSAGES; i++) {
                context.createProducer().send(context.createQueue("used"), "m" + i);
            }
        }
        if (!delivered.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("messages are missing: " + delivered.getCount());
        }
        adapter.endpointDeactivation(endpoints, spec);
    }

    private static void commit(final AnserManagedConnectionFactory factory) throws Exception {
        final ManagedConnection connection = factory.createManagedConnection(null, null);
        final XAResource resource = connection.getXAResource();
        final TestXid xid = TestXid.of(1);
        resource.start(xid, XAResource.TMNOFLAGS);
        final Session session = (Session) connection.getConnection(null, null);
        session.createProducer(session.createQueue("committed")).send(session.createTextMessage("once"));
        session.close();
        resource.end(xid, XAResource.TMSUCCESS);
        resource.prepare(xid);
        resource.commit(xid, false);
        connection.destroy();
    }
}
