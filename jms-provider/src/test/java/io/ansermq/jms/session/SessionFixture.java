package io.ansermq.jms.session;

import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.jms.config.OptionValues;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker of the test's own, a started connection to it, and short words for what the tests do. */
abstract class SessionFixture {
    /** Long enough never to be the reason; a test that waits for it has failed. */
    static final long PATIENCE_MS = 20_000;

    MiniBroker broker;
    JmsConnection connection;

    @BeforeEach
    final void startBroker() throws IOException, JMSException {
        broker = new MiniBroker();
        connection = connect();
        connection.start();
    }

    @AfterEach
    final void stopBroker() throws JMSException {
        connection.close();
        broker.close();
    }

    final JmsConnection connect() throws JMSException {
        return connect("");
    }

    /** A connection with more options. */
    final JmsConnection connect(final String query) throws JMSException {
        return JmsConnection.open(settings(query), Domain.ANY);
    }

    final ConnectionSettings settings(final String query) {
        final ConnectionUri uri = ConnectionUri.parse(broker.uri() + query);
        final OptionValues values = new OptionValues();
        values.setAll(uri.options());
        return ConnectionSettings.of(uri, values, null, null);
    }

    final Session session(final int mode) throws JMSException {
        return connection.createSession(mode);
    }

    final Session auto() throws JMSException {
        return session(Session.AUTO_ACKNOWLEDGE);
    }

    final Queue orders(final Session session) throws JMSException {
        return session.createQueue("orders");
    }

    /** Sends texts to the queue "orders" over the connection. */
    final void send(final String... texts) throws JMSException {
        try (Session session = connection.createSession();
                var producer = session.createProducer(orders(session))) {
            for (final String text : texts) {
                producer.send(session.createTextMessage(text));
            }
        }
    }

    static String text(final Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    static String receive(final MessageConsumer consumer) throws JMSException {
        return text(consumer.receive(PATIENCE_MS));
    }

    static List<String> receive(final MessageConsumer consumer, final int count) throws JMSException {
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(receive(consumer));
        }
        return texts;
    }

    static void awaitLatch(final CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs something on a thread of its own. */
    static Thread start(final Action action) {
        final Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void join(final Thread thread) {
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (thread.isAlive()) {
            throw new AssertionError(thread + " does not end");
        }
    }

    /** Waits until a thread is blocked: it has come to where it waits. */
    static void awaitBlocked(final Thread thread) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError(thread + " does not wait but is " + thread.getState());
            }
            Thread.onSpinWait();
        }
    }

    static Connection started(final Connection connection) throws JMSException {
        connection.start();
        return connection;
    }

    interface Action {
        void run() throws JMSException;
    }
}
