package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.broker.Broker;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.SmallBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets what when the connection of a consumer is cut that shares a queue with another one. */
class ReconnectedConsumersTest {
    private static final long PATIENCE_MS = 30_000;

    @TempDir
    private Path directory;

    private Broker broker;
    private CuttingProxy network;
    private Connection steady;
    private Connection shaky;
    private final Semaphore told = new Semaphore(0);

    @BeforeEach
    void connect() throws IOException, JMSException {
        broker = Broker.start(
                SmallBroker.options(directory).set("exclusive.audit", "true").build());
        network = new CuttingProxy(broker.port(), 1);
        network.heal();
        steady = connection("anser://127.0.0.1:" + broker.port() + "?strictAck=true");
        shaky = connection("failover:(anser://127.0.0.1:" + network.port()
                + ")?strictAck=true&initialReconnectDelay=1ms&maxReconnectDelay=50ms");
        shaky.setExceptionListener(lost -> told.release());
    }

    @AfterEach
    void disconnect() throws Exception {
        shaky.close();
        steady.close();
        network.close();
        broker.close();
    }

    @Test
    void shouldLeaveToOthersWhatACutConsumerHadBuffered() throws Exception {
        final MessageConsumer cut = consumer(shaky, "orders");
        send("orders", 0, 400);
        final List<Integer> all = receive(cut, 100);

        cutNetwork();
        final MessageConsumer other = consumer(steady, "orders");
        all.addAll(receive(other, 300));

        assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(0, 400));
        assertThat(cut.receiveNoWait()).isNull();
    }

    @Test
    void shouldStayAtRestOverACut() throws Exception {
        final MessageConsumer resting = consumer(shaky, "orders");
        final MessageConsumer other = consumer(steady, "orders");
        send("orders", 0, 200);
        assertThat(receive(other, 200))
                .as("the idle one keeps nothing")
                .containsExactlyInAnyOrderElementsOf(numbers(0, 200));

        cutNetwork();
        send("orders", 200, 400);

        assertThat(receive(other, 200)).containsExactlyInAnyOrderElementsOf(numbers(200, 400));
        assertThat(resting.receiveNoWait()).isNull();
    }

    @Test
    void shouldGetWhatItAsksForAfterACut() throws Exception {
        final MessageConsumer resting = consumer(shaky, "orders");
        final MessageConsumer other = consumer(steady, "orders");
        send("orders", 0, 20);
        assertThat(receive(other, 20)).hasSize(20);
        other.close();

        cutNetwork();
        send("orders", 20, 220);

        assertThat(receive(resting, 200)).isEqualTo(numbers(20, 220));
    }

    @Test
    void shouldPassAnExclusiveQueueOnWhenItsConsumerIsCut() throws Exception {
        final MessageConsumer first = consumer(shaky, "audit");
        final MessageConsumer second = consumer(steady, "audit");
        send("audit", 0, 200);
        assertThat(receive(first, 60)).isEqualTo(numbers(0, 60));
        assertThat(second.receiveNoWait()).as("while the first one is there").isNull();

        cutNetwork();
        assertThat(receive(second, 120)).isEqualTo(numbers(60, 180));
        assertThat(first.receiveNoWait()).as("who comes back stands behind").isNull();

        second.close();
        send("audit", 200, 220);
        assertThat(receive(first, 40)).isEqualTo(numbers(180, 220));
    }

    @Test
    void shouldGoOnAsTheOnlyConsumerOfAnExclusiveQueue() throws Exception {
        final MessageConsumer only = consumer(shaky, "audit");
        send("audit", 0, 200);
        final List<Integer> all = receive(only, 80);
        for (int cut = 0; cut < 3; cut++) {
            cutNetwork();
            all.addAll(receive(only, 40));
        }
        assertThat(all).isEqualTo(numbers(0, 200));
    }

    @Test
    void shouldTellTheSessionAloneWhoseAcknowledgementIsRefused() throws Exception {
        send("taken", 0, 1);
        send("left", 0, 1);
        final Message taken = clientAcknowledged(shaky, "taken").receive(PATIENCE_MS);
        final Message left = clientAcknowledged(shaky, "left").receive(PATIENCE_MS);

        network.lose();
        final Acknowledging first = new Acknowledging(taken);
        final Acknowledging second = new Acknowledging(left);
        await().until(() -> first.isWaiting() && second.isWaiting());
        cutNetwork();
        assertThat(clientAcknowledged(steady, "taken").receive(PATIENCE_MS))
                .as("it is another one's now")
                .isNotNull();
        network.heal();

        assertThatThrownBy(first::outcome)
                .hasRootCauseMessage(
                        "1 of the acknowledged messages were no longer this session's: they have been or will be delivered again");
        assertThatNoException().isThrownBy(second::outcome);
    }

    /** A thread that acknowledges a message, which waits for the broker. */
    private static final class Acknowledging {
        private final FutureTask<Void> task;
        private final Thread thread;

        Acknowledging(final Message message) {
            task = new FutureTask<>(() -> {
                message.acknowledge();
                return null;
            });
            thread = new Thread(task, "acknowledging");
            thread.start();
        }

        boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING;
        }

        void outcome() throws Exception {
            task.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Returns when the client knows, so that what follows happens to a connection that is restored or being restored. */
    private void cutNetwork() throws Exception {
        network.cut();
        assertThat(told.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
    }

    private static Connection connection(final String uri) throws JMSException {
        final Connection connection = new AnserConnectionFactory(uri).createConnection();
        connection.start();
        return connection;
    }

    private static MessageConsumer consumer(final Connection connection, final String queue) throws JMSException {
        final Session session = connection.createSession();
        return session.createConsumer(session.createQueue(queue));
    }

    private static MessageConsumer clientAcknowledged(final Connection connection, final String queue)
            throws JMSException {
        final Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        return session.createConsumer(session.createQueue(queue));
    }

    private void send(final String name, final int from, final int to) throws JMSException {
        try (Session session = steady.createSession(Session.SESSION_TRANSACTED)) {
            final Queue queue = session.createQueue(name);
            final MessageProducer producer = session.createProducer(queue);
            for (int i = from; i < to; i++) {
                producer.send(session.createTextMessage(Integer.toString(i)));
            }
            session.commit();
        }
    }

    private static List<Integer> receive(final MessageConsumer consumer, final int count) throws JMSException {
        final List<Integer> numbers = new ArrayList<>();
        while (numbers.size() < count) {
            final Message message = consumer.receive(PATIENCE_MS);
            assertThat(message)
                    .as("message %d of %d", numbers.size() + 1, count)
                    .isNotNull();
            numbers.add(Integer.parseInt(message.getBody(String.class)));
        }
        return numbers;
    }

    private static List<Integer> numbers(final int from, final int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
