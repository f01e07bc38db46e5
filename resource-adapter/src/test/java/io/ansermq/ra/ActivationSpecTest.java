package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import jakarta.resource.spi.IllegalStateException;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule 13 of an adapter: activation properties. */
class ActivationSpecTest extends RaFixture {

    @BeforeEach
    void bindNothing() {
        System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Names.class.getName());
        Names.BOUND.clear();
    }

    @AfterEach
    void unbind() {
        System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
    }

    /** Which properties are wrong. */
    private String[] wrong(final Consumer<AnserActivationSpec> change) throws Exception {
        final AnserActivationSpec spec = queueSpec("q");
        change.accept(spec);
        final InvalidPropertyException invalid = catchThrowableOfType(InvalidPropertyException.class, spec::validate);
        assertThat(invalid).isNotNull();
        return Arrays.stream(invalid.getInvalidPropertyDescriptors())
                .map(PropertyDescriptor::getName)
                .toArray(String[]::new);
    }

    @Test
    void shouldNameEveryPropertyThatIsWrong() throws Exception {
        assertThat(wrong(spec -> spec.setDestination(null))).containsExactly("destination");
        assertThat(wrong(spec -> spec.setDestinationType(null))).containsExactly("destinationType");
        assertThat(wrong(spec -> spec.setDestinationType("javax.jms.Queue"))).containsExactly("destinationType");
        assertThat(wrong(spec -> spec.setAcknowledgeMode("Client-acknowledge"))).containsExactly("acknowledgeMode");
        assertThat(wrong(spec -> spec.setMaxSessions(0))).containsExactly("maxSession");
        assertThat(wrong(spec -> spec.setNoLocal(true))).containsExactly("noLocal");
        assertThat(wrong(spec -> spec.setSubscriptionDurability("For ever"))).containsExactly("subscriptionDurability");
        assertThat(wrong(spec -> {
                    spec.setDestinationType("jakarta.jms.Topic");
                    spec.setSubscriptionDurability("Durable");
                }))
                .containsExactly("subscriptionName", "clientId");
        assertThat(wrong(spec -> {
                    spec.setSubscriptionName("s");
                    spec.setShareSubscriptions(true);
                }))
                .containsExactly("shareSubscriptions");
    }

    @Test
    void shouldAcceptWhatTheSpecificationHas() throws Exception {
        final AnserActivationSpec spec = topicSpec("t");
        spec.setAcknowledgeMode("Dups-ok-acknowledge");
        spec.setSubscriptionDurability("durable");
        spec.setSubscriptionName("s");
        spec.setClientId("c");
        spec.setMessageSelector("a = 1");
        assertThatCode(spec::validate).doesNotThrowAnyException();

        final AnserActivationSpec byName = new AnserActivationSpec();
        byName.setDestinationLookup("jms/any");
        assertThatCode(byName::validate).doesNotThrowAnyException();
    }

    @Test
    void shouldBelongToOneAdapter() throws Exception {
        final AnserActivationSpec spec = queueSpec("q");

        assertThat(catchThrowableOfType(IllegalStateException.class, () -> spec.setResourceAdapter(adapter)))
                .isNotNull();
    }

    @Test
    void shouldTakeOneValueUnderItsSeveralNames() {
        final AnserActivationSpec spec = new AnserActivationSpec();
        spec.setMaxSessions(4);
        assertThat(spec.getMaxSession()).isEqualTo(4);
        spec.setMaxConcurrency(5);
        assertThat(spec.getEndpointPoolMaxSize()).isEqualTo(5);
        spec.setUser("ada");
        assertThat(spec.getUserName()).isEqualTo("ada");
        spec.setClientId("c");
        assertThat(spec.getClientID()).isEqualTo("c");
    }

    @Test
    void shouldSayWhatHasNoEffect() throws Exception {
        final AnserActivationSpec spec = queueSpec("q");
        spec.setMaximumRedeliveries(3);
        spec.setBackOffMultiplier(1.5);

        assertThat(spec.withoutEffect()).containsExactly("BackOffMultiplier", "MaximumRedeliveries");
        assertThatCode(spec::validate).doesNotThrowAnyException();
    }

    @Test
    void shouldPreferTheLookupToTheName() throws Exception {
        Names.BOUND.put("jms/real", new AnserQueue("real"));
        final Bean bean = new Bean();
        final AnserActivationSpec spec = queueSpec("not this one");
        spec.setDestinationLookup("jms/real");
        adapter.endpointActivation(new TestEndpoints(true, bean), spec);
        broker.send("real", "m");

        await().until(() -> bean.texts.contains("m"));
    }

    @Test
    void shouldWaitForAJndiNameThatIsBoundLater() throws Exception {
        final Bean bean = new Bean();
        final AnserActivationSpec spec = new AnserActivationSpec();
        spec.setResourceAdapter(adapter);
        spec.setDestination("jms/later");
        spec.setUseJndi(true);
        adapter.endpointActivation(new TestEndpoints(true, bean), spec);
        await().until(() -> server.works.size() > 2);
        Names.BOUND.put("jms/later", new AnserTopic("of JNDI"));

        await().until(() -> {
            try (var context = broker.outside()) {
                context.createProducer().send(context.createTopic("of JNDI"), "m");
            }
            return bean.texts.contains("m");
        });
    }

    @Test
    void shouldConnectAsTheNamedConnectionFactoryDoes() throws Exception {
        Names.BOUND.put("jms/cf", factory());
        adapter = new AnserResourceAdapter();
        adapter.setSetupInterval(20L);
        adapter.start(server);
        final Bean bean = new Bean();
        final AnserActivationSpec spec = queueSpec("by factory");
        spec.setConnectionFactoryLookup("jms/cf");
        adapter.endpointActivation(new TestEndpoints(true, bean), spec);
        broker.send("by factory", "m");

        await().until(() -> bean.texts.contains("m"));
    }

    /** A directory of one map. */
    public static final class Names implements InitialContextFactory {
        static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

        @Override
        public Context getInitialContext(final Hashtable<?, ?> environment) throws javax.naming.NamingException {
            return new InitialContext(true) {
                @Override
                public Object lookup(final String name) throws NameNotFoundException {
                    final Object found = BOUND.get(name);
                    if (found == null) {
                        throw new NameNotFoundException(name);
                    }
                    return found;
                }
            };
        }
    }
}
