package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Applications that know nothing of broken connections: producers that send one message after the other, waiting for each
 * or not, and one listener per queue, which must get every message that a producer knows to be stored, once, in the order it
 * was sent.
 */
final class FailoverLoad implements AutoCloseable {
    private static final Duration ALL_WITHIN = Duration.ofSeconds(90);
    private static final int UNDER_WAY = 200;

    private final AnserConnectionFactory factory;
    private final String what;
    private final List<Lane> lanes = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicInteger told = new AtomicInteger();
    private volatile boolean stopping;

    /** One queue with its producer and its listener. */
    private final class Lane implements Runnable {
        private final String queue;
        private final boolean waits;
        private final List<Integer> received = new ArrayList<>();
        private final ConcurrentLinkedQueue<Integer> stored = new ConcurrentLinkedQueue<>();
        private final Semaphore room = new Semaphore(UNDER_WAY);
        private final Connection producing;
        private final Connection consuming;
        private final Thread thread = new Thread(this, "producer");

        Lane(final String queue, final boolean waits) throws JMSException {
            this.queue = queue;
            this.waits = waits;
            producing = connect();
            consuming = connect();
            final Session session = consuming.createSession(Session.AUTO_ACKNOWLEDGE);
            session.createConsumer(session.createQueue(queue)).setMessageListener(this::listen);
            consuming.start();
            thread.start();
        }

        private void listen(final Message message) {
            try {
                synchronized (received) {
                    received.add(message.getIntProperty("n"));
                }
            } catch (JMSException e) {
                problems.add("a message of " + queue + " without a number: " + e);
            }
        }

        @Override
        public void run() {
            try {
                final Session session = producing.createSession(Session.AUTO_ACKNOWLEDGE);
                final MessageProducer producer = session.createProducer(session.createQueue(queue));
                final String body = "x".repeat(200);
                for (int n = 0; !stopping; n++) {
                    final Message message = session.createTextMessage(body);
                    message.setIntProperty("n", n);
                    if (waits) {
                        producer.send(message);
                        stored.add(n);
                    } else {
                        room.acquire();
                        producer.send(message, new Answer(n));
                    }
                }
                room.acquire(UNDER_WAY);
            } catch (JMSException e) {
                problems.add("the producer of " + queue + " failed: " + e);
            } catch (InterruptedException e) {
                problems.add("the producer of " + queue + " was interrupted");
            }
        }

        private final class Answer implements CompletionListener {
            private final int number;

            Answer(final int number) {
                this.number = number;
            }

            @Override
            public void onCompletion(final Message message) {
                stored.add(number);
                room.release();
            }

            @Override
            public void onException(final Message message, final Exception exception) {
                problems.add("send " + number + " to " + queue + " failed: " + exception);
                room.release();
            }
        }

        private int receivedCount() {
            synchronized (received) {
                return received.size();
            }
        }

        private void check() {
            final List<Integer> got;
            synchronized (received) {
                got = List.copyOf(received);
            }
            final Map<Integer, Integer> times = new HashMap<>();
            got.forEach(n -> times.merge(n, 1, Integer::sum));
            assertThat(stored.stream().filter(n -> !times.containsKey(n)).limit(20))
                    .as("stored and never received of %s: %s", queue, what)
                    .isEmpty();
            assertThat(times.entrySet().stream()
                            .filter(each -> each.getValue() > 1)
                            .limit(20))
                    .as("received more than once of %s: %s", queue, what)
                    .isEmpty();
            assertThat(got).as("the order of %s: %s", queue, what).isSorted();
        }

        private void close() throws JMSException {
            producing.close();
            consuming.close();
        }
    }

    /** @param what is said when something is wrong: the seed */
    FailoverLoad(final String uri, final String what) throws JMSException {
        factory = new AnserConnectionFactory(uri);
        this.what = what;
        lanes.add(new Lane("waiting", true));
        lanes.add(new Lane("pipelined", false));
    }

    private Connection connect() throws JMSException {
        final Connection connection = factory.createConnection();
        connection.setExceptionListener(problem -> told.incrementAndGet());
        return connection;
    }

    /** Waits until each listener has got so many more. */
    void awaitMore(final int count) {
        final List<Integer> from = lanes.stream().map(Lane::receivedCount).toList();
        Awaitility.await(what)
                .atMost(ALL_WITHIN)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    for (int i = 0; i < lanes.size(); i++) {
                        if (lanes.get(i).receivedCount() < from.get(i) + count) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    /** How often exception listeners were called. */
    int told() {
        return told.get();
    }

    /** Lets everything come to its end, and checks what must hold. */
    void finish() throws InterruptedException {
        stopping = true;
        for (final Lane lane : lanes) {
            lane.thread.join(ALL_WITHIN.toMillis());
            assertThat(lane.thread.isAlive())
                    .as("the producer of %s hangs: %s", lane.queue, what)
                    .isFalse();
        }
        assertThat(problems).as(what).isEmpty();
        for (final Lane lane : lanes) {
            Awaitility.await(what).atMost(ALL_WITHIN).until(() -> lane.receivedCount() >= lane.stored.size());
            lane.check();
        }
    }

    /** How many messages were received in all. */
    int received() {
        return lanes.stream().mapToInt(Lane::receivedCount).sum();
    }

    @Override
    public void close() throws JMSException {
        stopping = true;
        for (final Lane lane : lanes) {
            lane.close();
        }
    }
}
