package io.ansermq.jms.jndi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import javax.naming.ConfigurationException;
import javax.naming.Reference;
import javax.naming.StringRefAddr;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;

class AnserObjectFactoryTest {

    private static Object resolve(final Reference reference) throws Exception {
        return NamingManager.getObjectInstance(reference, null, null, null);
    }

    @Test
    void shouldMakeDestinationsOfTheirOwnReferences() throws Exception {
        assertThat(resolve(new AnserQueue("orders").getReference())).isEqualTo(new AnserQueue("orders"));
        assertThat(resolve(new AnserTopic("orders").getReference())).isEqualTo(new AnserTopic("orders"));
    }

    @Test
    void shouldMakeFactoriesOfTheirOwnReferences() throws Exception {
        final AnserConnectionFactory factory = new AnserConnectionFactory("ann", "secret", "anser://far:1?prefetch=3");
        factory.setClientID("me");
        factory.setStrictAck(true);

        final AnserConnectionFactory made = (AnserConnectionFactory) resolve(factory.getReference());

        assertThat(made.getBrokerURL()).isEqualTo("anser://far:1?prefetch=3");
        assertThat(made.getUserName()).isEqualTo("ann");
        assertThat(made.getPassword()).isEqualTo("secret");
        assertThat(made.getClientID()).isEqualTo("me");
        assertThat(made.getPrefetch()).isEqualTo(3);
        assertThat(made.isStrictAck()).isTrue();
    }

    /** As a servlet container makes them of its configuration. */
    @Test
    void shouldMakeWhatAServerDescribes() throws Exception {
        final Reference factory =
                new Reference("jakarta.jms.ConnectionFactory", AnserObjectFactory.class.getName(), null);
        factory.add(new StringRefAddr("scope", ""));
        factory.add(new StringRefAddr("auth", "Container"));
        factory.add(new StringRefAddr("singleton", "true"));
        factory.add(new StringRefAddr("user", "ann"));
        factory.add(new StringRefAddr("brokerURL", "anser://far:1?userName=bob"));
        final Reference queue = new Reference("jakarta.jms.Queue", AnserObjectFactory.class.getName(), null);
        queue.add(new StringRefAddr("physicalName", "orders"));

        assertThat(((AnserConnectionFactory) resolve(factory)).getUserName()).isEqualTo("ann");
        assertThat(resolve(queue)).isEqualTo(new AnserQueue("orders"));
    }

    @Test
    void shouldNameWhatIsWrong() {
        final String objectFactory = AnserObjectFactory.class.getName();
        final Reference badOption = new Reference(AnserConnectionFactory.class.getName(), objectFactory, null);
        badOption.add(new StringRefAddr("prefech", "1"));
        final Reference nameless = new Reference(AnserTopic.class.getName(), objectFactory, null);

        assertThatThrownBy(() -> resolve(badOption))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("prefech");
        assertThatThrownBy(() -> resolve(nameless))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("physicalName");
    }

    @Test
    void shouldLeaveOtherThingsToOthers() throws Exception {
        final AnserObjectFactory objectFactory = new AnserObjectFactory();

        assertThat(objectFactory.getObjectInstance("text", null, null, null)).isNull();
        assertThat(objectFactory.getObjectInstance(new Reference("java.lang.String"), null, null, null))
                .isNull();
    }
}
