package io.ansermq.ra;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A broker, a server and an adapter started in it. */
abstract class RaFixture {
    @TempDir
    Path data;

    final TestServer server = new TestServer();
    final TestPool pool = new TestPool();
    final List<AutoCloseable> closeables = new ArrayList<>();
    TestBroker broker;
    AnserResourceAdapter adapter;

    /** What the broker is started with. */
    Map<String, String> brokerOptions() {
        return Map.of();
    }

    @BeforeEach
    void startAll() throws Exception {
        broker = TestBroker.absent(data, brokerOptions());
        if (startsBroker()) {
            broker.start();
        }
        adapter = newAdapter();
        adapter.start(server);
    }

    boolean startsBroker() {
        return true;
    }

    @AfterEach
    void stopAll() throws Exception {
        if (TestServer.transactions().getTransaction() != null) {
            TestServer.transactions().rollback();
        }
        for (final AutoCloseable each : closeables) {
            each.close();
        }
        pool.destroyAll();
        adapter.stop();
        server.close();
        broker.close();
    }

    AnserResourceAdapter newAdapter() {
        final AnserResourceAdapter made = new AnserResourceAdapter();
        made.setServerUrl(broker.uri());
        made.setSetupInterval(20L);
        made.setMaxSetupInterval(50L);
        return made;
    }

    AnserManagedConnectionFactory managedFactory() throws Exception {
        final AnserManagedConnectionFactory made = new AnserManagedConnectionFactory();
        made.setResourceAdapter(adapter);
        return made;
    }

    /** What an application looks up. */
    RaConnectionFactory factory() throws Exception {
        return (RaConnectionFactory) managedFactory().createConnectionFactory(pool);
    }

    AnserActivationSpec queueSpec(final String queue) throws Exception {
        final AnserActivationSpec spec = new AnserActivationSpec();
        spec.setResourceAdapter(adapter);
        spec.setDestination(queue);
        spec.setDestinationType("jakarta.jms.Queue");
        return spec;
    }

    AnserActivationSpec topicSpec(final String topic) throws Exception {
        final AnserActivationSpec spec = queueSpec(topic);
        spec.setDestinationType("jakarta.jms.Topic");
        return spec;
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5));
    }

    /** A bean that remembers what it got. */
    static final class Bean implements MessageListener {
        final List<String> texts = new CopyOnWriteArrayList<>();
        final List<Integer> counts = new CopyOnWriteArrayList<>();
        private final MessageListener then;

        Bean() {
            this(message -> {});
        }

        Bean(final MessageListener then) {
            this.then = then;
        }

        @Override
        public void onMessage(final Message message) {
            try {
                texts.add(((TextMessage) message).getText());
                counts.add(message.getIntProperty("JMSXDeliveryCount"));
            } catch (jakarta.jms.JMSException e) {
                throw new AssertionError(e);
            }
            then.onMessage(message);
        }
    }
}
