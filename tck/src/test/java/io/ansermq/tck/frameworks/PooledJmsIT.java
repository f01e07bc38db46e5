package io.ansermq.tck.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** The pool of pooled-jms: a connection and a session for each message cost nothing, and a restart does not poison it. */
class PooledJmsIT {
    private static final int THREADS = 8;
    private static final int MESSAGES = 200;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private ServerProcess server;
    private JmsPoolConnectionFactory pool;

    @BeforeEach
    void start() {
        server = ServerProcess.with(evidence).start();
        pool = new JmsPoolConnectionFactory();
        pool.setConnectionFactory(new AnserConnectionFactory(server.uri()));
        pool.setMaxConnections(2);
        pool.start();
    }

    @AfterEach
    void stop() {
        pool.stop();
    }

    @Test
    void shouldShareFewConnectionsAmongManyThreads() throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            final List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                final String name = "thread " + t;
                done.add(threads.submit(() -> {
                    for (final String text : Tally.texts(name, MESSAGES)) {
                        send("shared", text);
                    }
                    return null;
                }));
            }
            for (final Future<?> each : done) {
                each.get(2, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(pool.getNumConnections()).isLessThanOrEqualTo(2);
        final Tally tally = new Tally();
        final List<String> expected = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            expected.addAll(Tally.texts("thread " + t, MESSAGES));
        }
        try (Connection connection = pool.createConnection()) {
            connection.start();
            final Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(session.createQueue("shared"));
            for (int i = 0; i < expected.size(); i++) {
                final Message message = consumer.receive(20_000);
                assertThat(message).as("message " + i).isNotNull();
                tally.add(message.getBody(String.class));
            }
        }
        tally.assertEachOnce(expected);
    }

    @Test
    void shouldHandOutWorkingConnectionsAfterARestartOfTheServer() throws JMSException {
        send("kept", "before");
        server.kill();
        server.start();

        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsMatching(e -> e instanceof JMSException || e instanceof JMSRuntimeException)
                .until(() -> {
                    send("kept", "after");
                    return true;
                });

        assertThat(receive("kept")).isEqualTo("before");
    }

    @Test
    void shouldRollBackATransactedSessionThatGoesBackToThePool() throws JMSException {
        try (Connection connection = pool.createConnection()) {
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            session.createProducer(session.createQueue("undone")).send(session.createTextMessage("never committed"));
            session.close();
        }
        send("undone", "committed");

        assertThat(receive("undone")).isEqualTo("committed");
    }

    /** By way of Message.getBody: the pool's JMSConsumer has no receiveBody. */
    private String receive(final String queue) throws JMSException {
        try (JMSContext context = pool.createContext()) {
            final Message message =
                    context.createConsumer(context.createQueue(queue)).receive(20_000);
            assertThat(message).isNotNull();
            return message.getBody(String.class);
        }
    }

    private void send(final String queue, final String text) throws JMSException {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE)) {
            session.createProducer(session.createQueue(queue)).send(session.createTextMessage(text));
        }
    }
}
