package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueReceiver;
import jakarta.jms.QueueSender;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicPublisher;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Sections 6.1.8 and 6.2.15: every method of something closed throws, and closing again does not. */
class ClosedObjectsTest extends SessionFixture {

    /** {@code run} throws unchecked exceptions alone; the others are Object's or AutoCloseable's. */
    private static final Set<String> EXEMPT = Set.of("close", "run");

    @Test
    void shouldRefuseEveryMethodOfAClosedConnection() throws JMSException {
        connection.close();

        assertAllRefused(connection, Connection.class, QueueConnection.class, TopicConnection.class);
        connection.close();
    }

    @Test
    void shouldRefuseEveryMethodOfAClosedSession() throws JMSException {
        final Session session = auto();
        session.close();

        assertAllRefused(session, Session.class, QueueSession.class, TopicSession.class);
        session.close();
        assertThatThrownBy(session::run).isInstanceOf(IllegalStateRuntimeException.class);
    }

    @Test
    void shouldRefuseEveryMethodOfAClosedProducer() throws JMSException {
        final Session session = auto();
        for (final MessageProducer producer :
                List.of(session.createProducer(orders(session)), session.createProducer(null))) {
            producer.close();

            assertAllRefused(producer, MessageProducer.class, QueueSender.class, TopicPublisher.class);
            producer.close();
        }
    }

    @Test
    void shouldRefuseEveryMethodOfAClosedConsumer() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        consumer.close();

        assertAllRefused(consumer, MessageConsumer.class, QueueReceiver.class, TopicSubscriber.class);
        consumer.close();
    }

    @Test
    void shouldCloseWithTheSessionWhatBelongsToIt() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final MessageConsumer consumer = session.createConsumer(orders(session));
        session.close();

        assertAllRefused(producer, MessageProducer.class);
        assertAllRefused(consumer, MessageConsumer.class);
        producer.close();
        consumer.close();
    }

    @Test
    void shouldCloseWithTheConnectionWhatBelongsToIt() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final MessageConsumer consumer = session.createConsumer(orders(session));
        connection.close();

        assertAllRefused(session, Session.class);
        assertAllRefused(producer, MessageProducer.class);
        assertAllRefused(consumer, MessageConsumer.class);
        session.close();
        producer.close();
        consumer.close();
    }

    @Test
    void shouldRefuseEveryMethodOfAClosedContext() throws JMSException {
        final JMSContext context = JmsContext.open(settings(""), JMSContext.AUTO_ACKNOWLEDGE);
        final JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
        final var producer = context.createProducer();
        final var orders = context.createQueue("orders");
        context.close();

        assertAllRefused(context, JMSContext.class);
        assertAllRefused(consumer, JMSConsumer.class);
        assertThatThrownBy(() -> producer.send(orders, "late")).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatCode(context::close).doesNotThrowAnyException();
        assertThatCode(consumer::close).doesNotThrowAnyException();
    }

    /** Calls each method with nulls and zeros. */
    private static void assertAllRefused(final Object closed, final Class<?>... types) {
        final List<String> tolerated = new ArrayList<>();
        final Set<String> tried = new TreeSet<>();
        for (final Class<?> type : types) {
            for (final Method method : type.getMethods()) {
                if (!EXEMPT.contains(method.getName())) {
                    tried.add(method.toString());
                    if (!isRefused(closed, method)) {
                        tolerated.add(method.toString());
                    }
                }
            }
        }
        assertThat(tried).isNotEmpty();
        assertThat(tolerated).as("methods that a closed object should refuse").isEmpty();
    }

    private static boolean isRefused(final Object closed, final Method method) {
        final Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = zero(method.getParameterTypes()[i]);
        }
        try {
            method.setAccessible(true);
            method.invoke(closed, arguments);
            return false;
        } catch (InvocationTargetException e) {
            return e.getCause() instanceof IllegalStateException
                    || e.getCause() instanceof IllegalStateRuntimeException;
        } catch (IllegalAccessException e) {
            return fail(e);
        }
    }

    private static Object zero(final Class<?> type) {
        if (type == int.class) {
            return 1;
        } else if (type == long.class) {
            return 1L;
        } else if (type == boolean.class) {
            return false;
        }
        return null;
    }
}
