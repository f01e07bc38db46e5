package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.broker.Broker;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.SmallBroker;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing while there is no connection, or while others still work: it returns, and nobody waits for ever. */
class ClosingTest {
    private static final long PATIENCE_S = 30;

    @TempDir
    private Path directory;

    private Broker broker;
    private CuttingProxy network;
    private Connection connection;
    private final Semaphore told = new Semaphore(0);

    @BeforeEach
    void connect() throws IOException, JMSException {
        broker = Broker.start(SmallBroker.options(directory).build());
        network = new CuttingProxy(broker.port(), 1);
        network.heal();
        connection = factory().createConnection();
        connection.setExceptionListener(lost -> told.release());
        connection.start();
    }

    @AfterEach
    void disconnect() throws Exception {
        network.close();
        connection.close();
        broker.close();
    }

    @Test
    void shouldGiveUpAsynchronousSendsWhenItClosesWithoutAConnection() throws Exception {
        final Session session = connection.createSession();
        final MessageProducer producer = session.createProducer(session.createQueue("orders"));
        network.lose();
        final Outcome outcome = new Outcome();
        producer.send(session.createTextMessage("lost"), outcome);
        network.close();
        assertThat(told.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)).isTrue();

        new Other(connection::close).outcome();

        assertThat(outcome.failures).singleElement().isInstanceOf(JMSException.class);
    }

    @Test
    void shouldGiveUpAsynchronousSendsWhenItLosesTheConnectionWhileItCloses() throws Exception {
        final Session session = connection.createSession();
        final MessageProducer producer = session.createProducer(session.createQueue("orders"));
        network.lose();
        final Outcome outcome = new Outcome();
        producer.send(session.createTextMessage("lost"), outcome);
        final Other closing = new Other(connection::close);
        await().until(closing::isWaiting);
        network.close();

        closing.outcome();

        assertThat(outcome.failures).singleElement().isInstanceOf(JMSException.class);
    }

    @Test
    void shouldGiveUpAsynchronousSendsOfTheLastContextOfAConnection() throws Exception {
        final JMSContext context = factory().createContext();
        context.setExceptionListener(lost -> told.release());
        final Queue queue = context.createQueue("orders");
        final JMSProducer producer = context.createProducer().send(queue, "first");
        network.lose();
        final Outcome outcome = new Outcome();
        producer.setAsync(outcome).send(queue, "lost");
        network.close();
        assertThat(told.tryAcquire(2, PATIENCE_S, TimeUnit.SECONDS)).isTrue();

        new Other(context::close).outcome();

        assertThat(outcome.failures).singleElement().isInstanceOf(JMSException.class);
    }

    @Test
    void shouldEndTheReceiveOfASessionThatIsMadeWhileItCloses() throws Exception {
        final Slow listener = listen();
        final Other closing = new Other(connection::close);
        await().until(closing::isWaiting);

        final Session late = connection.createSession();
        final MessageConsumer consumer = late.createConsumer(late.createQueue("empty"));
        final Other receiving = new Other(() -> assertThat(consumer.receive()).isNull());
        await().until(receiving::isWaiting);
        listener.mayReturn.countDown();

        closing.outcome();
        receiving.outcome();
        assertThatThrownBy(() -> late.createTextMessage()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> connection.createSession()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldWaitForTheListenerOfASessionThatAnotherThreadCloses() throws Exception {
        final Slow listener = listen();
        final Other closingSession = new Other(listener.session::close);
        await().until(closingSession::isWaiting);
        final Other closing = new Other(connection::close);
        await().until(() -> closing.isWaiting() || closing.isDone());

        assertThat(closing.isDone()).as("closed while a listener runs").isFalse();

        listener.mayReturn.countDown();
        closingSession.outcome();
        closing.outcome();
    }

    @Test
    void shouldNotBrowseInASessionThatWasClosedMeanwhile() throws Exception {
        final Session session = connection.createSession();
        final QueueBrowser browser = session.createBrowser(session.createQueue("orders"));
        network.lose();
        final Other browsing = new Other(browser::getEnumeration);
        await().until(browsing::isWaiting);
        session.close();
        network.heal();
        network.cut();

        assertThatThrownBy(browsing::outcome).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    private AnserConnectionFactory factory() {
        return new AnserConnectionFactory(
                "failover:(anser://127.0.0.1:" + network.port() + ")?initialReconnectDelay=1ms&maxReconnectDelay=50ms");
    }

    /** Returns when a listener has got a message, and keeps it. */
    private Slow listen() throws Exception {
        final Slow listener = new Slow(connection.createSession());
        final Queue queue = listener.session.createQueue("orders");
        listener.session.createConsumer(queue).setMessageListener(listener);
        try (Session session = connection.createSession()) {
            session.createProducer(queue).send(session.createMessage());
        }
        assertThat(listener.called.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        return listener;
    }

    private static final class Slow implements MessageListener {
        private final Session session;
        private final CountDownLatch called = new CountDownLatch(1);
        private final CountDownLatch mayReturn = new CountDownLatch(1);

        Slow(final Session session) {
            this.session = session;
        }

        @Override
        public void onMessage(final Message message) {
            called.countDown();
            try {
                mayReturn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    /** A thread that does something. */
    private static final class Other {
        private final FutureTask<Void> task;
        private final Thread thread;

        Other(final Action action) {
            task = new FutureTask<>(() -> {
                action.run();
                return null;
            });
            thread = new Thread(task, "other");
            thread.setDaemon(true);
            thread.start();
        }

        boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING;
        }

        boolean isDone() {
            return task.isDone();
        }

        void outcome() throws Exception {
            task.get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    private static final class Outcome implements CompletionListener {
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();

        @Override
        public void onCompletion(final Message message) {
            failures.add(new AssertionError("was stored"));
        }

        @Override
        public void onException(final Message message, final Exception exception) {
            failures.add(exception);
        }
    }
}
