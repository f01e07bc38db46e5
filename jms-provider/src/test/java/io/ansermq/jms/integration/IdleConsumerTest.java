package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer of default settings that takes nothing keeps nothing from the others. */
class IdleConsumerTest {
    private static final long PATIENCE_MS = 20_000;

    @TempDir
    private Path directory;

    private TcpBroker broker;
    private Connection connection;
    private Session session;
    private Queue orders;

    @BeforeEach
    void connect() throws JMSException {
        broker = TcpBroker.start(directory.resolve("data"));
        connection = new AnserConnectionFactory(broker.uri()).createConnection();
        connection.start();
        session = connection.createSession();
        orders = session.createQueue("orders");
    }

    @AfterEach
    void disconnect() throws JMSException {
        connection.close();
        broker.close();
    }

    @Test
    void shouldLeaveEverythingToAnotherConsumer() throws Exception {
        final MessageConsumer idle = connection.createSession().createConsumer(orders);
        send(orders, 10_000, null);

        final List<Integer> received = receive(session.createConsumer(orders), 10_000);

        assertThat(received).doesNotHaveDuplicates().hasSize(10_000);
        assertThat(idle.receiveNoWait()).isNull();
    }

    @Test
    void shouldGiveBackWhatItHasBufferedSinceItWasBusy() throws Exception {
        final MessageConsumer idle = connection.createSession().createConsumer(orders);
        send(orders, 10_000, null);
        final List<Integer> before = receive(idle, 1_000);

        final MessageConsumer other = session.createConsumer(orders);
        final List<Integer> all = new ArrayList<>(before);
        all.addAll(receive(other, 8_500));
        all.addAll(receive(idle, 300));
        all.addAll(receive(other, 200));
        assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(10_000));

        send(orders, 400, null);
        assertThat(receive(idle, 400))
                .as("what the other one had ahead of its application comes back too")
                .containsExactlyInAnyOrderElementsOf(numbers(400));
    }

    @Test
    void shouldGiveBackWhatWaitsBehindABusyListener() throws Exception {
        final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        final CountDownLatch busyNow = new CountDownLatch(1);
        final CountDownLatch blocked = new CountDownLatch(1);
        final MessageConsumer busy = connection.createSession().createConsumer(orders);
        busy.setMessageListener(message -> {
            heard.add(number(message));
            if (heard.size() == 1_000) {
                busyNow.countDown();
                await(blocked);
            }
        });
        send(orders, 3_000, null);
        // Or it shares the first thousand with the other one, and has heard fewer when that has its 2,000.
        await(busyNow);

        final List<Integer> all = receive(session.createConsumer(orders), 2_000);
        assertThat(heard).hasSize(1_000);
        all.addAll(heard);
        assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(3_000));

        heard.clear();
        blocked.countDown();
        send(orders, 1, null);
        assertThat(heard.poll(PATIENCE_MS, TimeUnit.MILLISECONDS)).isZero();
    }

    @Test
    void shouldKeepWhatItsTransactionHas() throws Exception {
        final Session transacted = connection.createSession(Session.SESSION_TRANSACTED);
        final MessageConsumer idle = transacted.createConsumer(orders);
        send(orders, 2_000, null);
        assertThat(receive(idle, 1_000)).isEqualTo(numbers(1_000));

        final MessageConsumer other = session.createConsumer(orders);
        assertThat(receive(other, 1_000)).containsExactlyInAnyOrderElementsOf(numbers(1_000, 2_000));
        other.close();
        transacted.rollback();
        for (int i = 0; i < 1_000; i++) {
            final Message again = idle.receive(PATIENCE_MS);
            assertThat(number(again)).isEqualTo(i);
            assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        }
        transacted.commit();
        assertThat(idle.receiveNoWait()).isNull();
    }

    @Test
    void shouldGiveUpTheGroupsThatItHasNothingOf() throws Exception {
        final MessageConsumer idle = connection.createSession().createConsumer(orders);
        send(orders, 500, "g");
        assertThat(receive(idle, 100)).isEqualTo(numbers(100));

        final MessageConsumer other = session.createConsumer(orders);
        assertThat(receive(other, 400)).isEqualTo(numbers(100, 500));
    }

    @Test
    void shouldLeaveItsShareOfASubscription() throws Exception {
        final Topic prices = session.createTopic("prices");
        final MessageConsumer idle = connection.createSession().createSharedConsumer(prices, "watch");
        final MessageConsumer other = session.createSharedConsumer(prices, "watch");
        send(prices, 1_000, null);

        assertThat(receive(other, 1_000)).containsExactlyInAnyOrderElementsOf(numbers(1_000));
        assertThat(idle.receiveNoWait()).isNull();
    }

    @Test
    void shouldKeepWhatIsForItAlone() throws Exception {
        final Topic prices = session.createTopic("prices");
        final MessageConsumer idle = connection.createSession().createConsumer(prices);
        send(prices, 1_000, null);
        send(orders, 100, null);
        assertThat(receive(session.createConsumer(orders), 100)).hasSize(100);

        assertThat(receive(idle, 1_000)).isEqualTo(numbers(1_000));
    }

    @Test
    void shouldGoOnWhenItsConnectionIsStartedAtLast() throws Exception {
        try (Connection stopped = new AnserConnectionFactory(broker.uri()).createConnection()) {
            final MessageConsumer idle = stopped.createSession().createConsumer(orders);
            send(orders, 10, null);
            assertThat(receive(session.createConsumer(orders), 10)).containsExactlyInAnyOrderElementsOf(numbers(10));
            send(orders, 1, null);
            session.close();

            stopped.start();
            assertThat(receive(idle, 1)).containsExactly(0);
        }
    }

    private void send(final Destination to, final int count, final String group) throws Exception {
        final Session sending = connection.createSession();
        final MessageProducer producer = sending.createProducer(to);
        final List<Exception> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            final TextMessage message = sending.createTextMessage(Integer.toString(i));
            if (group != null) {
                message.setStringProperty("JMSXGroupID", group);
            }
            producer.send(message, new CompletionListener() {
                @Override
                public void onCompletion(final Message sent) {}

                @Override
                public void onException(final Message unsent, final Exception reason) {
                    failures.add(reason);
                }
            });
        }
        sending.close();
        assertThat(failures).isEmpty();
    }

    /** Numbers of messages that nobody has seen before. */
    private static List<Integer> receive(final MessageConsumer consumer, final int count) throws JMSException {
        final List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Message message = consumer.receive(PATIENCE_MS);
            assertThat(message).as("message %d of %d", i + 1, count).isNotNull();
            assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
            numbers.add(number(message));
        }
        return numbers;
    }

    private static int number(final Message message) {
        try {
            return Integer.parseInt(message.getBody(String.class));
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(final CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Integer> numbers(final int count) {
        return numbers(0, count);
    }

    private static List<Integer> numbers(final int from, final int to) {
        return IntStream.range(from, to).boxed().toList();
    }
}
