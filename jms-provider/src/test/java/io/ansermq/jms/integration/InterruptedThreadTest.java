package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers interrupt the threads that they stop, and these then roll back and close. */
class InterruptedThreadTest {
    private static final long PATIENCE_MS = 20_000;

    private Connection connection;
    private Queue orders;

    @BeforeEach
    void connect() throws JMSException {
        connection = new AnserConnectionFactory("vm://interrupted").createConnection();
        connection.start();
        try (Session session = connection.createSession()) {
            orders = session.createQueue("orders");
            session.createProducer(orders).send(session.createTextMessage("order"));
        }
    }

    @AfterEach
    void disconnect() throws JMSException {
        final boolean unused = Thread.interrupted();
        connection.close();
    }

    @Test
    void shouldCloseEverythingOnAnInterruptedThread() throws JMSException {
        final Session session = connection.createSession(Session.SESSION_TRANSACTED);
        final QueueBrowser browser = session.createBrowser(orders);
        assertThat(browser.getEnumeration().hasMoreElements()).isTrue();
        final MessageConsumer consumer = session.createConsumer(orders);
        assertThat(consumer.receive(PATIENCE_MS)).isNotNull();

        Thread.currentThread().interrupt();
        browser.close();
        consumer.close();
        session.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(next().getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    @Test
    void shouldRollBackWhollyOnAnInterruptedThread() throws JMSException {
        final Session session = connection.createSession(Session.SESSION_TRANSACTED);
        final MessageConsumer consumer = session.createConsumer(orders);
        assertThat(consumer.receive(PATIENCE_MS)).isNotNull();
        final BytesMessage large = session.createBytesMessage();
        large.writeBytes(new byte[600_000]);
        final MessageProducer producer = session.createProducer(orders);
        // So much that some of it is with the broker ahead of the end.
        for (int i = 0; i < 4; i++) {
            producer.send(large);
        }

        Thread.currentThread().interrupt();
        session.rollback();

        assertThat(Thread.interrupted()).isTrue();
        session.commit();
        session.close();
        assertThat(next().getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
    }

    private Message next() throws JMSException {
        try (Session session = connection.createSession()) {
            return session.createConsumer(orders).receive(PATIENCE_MS);
        }
    }
}
