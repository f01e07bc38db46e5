package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What this release leaves out it says plainly, never as an UnsupportedOperationException. */
class NotYetTest extends SessionFixture {

    @Test
    void shouldSayWhatItDoesNotDoYet() throws JMSException {
        final Session session = auto();
        final Queue orders = orders(session);
        final Topic prices = session.createTopic("prices");
        final MessageProducer producer = session.createProducer(orders);
        final List<Action> actions = List.of(
                () -> connection.createConnectionConsumer(orders, null, null, 1),
                () -> connection.createConnectionConsumer(prices, null, null, 1),
                () -> connection.createSharedConnectionConsumer(prices, "s", null, null, 1),
                () -> connection.createDurableConnectionConsumer(prices, "s", null, null, 1),
                () -> connection.createSharedDurableConnectionConsumer(prices, "s", null, null, 1),
                () -> session.setMessageListener(message -> {}));

        for (final Action action : actions) {
            assertThatThrownBy(action::run)
                    .isExactlyInstanceOf(JMSException.class)
                    .hasMessageContaining("this release does not do that yet")
                    .extracting(e -> ((JMSException) e).getErrorCode())
                    .isEqualTo(NotYet.ERROR_CODE);
        }
    }

    @Test
    void shouldSayItWithTheExceptionThatFits() throws JMSException {
        final Session session = auto();

        assertThatThrownBy(session::run)
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("not do that yet");
        assertThat(session.getMessageListener()).isNull();
        assertThat(session.createConsumer(orders(session), null, true))
                .as("noLocal of a queue")
                .isNotNull();
    }
}
