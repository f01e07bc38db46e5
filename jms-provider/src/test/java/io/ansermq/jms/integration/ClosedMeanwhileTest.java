package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Another thread closes a session or consumer while messages are acknowledged or committed, which it may at any time: a call that
 * returns has done what it says. Many rounds, because only some of them meet.
 */
class ClosedMeanwhileTest {
    private static final int ROUNDS = 150;
    private static final long PATIENCE_S = 20;

    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private Connection connection;
    private Session checking;
    private Queue orders;

    private interface Call {
        void run() throws JMSException;
    }

    @BeforeEach
    void connect() throws JMSException {
        connection = new AnserConnectionFactory("vm://closed-meanwhile").createConnection();
        connection.start();
        checking = connection.createSession();
        orders = checking.createQueue("orders");
    }

    @AfterEach
    void disconnect() throws JMSException {
        connection.close();
        other.shutdown();
    }

    @Test
    void shouldHaveAcknowledgedWhatItSaysWhenTheSessionIsClosed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            send(checking);
            final Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            final Message message = receive(session.createConsumer(orders));

            final boolean done = meanwhile(message::acknowledge, session::close);

            assertThat(remaining()).as("round %d", round).isEqualTo(done ? 0 : 1);
        }
    }

    @Test
    void shouldHaveCommittedWhatItSaysWhenTheSessionIsClosed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            send(checking);
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            receive(session.createConsumer(orders));
            send(session);
            send(session);

            final boolean done = meanwhile(session::commit, session::close);

            assertThat(remaining()).as("round %d", round).isEqualTo(done ? 2 : 1);
        }
    }

    @Test
    void shouldHaveCommittedWhatItSaysWhenAConsumerIsClosed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            send(checking);
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            final MessageConsumer consumer = session.createConsumer(orders);
            receive(consumer);

            final boolean done = meanwhile(session::commit, consumer::close);
            session.close();

            assertThat(remaining()).as("round %d", round).isEqualTo(done ? 0 : 1);
        }
    }

    @Test
    void shouldHaveRolledBackAllWhenAConsumerIsClosed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            send(checking);
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            final MessageConsumer consumer = session.createConsumer(orders);
            receive(consumer);

            meanwhile(session::rollback, consumer::close);

            assertThat(remaining()).as("round %d", round).isEqualTo(1);
            session.close();
        }
    }

    /** The moment is short, and a round as well. */
    @Test
    void shouldLeaveNoThreadOfAConnectionConsumerWhenTheConnectionIsClosed() throws Exception {
        for (int round = 0; round < 20 * ROUNDS; round++) {
            final Connection closed = new AnserConnectionFactory("vm://closed-meanwhile").createConnection();
            meanwhile(() -> closed.createConnectionConsumer(orders, null, () -> null, 1), closed::close);
        }
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.matches("anser-\\d+-consumer-\\d+")));
    }

    /** Whether the call has returned as it should, with the other one on another thread at the same time. */
    private boolean meanwhile(final Call call, final Call close) throws Exception {
        final CyclicBarrier together = new CyclicBarrier(2);
        final Future<?> closing = other.submit(() -> {
            together.await();
            close.run();
            return null;
        });
        together.await();
        boolean done = true;
        try {
            call.run();
        } catch (JMSException e) {
            done = false;
        }
        closing.get(PATIENCE_S, TimeUnit.SECONDS);
        return done;
    }

    private void send(final Session session) throws JMSException {
        try (MessageProducer producer = session.createProducer(orders)) {
            producer.send(session.createMessage());
        }
    }

    private static Message receive(final MessageConsumer consumer) throws JMSException {
        final Message message = consumer.receive(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        assertThat(message).isNotNull();
        return message;
    }

    /** Takes away all there are now. */
    private int remaining() throws JMSException {
        int count = 0;
        try (MessageConsumer consumer = checking.createConsumer(orders)) {
            while (consumer.receiveNoWait() != null) {
                count++;
            }
        }
        return count;
    }
}
