package io.ansermq.tck.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jms.JmsException;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's JmsTemplate and DefaultMessageListenerContainer do what their users expect, through a restart as well. */
class SpringIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private ServerProcess server;
    private CachingConnectionFactory factory;
    private JmsTemplate template;

    @BeforeEach
    void start() {
        server = ServerProcess.with(evidence).start();
        factory = new CachingConnectionFactory(new AnserConnectionFactory(server.uri()));
        template = new JmsTemplate(factory);
        template.setReceiveTimeout(20_000);
    }

    @AfterEach
    void close() {
        factory.destroy();
    }

    @Test
    void shouldSendAndReceiveInOrderWithATemplate() {
        final List<String> texts = Tally.texts("letter", 500);
        texts.forEach(text -> template.convertAndSend("letters", text));

        for (final String text : texts) {
            assertThat(template.receiveAndConvert("letters")).isEqualTo(text);
        }
    }

    @Test
    void shouldReceiveWhatASelectorMatches() {
        for (int i = 0; i < 20; i++) {
            final int number = i;
            template.convertAndSend("numbers", "number " + i, message -> {
                message.setIntProperty("number", number);
                return message;
            });
        }

        assertThat(template.receiveSelectedAndConvert("numbers", "number = 17")).isEqualTo("number 17");
        assertThat(template.receiveAndConvert("numbers")).isEqualTo("number 0");
    }

    @Test
    void shouldAnswerARequest() throws Exception {
        final DefaultMessageListenerContainer container = container("questions", false, message -> {
            final String question = textOf(message);
            template.send(message.getJMSReplyTo(), session -> {
                final TextMessage answer = session.createTextMessage("yes, " + question);
                answer.setJMSCorrelationID(message.getJMSCorrelationID());
                return answer;
            });
        });
        try {
            for (int i = 0; i < 5; i++) {
                final String question = "question " + i;
                final Message answer =
                        template.sendAndReceive("questions", session -> session.createTextMessage(question));
                assertThat(textOf(answer)).isEqualTo("yes, " + question);
            }
        } finally {
            container.shutdown();
        }
    }

    @Test
    void shouldServeConcurrentListenersEachMessageOnce() {
        final Tally tally = new Tally();
        final DefaultMessageListenerContainer container =
                container("orders", false, message -> tally.add(textOf(message)));
        try {
            final List<String> texts = Tally.texts("order", 2000);
            texts.forEach(text -> template.convertAndSend("orders", text));

            tally.awaitAll(texts);
            tally.assertEachOnce(texts);
        } finally {
            container.shutdown();
        }
    }

    @Test
    void shouldRedeliverToATransactedListenerThatThrew() {
        final Tally tally = new Tally();
        final DefaultMessageListenerContainer container = container("fragile", true, message -> {
            if (tally.add(textOf(message)) == 1) {
                throw new IllegalStateException("the first delivery of each message fails");
            }
        });
        try {
            final List<String> texts = Tally.texts("egg", 20);
            texts.forEach(text -> template.convertAndSend("fragile", text));

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts).allMatch(text -> tally.count(text) == 2));
        } finally {
            container.shutdown();
        }
    }

    @Test
    void shouldCommitAndRollBackWithATransactionManager() {
        final TransactionTemplate transaction = new TransactionTemplate(new JmsTransactionManager(factory));
        final JmsTemplate transacted = new JmsTemplate(factory);
        transacted.setSessionTransacted(true);
        transacted.setReceiveTimeout(1000);

        transaction.executeWithoutResult(status -> {
            transacted.convertAndSend("ledger", "undone");
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> {
            transacted.convertAndSend("ledger", "first");
            transacted.convertAndSend("ledger", "second");
        });
        transaction.executeWithoutResult(status -> {
            assertThat(transacted.receiveAndConvert("ledger")).isEqualTo("first");
            status.setRollbackOnly();
        });

        assertThat(template.receiveAndConvert("ledger")).isEqualTo("first");
        assertThat(template.receiveAndConvert("ledger")).isEqualTo("second");
    }

    @Test
    void shouldGoOnListeningAfterARestartOfTheServer() {
        final Tally tally = new Tally();
        final DefaultMessageListenerContainer container =
                container("news", false, message -> tally.add(textOf(message)));
        try {
            final List<String> before = Tally.texts("before", 50);
            before.forEach(text -> template.convertAndSend("news", text));
            tally.awaitAll(before);

            server.kill();
            server.start();

            final List<String> after = Tally.texts("after", 50);
            after.forEach(this::sendWhenPossible);
            tally.awaitAll(after);
        } finally {
            container.shutdown();
        }
    }

    @Test
    void shouldKeepADurableSubscriptionWhileItsContainerIsAway() {
        final Tally tally = new Tally();
        final JmsTemplate publisher = new JmsTemplate(factory);
        publisher.setPubSubDomain(true);
        durableContainer(tally).shutdown();

        final List<String> texts = Tally.texts("edition", 50);
        texts.forEach(text -> publisher.convertAndSend("paper", text));
        final DefaultMessageListenerContainer container = durableContainer(tally);
        try {
            tally.awaitAll(texts);
            tally.assertEachOnce(texts);
        } finally {
            container.shutdown();
        }
    }

    private void sendWhenPossible(final String text) {
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(JmsException.class::isInstance)
                .until(() -> {
                    template.convertAndSend("news", text);
                    return true;
                });
    }

    private DefaultMessageListenerContainer container(
            final String queue, final boolean transacted, final CheckedListener listener) {
        final DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(new AnserConnectionFactory(server.uri()));
        container.setDestinationName(queue);
        container.setConcurrentConsumers(4);
        container.setSessionTransacted(transacted);
        return start(container, listener);
    }

    private DefaultMessageListenerContainer durableContainer(final Tally tally) {
        final DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory((ConnectionFactory) new AnserConnectionFactory(server.uri()));
        container.setClientId("reader");
        container.setDestinationName("paper");
        container.setPubSubDomain(true);
        container.setSubscriptionDurable(true);
        container.setDurableSubscriptionName("daily");
        return start(container, message -> tally.add(textOf(message)));
    }

    private static DefaultMessageListenerContainer start(
            final DefaultMessageListenerContainer container, final CheckedListener listener) {
        container.setRecoveryInterval(100);
        container.setMessageListener((MessageListener) message -> {
            try {
                listener.onMessage(message);
            } catch (final jakarta.jms.JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        container.afterPropertiesSet();
        container.start();
        await().atMost(PATIENCE)
                .until(() -> container.isRegisteredWithDestination() || container.getActiveConsumerCount() > 0);
        return container;
    }

    private static String textOf(final Message message) throws jakarta.jms.JMSException {
        return message.getBody(String.class);
    }

    /** A listener that may throw what JMS throws. */
    private interface CheckedListener {
        void onMessage(Message message) throws jakarta.jms.JMSException;
    }
}
