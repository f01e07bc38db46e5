package io.ansermq.tck.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.jta.UserTransaction;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import io.ansermq.tck.transactions.Narayana;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolXAConnectionFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * JTA transactions: the XA pool of pooled-jms over Narayana, alone and under Spring's JtaTransactionManager with its
 * JmsTemplate and DefaultMessageListenerContainer.
 */
class JtaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECEIVE_MS = 20_000;

    @TempDir
    static Path log;

    private static TransactionManager manager;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private ServerProcess server;
    private JmsPoolXAConnectionFactory pool;

    @BeforeAll
    static void startManager() {
        manager = Narayana.with(log).manager();
    }

    @BeforeEach
    void start() {
        server = ServerProcess.with(evidence).start();
        pool = new JmsPoolXAConnectionFactory();
        pool.setConnectionFactory(new AnserConnectionFactory(server.uri()));
        pool.setTransactionManager(manager);
        pool.setMaxConnections(2);
        pool.start();
    }

    @AfterEach
    void stop() {
        pool.stop();
    }

    @Test
    void shouldSendAndReceiveInTransactionsOfThePool() throws Exception {
        manager.begin();
        send("in", "undone");
        manager.rollback();
        manager.begin();
        send("in", "done");
        manager.commit();

        manager.begin();
        assertThat(receive("in")).isEqualTo("done");
        send("out", "never");
        manager.rollback();
        manager.begin();
        assertThat(receive("in")).isEqualTo("done");
        send("out", "once");
        manager.commit();

        manager.begin();
        assertThat(receive("out")).isEqualTo("once");
        assertThat(receiveNow("out")).isNull();
        assertThat(receiveNow("in")).isNull();
        manager.commit();
    }

    @Test
    void shouldSendAtOnceOutsideOfTransactionsOfThePool() throws Exception {
        send("plain", "at once");

        manager.begin();
        assertThat(receive("plain")).isEqualTo("at once");
        manager.commit();
        assertThat(pool.getNumConnections()).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldCommitAndRollBackWithSpring() {
        final TransactionTemplate transaction = new TransactionTemplate(spring());
        final JmsTemplate template = template();
        transaction.executeWithoutResult(status -> {
            template.convertAndSend("ledger", "undone");
            status.setRollbackOnly();
        });
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    template.convertAndSend("ledger", "undone too");
                    throw new IllegalStateException("the work fails");
                }))
                .hasMessage("the work fails");
        transaction.executeWithoutResult(status -> {
            template.convertAndSend("ledger", "first");
            template.convertAndSend("ledger", "second");
        });
        transaction.executeWithoutResult(status -> {
            assertThat(template.receiveAndConvert("ledger")).isEqualTo("first");
            status.setRollbackOnly();
        });

        transaction.executeWithoutResult(status -> {
            assertThat(template.receiveAndConvert("ledger")).isEqualTo("first");
            assertThat(template.receiveAndConvert("ledger")).isEqualTo("second");
        });
    }

    @Test
    void shouldRedeliverToAListenerWhoseTransactionWasRolledBack() {
        final Tally received = new Tally();
        final Tally answered = new Tally();
        final JmsTemplate template = template();
        final DefaultMessageListenerContainer container = container("orders", message -> {
            final String text = textOf(message);
            template.convertAndSend("answers", text);
            if (received.add(text) == 1) {
                throw new IllegalStateException("the first delivery of each message fails");
            }
        });
        final DefaultMessageListenerContainer answers = container("answers", message -> answered.add(textOf(message)));
        try {
            final List<String> texts = Tally.texts("order", 20);
            texts.forEach(text -> template.convertAndSend("orders", text));

            answered.awaitAll(texts);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts).allMatch(text -> received.count(text) == 2));
            answered.assertEachOnce(texts);
        } finally {
            container.shutdown();
            answers.shutdown();
        }
    }

    private JtaTransactionManager spring() {
        final JtaTransactionManager spring = new JtaTransactionManager(UserTransaction.userTransaction(), manager);
        spring.afterPropertiesSet();
        return spring;
    }

    private JmsTemplate template() {
        final JmsTemplate template = new JmsTemplate((ConnectionFactory) pool);
        // What the pool hands out belongs to the JTA transaction by itself; a transacted session would be a local one.
        template.setSessionTransacted(false);
        template.setReceiveTimeout(RECEIVE_MS);
        return template;
    }

    private DefaultMessageListenerContainer container(final String queue, final MessageListener listener) {
        final DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory((ConnectionFactory) pool);
        container.setTransactionManager(spring());
        container.setDestinationName(queue);
        container.setRecoveryInterval(100);
        container.setErrorHandler(
                failure -> assertThat(failure).hasMessage("the first delivery of each message fails"));
        container.setMessageListener(listener);
        container.afterPropertiesSet();
        container.start();
        return container;
    }

    private static String textOf(final Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private void send(final String queue, final String text) throws JMSException {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            session.createProducer(session.createQueue(queue)).send(session.createTextMessage(text));
        }
    }

    private String receive(final String queue) throws JMSException {
        final Message message = receive(queue, RECEIVE_MS);
        assertThat(message).isNotNull();
        return message.getBody(String.class);
    }

    private Message receiveNow(final String queue) throws JMSException {
        return receive(queue, -1);
    }

    private Message receive(final String queue, final int timeoutMs) throws JMSException {
        try (Connection connection = pool.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            final var consumer = session.createConsumer(session.createQueue(queue));
            return timeoutMs < 0 ? consumer.receiveNoWait() : consumer.receive(timeoutMs);
        }
    }
}
