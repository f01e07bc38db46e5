package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receiving asynchronously: Jakarta Messaging 3.1, sections 6.2.13 and 8.7. */
class ListenerTest extends SessionFixture {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private interface Step {
        void on(Message message) throws JMSException;
    }

    private static MessageListener listener(final Step step) {
        return message -> {
            try {
                step.on(message);
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        };
    }

    /** Hears a message and says what exception the step throws. */
    private static MessageListener trying(
            final Step step, final AtomicReference<Exception> thrown, final CountDownLatch done) {
        return message -> {
            try {
                step.on(message);
            } catch (JMSException e) {
                thrown.set(e);
            } finally {
                done.countDown();
            }
        };
    }

    private void awaitHeard(final int count) {
        await().until(() -> heard.size() >= count);
    }

    @Test
    void shouldHearMessagesInOrderOnOneNamedThread() throws JMSException {
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final Session session = auto();
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            threads.add(Thread.currentThread().getName() + " "
                    + Thread.currentThread().isDaemon());
            heard.add(text(message));
        }));

        send("a", "b", "c");

        awaitHeard(3);
        assertThat(heard).containsExactly("a", "b", "c");
        assertThat(threads).singleElement().asString().matches("anser-\\d+-session-\\d+ true");
        await().until(() -> broker.backlog("orders") == 0);
    }

    @Test
    void shouldNotLeaveAnInterruptionToTheNextCall() throws JMSException {
        final Session session = auto();
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            heard.add(text(message) + Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        }));

        send("a", "b");

        awaitHeard(2);
        assertThat(heard).containsExactly("afalse", "bfalse");
    }

    @Test
    void shouldCallTheListenersOfASessionOneAtATime() throws JMSException {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicBoolean together = new AtomicBoolean();
        final Session session = auto();
        for (final String queue : List.of("orders", "other")) {
            session.createConsumer(session.createQueue(queue)).setMessageListener(message -> {
                together.compareAndSet(false, inside.incrementAndGet() > 1);
                Thread.yield();
                inside.decrementAndGet();
                heard.add(queue);
            });
        }
        final Session sending = auto();
        final MessageProducer producer = sending.createProducer(null);
        for (int i = 0; i < 100; i++) {
            producer.send(sending.createQueue(i % 2 == 0 ? "orders" : "other"), sending.createMessage());
        }

        awaitHeard(100);
        assertThat(together).isFalse();
    }

    @Test
    void shouldHearNothingWhileStopped() throws JMSException {
        connection.stop();
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        consumer.setMessageListener(listener(message -> heard.add(text(message))));
        send("a");
        // A second consumer gets through to the broker and back behind the first one's messages.
        auto().createConsumer(orders(session)).close();
        assertThat(heard).isEmpty();

        connection.start();

        awaitHeard(1);
    }

    @Test
    void shouldStopBetweenMessages() throws JMSException {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final Session session = auto();
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            inside.countDown();
            awaitLatch(goOn);
            heard.add(text(message));
        }));
        send("a", "b");
        awaitLatch(inside);

        final AtomicInteger heardWhenStopped = new AtomicInteger(-1);
        final Thread stopper = start(() -> {
            connection.stop();
            heardWhenStopped.set(heard.size());
        });
        awaitBlocked(stopper);
        goOn.countDown();
        join(stopper);

        assertThat(heardWhenStopped).hasValue(1);
        assertThat(heard).containsExactly("a");
        connection.start();
        awaitHeard(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE})
    void shouldRedeliverAtOnceAndInOrderWhenTheListenerThrows(final int mode) throws JMSException {
        final Session session = session(mode);
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            heard.add(text(message) + message.getIntProperty("JMSXDeliveryCount") + message.getJMSRedelivered());
            if (text(message).equals("b") && message.getIntProperty("JMSXDeliveryCount") < 3) {
                throw new IllegalArgumentException("thrown by the test");
            }
        }));

        send("a", "b", "c");

        awaitHeard(5);
        assertThat(heard).containsExactly("a1false", "b1false", "b2true", "b3true", "c1false");
        await().until(() -> broker.backlog("orders") == 0);
    }

    @Test
    void shouldGoOnWithTheNextMessageWhenTheApplicationAcknowledges() throws JMSException {
        final Session session = session(Session.CLIENT_ACKNOWLEDGE);
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            heard.add(text(message));
            if (text(message).equals("a")) {
                throw new IllegalArgumentException("thrown by the test");
            }
            message.acknowledge();
        }));

        send("a", "b");

        awaitHeard(2);
        assertThat(heard).containsExactly("a", "b");
        await().until(() -> broker.backlog("orders") == 0);
    }

    @Test
    void shouldRecoverFromWithinAListener() throws JMSException {
        final Session session = auto();
        final AtomicBoolean recovered = new AtomicBoolean();
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            heard.add(text(message) + message.getIntProperty("JMSXDeliveryCount"));
            if (recovered.compareAndSet(false, true)) {
                session.recover();
            }
        }));

        send("a", "b");

        awaitHeard(3);
        assertThat(heard).containsExactly("a1", "a2", "b1");
        await().until(() -> broker.backlog("orders") == 0);
    }

    /** Section 8.8: allowed, the message is acknowledged, and what comes behind goes back. */
    @Test
    void shouldLetAListenerCloseItsOwnConsumer() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        consumer.setMessageListener(listener(message -> {
            consumer.close();
            heard.add(text(message));
        }));

        send("a", "b");

        awaitHeard(1);
        final Session next = auto();
        final Message b = next.createConsumer(orders(next)).receive(PATIENCE_MS);
        assertThat(text(b)).isEqualTo("b");
        assertThat(b.getJMSRedelivered()).isFalse();
        assertThat(heard).containsExactly("a");
        await().until(() -> broker.backlog("orders") == 0);
    }

    @Test
    void shouldRefuseToCloseOrStopWhatTheListenerRunsOn() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        for (final Step step : List.<Step>of(m -> session.close(), m -> connection.close(), m -> connection.stop())) {
            final AtomicReference<Exception> thrown = new AtomicReference<>();
            final CountDownLatch done = new CountDownLatch(1);
            consumer.setMessageListener(trying(step, thrown, done));
            send("a");
            awaitLatch(done);

            assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
            assertThat(session.getAcknowledgeMode()).as("still open").isEqualTo(Session.AUTO_ACKNOWLEDGE);
        }
    }

    @Test
    void shouldWaitForTheListenerBeforeClosing() throws JMSException {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final Session session = auto();
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            inside.countDown();
            awaitLatch(goOn);
            // Everything must still work: section 6.1.8.
            session.createProducer(session.createQueue("answers")).send(session.createTextMessage("done"));
            heard.add(text(message));
        }));
        send("a", "b");
        awaitLatch(inside);

        final Thread closer = start(connection::close);
        awaitBlocked(closer);
        goOn.countDown();
        join(closer);

        assertThat(heard).containsExactly("a");
        assertThat(broker.backlog("answers")).isEqualTo(1);
        await().until(() -> broker.backlog("orders") == 1);
    }

    @Test
    void shouldWaitForTheListenerBeforeClosingItsConsumer() throws JMSException {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        consumer.setMessageListener(listener(message -> {
            inside.countDown();
            awaitLatch(goOn);
            heard.add(text(message));
        }));
        send("a");
        awaitLatch(inside);

        final Thread closer = start(consumer::close);
        awaitBlocked(closer);
        goOn.countDown();
        join(closer);

        assertThat(heard).containsExactly("a");
        assertThat(broker.backlog("orders")).isZero();
    }

    @Test
    void shouldChangeListeners() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final MessageListener first = listener(message -> heard.add("first " + text(message)));
        consumer.setMessageListener(first);
        assertThat(consumer.getMessageListener()).isSameAs(first);
        send("a");
        awaitHeard(1);

        consumer.setMessageListener(null);
        assertThat(consumer.getMessageListener()).isNull();
        consumer.setMessageListener(listener(message -> heard.add("second " + text(message))));
        send("b");

        awaitHeard(2);
        assertThat(heard).containsExactly("first a", "second b");
    }

    @Test
    void shouldSendFromWithinAListener() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(session.createQueue("answers"));
        session.createConsumer(orders(session)).setMessageListener(listener(message -> {
            producer.send(session.createTextMessage("to " + text(message)));
        }));

        send("a");

        final Session other = auto();
        assertThat(receive(other.createConsumer(other.createQueue("answers")))).isEqualTo("to a");
    }
}
