package io.ansermq.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.XAConnectionFactory;
import java.net.URI;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What a test class gets from {@link AnserBroker}. */
@AnserBroker
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnserBrokerTest {

    private static URI first;
    private static JMSContext closed;

    @Test
    @Order(1)
    void shouldGiveFactoriesAndContextsOfOneBroker(
            final ConnectionFactory factory,
            final QueueConnectionFactory queues,
            final XAConnectionFactory distributed,
            final JMSContext context,
            final URI uri) {
        assertThat(queues).isInstanceOf(AnserConnectionFactory.class);
        assertThat(distributed).isInstanceOf(AnserConnectionFactory.class);
        context.createProducer().send(context.createQueue("orders"), "one goose");
        try (JMSContext other = factory.createContext()) {
            assertThat(other.createConsumer(other.createQueue("orders")).receiveBody(String.class, 10_000))
                    .isEqualTo("one goose");
        }
        context.createProducer().send(context.createQueue("letters"), "for the next test");
        first = uri;
        closed = context;
    }

    @Test
    @Order(2)
    void shouldKeepTheBrokerForAllTestsOfAClassAndCloseContextsAfterEach(final JMSContext context, final URI uri) {
        assertThat(uri).isEqualTo(first);
        assertThat(context.createConsumer(context.createQueue("letters")).receiveBody(String.class, 10_000))
                .isEqualTo("for the next test");
        assertThat(catchThrowable(() -> closed.createTextMessage("late"))).isInstanceOf(JMSRuntimeException.class);
    }

    @Test
    @AnserBroker(options = "auto-create=false")
    void shouldStartAnotherOneForAMethodWithItsOptions(final ConnectionFactory factory, final URI uri)
            throws JMSException {
        assertThat(uri).isNotEqualTo(first);
        try (var connection = factory.createConnection();
                var session = connection.createSession()) {
            assertThat(catchThrowable(() -> session.createProducer(session.createQueue("unknown"))
                            .send(session.createMessage())))
                    .isInstanceOf(JMSException.class);
        }
    }

    @Test
    @AnserBroker(tcp = true)
    void shouldListenOnAPortWhenAsked(final URI uri, final JMSContext context) {
        assertThat(uri.getScheme()).isEqualTo("anser");
        assertThat(uri.getPort()).isPositive();
        context.createProducer().send(context.createQueue("orders"), "by TCP");
    }

    @Nested
    class Inside {
        @Test
        void shouldShareTheBrokerOfTheEnclosingClass(final JMSContext context) {
            assertThat(context.createQueue("orders")).isNotNull();
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAnOption() {
        final var failures = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Misspelt.class))
                .execute()
                .containerEvents()
                .failed();
        assertThat(failures.list().toString()).contains("flushh").contains("flush");
    }

    @AnserBroker(options = "flushh=sync")
    static class Misspelt {
        @Test
        void neverRuns() {}
    }
}
