package io.ansermq.tck.stub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.junit.jupiter.api.Test;

/** Looks for everything that the official TCK looks for, as it does: by names in a default initial context. */
@SuppressWarnings("BanJNDI") // what is looked up is on this class path, and looking it up is the test
class WiringIT {
    private static final List<String> ORDER = new ArrayList<>();

    private static final long RECEIVE_MS = 10_000;

    @Test
    void testTheSettings() {
        assertEquals("standalone", System.getProperty("platform.mode"));
        assertEquals("standalone", System.getProperty("vehicle"));
        assertEquals("10000", System.getProperty("jms_timeout"));
        assertNotNull(System.getProperty("user"));
        assertNotNull(System.getProperty("password"));
    }

    @Test
    void testTheNames() throws NamingException {
        final Context names = new InitialContext();
        for (final String queue : List.of("MY_QUEUE", "MY_QUEUE2", "testQ0", "testQ1", "testQ2", "testQueue2", "Q2")) {
            assertInstanceOf(Queue.class, names.lookup(queue));
        }
        for (final String topic : List.of("MY_TOPIC", "MY_TOPIC2", "testT0", "testT1", "testT2")) {
            assertInstanceOf(Topic.class, names.lookup(topic));
        }
        assertInstanceOf(ConnectionFactory.class, names.lookup("MyConnectionFactory"));
        assertInstanceOf(QueueConnectionFactory.class, names.lookup("MyQueueConnectionFactory"));
        assertInstanceOf(TopicConnectionFactory.class, names.lookup("MyTopicConnectionFactory"));
    }

    @Test
    void testTheUsers() throws NamingException, JMSException {
        final QueueConnectionFactory factory =
                (QueueConnectionFactory) new InitialContext().lookup("MyQueueConnectionFactory");
        try (JMSContext context = factory.createContext(System.getProperty("user"), System.getProperty("password"))) {
            final Queue queue = (Queue) names("MY_QUEUE");
            context.createProducer().send(queue, "wired");
            assertEquals("wired", context.createConsumer(queue).receiveBody(String.class, RECEIVE_MS));
        }
        assertThrows(JMSSecurityException.class, () -> factory.createConnection("invalid", "invalid"));
        assertThrows(JMSSecurityRuntimeException.class, () -> factory.createContext("invalid", "invalid"));
        try (Connection connection = factory.createConnection()) {
            assertNull(connection.getClientID());
        }
    }

    @Test
    void testTheClientId() throws NamingException, JMSException {
        try (Connection connection = ((ConnectionFactory) names("DURABLE_SUB_CONNECTION_FACTORY")).createConnection()) {
            assertEquals("cts", connection.getClientID());
        }
    }

    private static Object names(final String name) throws NamingException {
        return new InitialContext().lookup(name);
    }

    @Test
    void testOrderB() {
        ORDER.add("B");
        assertTrue(ORDER.contains("A"), "methods run in the order of their names");
    }

    @Test
    void testOrderA() {
        ORDER.add("A");
    }
}
