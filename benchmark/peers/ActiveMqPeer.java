import java.io.File;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;

/** Apache ActiveMQ Classic with KahaDB as it is by default; until it is killed: {@code ActiveMqPeer DIR PORT}. */
public final class ActiveMqPeer {
    public static void main(final String... args) throws Exception {
        final BrokerService broker = new BrokerService();
        broker.setUseJmx(false);
        broker.setAdvisorySupport(false);
        broker.setDataDirectory(args[0]);
        final KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
        store.setDirectory(new File(args[0], "kahadb"));
        broker.setPersistenceAdapter(store);
        // Else it stops producers when a backlog has used up 64 MiB, and with them the measurement.
        broker.getSystemUsage().getMemoryUsage().setLimit(512L << 20);
        final PolicyEntry queues = new PolicyEntry();
        queues.setQueue(">");
        queues.setProducerFlowControl(false);
        final PolicyMap policies = new PolicyMap();
        policies.setDefaultEntry(queues);
        broker.setDestinationPolicy(policies);
        broker.addConnector("tcp://127.0.0.1:" + args[1]);
        broker.start();
        broker.waitUntilStarted();
        System.out.println("activemq KahaDB " + ProcessHandle.current().pid());
        Thread.currentThread().join();
    }
}
