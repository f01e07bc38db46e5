package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Sending synchronously: Jakarta Messaging 3.1, section 7.2. */
class SendTest extends SessionFixture {

    @Test
    void shouldWaitForTheAnswerToPersistentMessages() throws JMSException {
        broker.holdAnswers();
        final Thread sender = start(() -> send("a"));
        awaitBlocked(sender);
        assertThat(sender.isAlive()).isTrue();

        broker.giveAnswers();

        join(sender);
    }

    @Test
    void shouldNotWaitForTheAnswerToNonPersistentMessages() throws JMSException {
        broker.holdAnswers();
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);

        producer.send(session.createMessage());

        broker.giveAnswers();
    }

    @Test
    void shouldWaitForWhatIsConfigured() throws JMSException {
        broker.holdAnswers();
        try (JmsConnection other = connect("?blockOnDurableSend=false&blockOnNonDurableSend=true")) {
            final Session session = other.createSession();
            final MessageProducer producer = session.createProducer(orders(session));
            producer.send(session.createMessage());
            final Thread sender =
                    start(() -> producer.send(session.createMessage(), DeliveryMode.NON_PERSISTENT, 4, 0));
            awaitBlocked(sender);
            broker.giveAnswers();
            join(sender);
        }
    }

    @Test
    void shouldThrowWhatTheBrokerSays() throws JMSException {
        broker.refuseSends(1);

        assertThatThrownBy(() -> send("a"))
                .isInstanceOf(ResourceAllocationException.class)
                .hasMessageContaining("disk is full");

        send("b");
        assertThat(broker.backlog("orders")).isEqualTo(1);
    }

    @Test
    void shouldTellTheExceptionListenerOfRefusedSendsThatNobodyWaitsFor() throws JMSException {
        final AtomicReference<JMSException> heard = new AtomicReference<>();
        final CountDownLatch told = new CountDownLatch(1);
        connection.setExceptionListener(e -> {
            heard.set(e);
            told.countDown();
        });
        broker.refuseSends(1);
        final Session session = auto();
        session.createProducer(orders(session)).send(session.createMessage(), DeliveryMode.NON_PERSISTENT, 4, 0);

        awaitLatch(told);

        assertThat(heard.get()).isInstanceOf(ResourceAllocationException.class);
    }

    @Test
    void shouldRefuseMessagesThatAreTooLarge() throws JMSException {
        final Session session = connect("?minLargeMessageSize=2MiB").createSession();
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[(1 << 20) + 1]);

        assertThatThrownBy(() -> session.createProducer(orders(session)).send(message))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("1048577")
                .hasMessageContaining("1048576");
    }

    @Test
    void shouldHoldItsOptions() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));

        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
        assertThat(producer.getTimeToLive()).isZero();
        assertThat(producer.getDeliveryDelay()).isZero();
        assertThat(producer.getDisableMessageID()).isFalse();
        assertThat(producer.getDisableMessageTimestamp()).isFalse();
        assertThat(producer.getDestination()).isEqualTo(orders(session));
        producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
        producer.setPriority(9);
        producer.setTimeToLive(5);
        producer.setDisableMessageID(true);
        producer.setDisableMessageTimestamp(true);

        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(9);
        assertThat(producer.getTimeToLive()).isEqualTo(5);
        assertThat(producer.getDisableMessageID()).isTrue();
        assertThat(producer.getDisableMessageTimestamp()).isTrue();
    }

    @Test
    void shouldRefuseOptionsThatAreNone() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final Message message = session.createMessage();

        assertThatThrownBy(() -> producer.setDeliveryMode(3)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setPriority(10)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setTimeToLive(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(message, 0, 4, 0)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(message, 1, -1, 0)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> producer.send(message, 1, 4, -1)).isInstanceOf(JMSException.class);
        assertThat(broker.backlog("orders")).isZero();
    }

    /** Each as the Javadoc of MessageProducer has it. */
    @Test
    void shouldTellWrongDestinationsFromWrongProducers() throws JMSException {
        final Session session = auto();
        final Queue orders = orders(session);
        final Message message = session.createMessage();
        final MessageProducer named = session.createProducer(orders);
        final MessageProducer unnamed = session.createProducer(null);

        assertThatThrownBy(() -> named.send(orders, message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> named.send(null, message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> unnamed.send(message)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> unnamed.send(null, message)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> unnamed.send((Queue) () -> "foreign", message))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> unnamed.send(session.createQueue("forbidden"), message))
                .isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> named.send(null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> unnamed.send(orders, null)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> session.createProducer(session.createQueue("forbidden")))
                .isInstanceOf(InvalidDestinationException.class);
        assertThat(unnamed.getDestination()).isNull();
    }

    @Test
    void shouldSendToEachDestinationNamed() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(null);
        for (int i = 0; i < 4; i++) {
            producer.send(session.createQueue("q" + i % 2), session.createMessage());
        }

        assertThat(broker.backlog("q0")).isEqualTo(2);
        assertThat(broker.backlog("q1")).isEqualTo(2);
    }

    @Test
    void shouldSendForeignMessagesAndTellThemWhatWasSet() throws JMSException {
        final Session session = auto();
        final TextMessage inside = session.createTextMessage("foreign");
        inside.setIntProperty("x", 1);
        final TextMessage foreign = (TextMessage) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {TextMessage.class},
                (proxy, method, arguments) -> method.invoke(inside, arguments));

        session.createProducer(orders(session)).send(foreign);

        final Message received = session.createConsumer(orders(session)).receive(PATIENCE_MS);
        assertThat(text(received)).isEqualTo("foreign");
        assertThat(received.getIntProperty("x")).isEqualTo(1);
        assertThat(foreign.getJMSMessageID()).isEqualTo(received.getJMSMessageID());
        assertThat(foreign.getJMSDestination()).isEqualTo(orders(session));
    }

    @Test
    void shouldLetTheSenderGoOnWithItsMessage() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final TextMessage message = session.createTextMessage("one");
        producer.send(message);
        final String firstId = message.getJMSMessageID();
        message.setText("two");
        producer.send(message);

        assertThat(message.getJMSMessageID()).isNotEqualTo(firstId);
        assertThat(receive(session.createConsumer(orders(session)), 2)).containsExactly("one", "two");
    }

    @Test
    void shouldSendAReceivedMessageOn() throws JMSException {
        send("far");
        final Session session = auto();
        final Message received = session.createConsumer(orders(session)).receive(PATIENCE_MS);
        final Queue next = session.createQueue("next");

        session.createProducer(next).send(received);

        assertThat(receive(session.createConsumer(next))).isEqualTo("far");
    }
}
