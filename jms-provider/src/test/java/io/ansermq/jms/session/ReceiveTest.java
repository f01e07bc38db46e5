package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receiving synchronously: Jakarta Messaging 3.1, sections 6.1.5 and 8.5. */
class ReceiveTest extends SessionFixture {

    @Test
    void shouldReceiveInTheOrderOfSending() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final MessageProducer producer = session.createProducer(orders(session));
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            producer.send(session.createTextMessage("m" + i));
            expected.add("m" + i);
        }

        assertThat(receive(consumer, 1_000)).isEqualTo(expected);
    }

    @Test
    void shouldSetWhatASendSetsOnBothSides() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final Message sent = session.createTextMessage("x");
        final long beforeMs = System.currentTimeMillis();
        session.createProducer(orders(session)).send(sent, jakarta.jms.DeliveryMode.NON_PERSISTENT, 8, 60_000);
        final long afterMs = System.currentTimeMillis();

        final Message received = consumer.receive(PATIENCE_MS);

        assertThat(sent.getJMSTimestamp()).isBetween(beforeMs, afterMs);
        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID()).startsWith("ID:");
        assertThat(received.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
        assertThat(received.getJMSExpiration()).isEqualTo(sent.getJMSTimestamp() + 60_000);
        assertThat(received.getJMSPriority()).isEqualTo(8);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(jakarta.jms.DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSDestination())
                .isEqualTo(sent.getJMSDestination())
                .isEqualTo(orders(session));
    }

    @Test
    void shouldReturnNullWhenTheTimeIsUp() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));

        assertThat(consumer.receive(1)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
        assertThatThrownBy(() -> consumer.receive(-1)).isInstanceOf(JMSException.class);
    }

    /** What the broker has but has not sent ahead yet counts as available. */
    @Test
    void shouldAskTheBrokerWhenReceiveDoesNotWait() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        for (int i = 0; i < 100; i++) {
            send("m" + i);
            assertThat(text(consumer.receiveNoWait())).isEqualTo("m" + i);
        }
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void shouldWaitForAMessage() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final AtomicReference<String> received = new AtomicReference<>();
        final Thread receiver = start(() -> received.set(text(consumer.receive())));
        awaitBlocked(receiver);

        send("late");

        join(receiver);
        assertThat(received).hasValue("late");
    }

    @Test
    void shouldReceiveNothingWhileStopped() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        send("a", "b");
        assertThat(receive(consumer)).isEqualTo("a");
        connection.stop();

        assertThat(consumer.receiveNoWait()).isNull();
        assertThat(consumer.receive(1)).isNull();

        final AtomicReference<String> received = new AtomicReference<>();
        final Thread receiver = start(() -> received.set(text(consumer.receive())));
        awaitBlocked(receiver);
        assertThat(received).hasValue(null);
        connection.start();
        join(receiver);
        assertThat(received).hasValue("b");
    }

    @Test
    void shouldSendWhileStopped() throws JMSException {
        connection.stop();
        send("a");

        assertThat(broker.backlog("orders")).isEqualTo(1);
    }

    @Test
    void shouldReturnNullFromReceiveWhenClosed() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        final List<Message> received = Collections.synchronizedList(new ArrayList<>());
        final Thread ofConsumer = start(() -> received.add(consumer.receive()));
        awaitBlocked(ofConsumer);
        consumer.close();
        join(ofConsumer);

        final MessageConsumer second = session.createConsumer(orders(session));
        final Thread ofSession = start(() -> received.add(second.receive()));
        awaitBlocked(ofSession);
        session.close();
        join(ofSession);

        final MessageConsumer third = auto().createConsumer(orders(auto()));
        final Thread ofConnection = start(() -> received.add(third.receive(PATIENCE_MS)));
        awaitBlocked(ofConnection);
        connection.close();
        join(ofConnection);

        assertThat(received).containsExactly(null, null, null);
    }

    @Test
    void shouldReceiveExpiredMessagesNever() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        producer.setTimeToLive(1);
        final Message dead = session.createTextMessage("dead");
        producer.send(dead);
        producer.setTimeToLive(PATIENCE_MS);
        producer.send(session.createTextMessage("alive"));
        await().until(() -> System.currentTimeMillis() > dead.getJMSExpiration());

        assertThat(receive(session.createConsumer(orders(session)))).isEqualTo("alive");
        await().until(() -> broker.backlog("orders") == 0);
    }

    /** Far more of them than the broker may send ahead: each answer brings only such as are not handed over. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7})
    void shouldFindTheMessageBehindManyExpiredOnes(final int prefetch) throws JMSException {
        sendBehindExpired(100, "a", "b", "c", "d");
        broker.deliverOnlyWhenAsked();
        try (JmsConnection narrow = connect("?prefetch=" + prefetch)) {
            narrow.start();
            final Session session = narrow.createSession();
            final MessageConsumer consumer = session.createConsumer(orders(session));
            assertThat(text(consumer.receiveNoWait())).isEqualTo("a");
            assertThat(text(consumer.receive(1))).isEqualTo("b");
        }
        try (JMSContext context = JmsContext.open(settings("?prefetch=" + prefetch), JMSContext.AUTO_ACKNOWLEDGE)) {
            final JMSConsumer consumer = context.createConsumer(context.createQueue("orders"));
            assertThat(consumer.receiveBodyNoWait(String.class)).isEqualTo("c");
            assertThat(consumer.receiveBody(String.class, 1)).isEqualTo("d");
            assertThat(consumer.receiveBody(String.class, 1)).isNull();
        }
        await().until(() -> broker.backlog("orders") == 0);
    }

    @Test
    void shouldAskTheBrokerBeforeItSaysThatTheTimeIsUp() throws JMSException {
        sendBehindExpired(100, "alive");
        broker.deliverOnlyWhenAsked();
        try (JmsConnection narrow = connect("?prefetch=2")) {
            narrow.start();
            final Session session = narrow.createSession();
            assertThat(text(session.createConsumer(orders(session)).receive(1))).isEqualTo("alive");
        }
    }

    /** Sends messages whose time is over when this returns, then those with these texts. */
    private void sendBehindExpired(final int count, final String... texts) throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        producer.setTimeToLive(1);
        final Message dead = session.createMessage();
        for (int i = 0; i < count; i++) {
            producer.send(dead);
        }
        await().until(() -> System.currentTimeMillis() > dead.getJMSExpiration());
        send(texts);
    }

    @Test
    void shouldLetConsumersCompete() throws JMSException {
        final Session session = auto();
        try (JmsConnection narrow = connect("?prefetch=1")) {
            narrow.start();
            final Session other = narrow.createSession();
            final MessageConsumer first = other.createConsumer(orders(session));
            final MessageConsumer second = other.createConsumer(orders(session));
            send("a", "b");

            assertThat(List.of(receive(first), receive(second))).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void shouldGiveEachSubscriberEveryMessageFromNowOn() throws JMSException {
        final Session session = auto();
        final Topic prices = session.createTopic("prices");
        final MessageProducer producer = session.createProducer(prices);
        producer.send(session.createTextMessage("early"));
        final MessageConsumer first = session.createConsumer(prices);
        final MessageConsumer second = session.createConsumer(prices);
        producer.send(session.createTextMessage("now"));

        assertThat(receive(first)).isEqualTo("now");
        assertThat(receive(second)).isEqualTo("now");
        assertThat(first.receiveNoWait()).isNull();
    }

    @Test
    void shouldTakeOneMessageAheadUntilItIsAskedForMore() throws JMSException {
        final Session session = auto();
        final MessageConsumer idle = session.createConsumer(orders(session));
        send("a", "b", "c");
        final MessageConsumer other = auto().createConsumer(orders(session));

        final List<String> all = new ArrayList<>(receive(other, 2));
        all.add(receive(idle));
        assertThat(all).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldReceiveHighPrioritiesFirst() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        for (int priority = 0; priority <= 9; priority++) {
            producer.setPriority(priority);
            producer.send(session.createTextMessage("p" + priority));
        }

        assertThat(receive(session.createConsumer(orders(session)), 10))
                .containsExactly("p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0");
    }

    @Test
    void shouldRefuseDestinationsThatAreNone() throws JMSException {
        final Session session = auto();

        assertThatThrownBy(() -> session.createConsumer(null)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createConsumer((Queue) () -> "foreign"))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createConsumer(session.createQueue("forbidden")))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("no forbidden here");
        assertThatThrownBy(() -> session.createQueue("")).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> session.createTopic(null)).isInstanceOf(InvalidDestinationException.class);
    }

    @Test
    void shouldTakeAnEmptySelectorForNone() throws JMSException {
        final Session session = auto();

        assertThat(session.createConsumer(orders(session), "").getMessageSelector())
                .isNull();
        assertThat(session.createConsumer(orders(session), null).getMessageSelector())
                .isNull();
    }

    @Test
    void shouldRefuseToReceiveBesideAListener() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        consumer.setMessageListener(message -> {});

        assertThatThrownBy(consumer::receive).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> consumer.receive(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(consumer::receiveNoWait).isInstanceOf(IllegalStateException.class);
        consumer.setMessageListener(null);
        assertThat(consumer.receive(1)).isNull();
    }

    @Test
    void shouldStayInterrupted() throws JMSException {
        final Session session = auto();
        final MessageConsumer consumer = session.createConsumer(orders(session));
        Thread.currentThread().interrupt();

        assertThatThrownBy(consumer::receive).isInstanceOf(JMSException.class);

        assertThat(Thread.interrupted()).isTrue();
    }
}
