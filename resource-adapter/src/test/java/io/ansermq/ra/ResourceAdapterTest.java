package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.destination.AdministeredQueue;
import io.ansermq.jms.destination.AdministeredTopic;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import io.ansermq.jms.jndi.AnserObjectFactory;
import jakarta.jms.JMSContext;
import jakarta.resource.Referenceable;
import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules 10 and 15 of an adapter: its life, its instances, the objects that an administrator makes. */
class ResourceAdapterTest extends RaFixture {
    @Override
    boolean startsBroker() {
        return false;
    }

    @Test
    void shouldStartAndStopWithoutABroker() {
        assertThat(server.works).as("nothing to do before there is an endpoint").isEmpty();
        adapter.stop();
        adapter.stop();
        assertThatThrownBy(() -> adapter.endpointActivation(new TestEndpoints(true, new Bean()), queueSpec("q")))
                .hasMessageContaining("not started");
    }

    @Test
    void shouldBeEqualByItsProperties() {
        final AnserResourceAdapter other = newAdapter();
        assertThat(adapter).isEqualTo(other).hasSameHashCodeAs(other);

        other.setUserName("ada");
        assertThat(adapter).isNotEqualTo(other);
    }

    @Test
    void shouldLiveBesideAnotherInstanceAndStartAgain() throws Exception {
        broker.start();
        final AnserResourceAdapter second = newAdapter();
        second.start(server);
        closeables.add(second::stop);
        final Bean bean = new Bean();
        final AnserActivationSpec spec = new AnserActivationSpec();
        spec.setResourceAdapter(second);
        spec.setDestination("second");
        spec.setDestinationType("jakarta.jms.Queue");
        second.endpointActivation(new TestEndpoints(true, bean), spec);

        adapter.stop();
        broker.send("second", "m");

        await().until(() -> bean.texts.contains("m"));
        adapter.start(server);
        assertThatThrownBy(() -> adapter.start(server)).hasMessageContaining("started already");
    }

    /** WildFly may open one to recover with while it undeploys the adapter, and forget it. */
    @Test
    void shouldLeaveNoConnectionOpenWhenItHasStopped() throws Exception {
        broker.start();
        final AnserManagedConnectionFactory factory = managedFactory();
        final AnserManagedConnection forgotten = (AnserManagedConnection) factory.createManagedConnection(null, null);

        adapter.stop();

        assertThat(forgotten.isValid()).isFalse();
        assertThatThrownBy(() -> factory.createManagedConnection(null, null)).hasMessageContaining("stopped");
        adapter.start(server);
        factory.createManagedConnection(null, null).destroy();
    }

    @Test
    void shouldUseTheServersThreadsAlone() throws Exception {
        broker.start();
        final List<String> names = new java.util.concurrent.CopyOnWriteArrayList<>();
        final Bean bean = new Bean(message -> names.add(Thread.currentThread().getName()));
        adapter.endpointActivation(new TestEndpoints(true, bean), queueSpec("threads"));
        broker.send("threads", "m");

        await().until(() -> !names.isEmpty());
        assertThat(names).containsOnly("server-work");
    }

    @Test
    void shouldRunABrokerOfItsOwn() throws Exception {
        final AnserResourceAdapter embedded = new AnserResourceAdapter();
        embedded.setBrokerType("EMBEDDED");
        embedded.setBrokerName("own");
        embedded.setDataDirectory(data.resolve("own").toString());
        embedded.setBrokerOptions("max-deliveries=3; flush=sync");
        embedded.start(server);
        final AnserManagedConnectionFactory managed = new AnserManagedConnectionFactory();
        managed.setResourceAdapter(embedded);
        final RaConnectionFactory factory = (RaConnectionFactory) managed.createConnectionFactory(pool);
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("inside"), "kept");
        }
        pool.destroyAll();
        embedded.stop();

        embedded.start(server);
        try (JMSContext context = factory.createContext()) {
            assertThat(context.createConsumer(context.createQueue("inside")).receiveBody(String.class, 10_000))
                    .isEqualTo("kept");
        }
        pool.destroyAll();
        embedded.stop();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(each -> each.getName().startsWith("anser-core-own"));
    }

    // ---- Administered objects

    @Test
    void shouldMakeDestinationsOfProperties() throws Exception {
        final AdministeredQueue queue = new AdministeredQueue();
        queue.setPhysicalName("orders");
        final AdministeredTopic topic = new AdministeredTopic();
        topic.setAddress("news");

        assertThat(queue).isEqualTo(new AnserQueue("orders")).hasSameHashCodeAs(new AnserQueue("orders"));
        assertThat(new AnserTopic("news")).isEqualTo(topic);
        assertThat(queue).isInstanceOf(Serializable.class);
        assertThat(queue.getDestinationName()).isEqualTo("orders");
        assertThat(new AnserObjectFactory().getObjectInstance(queue.getReference(), null, null, null))
                .isEqualTo(queue);
        assertThat(new AnserObjectFactory().getObjectInstance(topic.getReference(), null, null, null))
                .isEqualTo(topic);
    }

    @Test
    void shouldMakeFactoriesThatADirectoryCanHold() throws Exception {
        final RaConnectionFactory factory = factory();

        assertThat(factory).isInstanceOf(Serializable.class).isInstanceOf(Referenceable.class);
        assertThatThrownBy(factory::getReference).isInstanceOf(javax.naming.NamingException.class);
        factory.setReference(new javax.naming.Reference("x"));
        assertThat(factory.getReference().getClassName()).isEqualTo("x");
    }
}
