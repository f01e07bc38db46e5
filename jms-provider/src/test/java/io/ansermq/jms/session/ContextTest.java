package io.ansermq.jms.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.Queue;
import java.io.Serializable;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simplified API. */
class ContextTest extends SessionFixture {
    private JMSContext context;
    private Queue orders;

    @BeforeEach
    void openContext() {
        context = open(JMSContext.AUTO_ACKNOWLEDGE);
        orders = context.createQueue("orders");
    }

    @AfterEach
    void closeContext() {
        context.close();
    }

    private JMSContext open(final int mode) {
        return JmsContext.open(settings(""), mode);
    }

    @Test
    void shouldSendAndReceiveBodies() {
        final JMSProducer producer = context.createProducer();
        producer.send(orders, "text")
                .send(orders, Map.of("x", 1))
                .send(orders, "bytes".getBytes(UTF_8))
                .send(orders, (Serializable) new Date(7));
        final JMSConsumer consumer = context.createConsumer(orders);

        assertThat(consumer.receiveBody(String.class)).isEqualTo("text");
        assertThat((Object) consumer.receiveBody(Map.class, PATIENCE_MS)).isEqualTo(Map.of("x", 1));
        assertThat(consumer.receiveBodyNoWait(byte[].class)).isEqualTo("bytes".getBytes(UTF_8));
        assertThat(consumer.receiveBody(Serializable.class)).isEqualTo(new Date(7));
        assertThat(consumer.receiveBody(String.class, 1)).isNull();
        assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
        assertThat(consumer.receive(1)).isNull();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void shouldSendMessagesWithoutBodyForNull() throws JMSException {
        final JMSProducer producer = context.createProducer();
        producer.send(orders, (String) null)
                .send(orders, (Map<String, Object>) null)
                .send(orders, (byte[]) null)
                .send(orders, (Serializable) null);
        final JMSConsumer consumer = context.createConsumer(orders);

        for (int i = 0; i < 4; i++) {
            assertThat(consumer.receive().getBody(Object.class)).isNull();
        }
    }

    /** Section 8.6: as if the call had not been. */
    @Test
    void shouldKeepAMessageWhoseBodyIsAnotherType() {
        context.createProducer().send(orders, "text").send(orders, "next");
        final JMSConsumer consumer = context.createConsumer(orders);

        assertThatThrownBy(() -> consumer.receiveBody(Map.class)).isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> consumer.receiveBody(byte[].class, PATIENCE_MS))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> consumer.receiveBodyNoWait(Integer.class))
                .isInstanceOf(MessageFormatRuntimeException.class);

        final Message message = consumer.receive();
        assertThat(body(message)).isEqualTo("text");
        assertThat(count(message)).isEqualTo(1);
        assertThat(consumer.receiveBody(String.class)).isEqualTo("next");
    }

    @Test
    void shouldRefuseBodiesOfMessagesThatHaveNone() {
        context.createProducer()
                .send(orders, context.createMessage())
                .send(orders, context.createStreamMessage())
                .send(orders, (String) null);
        final JMSConsumer consumer = context.createConsumer(orders);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> consumer.receiveBody(Object.class))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(consumer.receive()).isNotNull();
        }
    }

    /** Section 8.6: with client acknowledgement the message was delivered. */
    @Test
    void shouldCountAFailedReceiveBodyAsDeliveredWhenTheApplicationAcknowledges() {
        context.createProducer().send(orders, "text").send(orders, "next");
        try (JMSContext acknowledging = open(JMSContext.CLIENT_ACKNOWLEDGE)) {
            final JMSConsumer consumer = acknowledging.createConsumer(orders);
            assertThatThrownBy(() -> consumer.receiveBody(Map.class)).isInstanceOf(MessageFormatRuntimeException.class);
            assertThat(body(consumer.receive())).isEqualTo("next");

            acknowledging.recover();

            final Message again = consumer.receive();
            assertThat(body(again)).isEqualTo("text");
            assertThat(count(again)).isEqualTo(2);
            assertThat(body(consumer.receive())).isEqualTo("next");
            acknowledging.acknowledge();
        }
        assertThat(broker.backlog("orders")).isZero();
    }

    @Test
    void shouldPutPropertiesAndHeaderFieldsOnMessages() throws JMSException {
        final Message message = context.createTextMessage("x");
        message.setStringProperty("text", "old");
        message.setJMSType("old");
        context.createProducer()
                .setProperty("boolean", true)
                .setProperty("byte", (byte) 1)
                .setProperty("short", (short) 2)
                .setProperty("int", 3)
                .setProperty("long", 4L)
                .setProperty("float", 5f)
                .setProperty("double", 6d)
                .setProperty("text", "new")
                .setProperty("object", (Object) 8)
                .setJMSCorrelationID("c")
                .setJMSType("new")
                .setJMSReplyTo(orders)
                .setPriority(7)
                .setDeliveryMode(DeliveryMode.NON_PERSISTENT)
                .setTimeToLive(60_000)
                .send(orders, message);

        final Message received = context.createConsumer(orders).receive();

        assertThat(received.getBooleanProperty("boolean")).isTrue();
        assertThat(received.getByteProperty("byte")).isEqualTo((byte) 1);
        assertThat(received.getShortProperty("short")).isEqualTo((short) 2);
        assertThat(received.getIntProperty("int")).isEqualTo(3);
        assertThat(received.getLongProperty("long")).isEqualTo(4);
        assertThat(received.getFloatProperty("float")).isEqualTo(5);
        assertThat(received.getDoubleProperty("double")).isEqualTo(6);
        assertThat(received.getStringProperty("text")).isEqualTo("new");
        assertThat(received.getObjectProperty("object")).isEqualTo(8);
        assertThat(received.getJMSCorrelationID()).isEqualTo("c");
        assertThat(received.getJMSType()).isEqualTo("new");
        assertThat(received.getJMSReplyTo()).isEqualTo(orders);
        assertThat(received.getJMSPriority()).isEqualTo(7);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSExpiration()).isEqualTo(received.getJMSTimestamp() + 60_000);
        assertThat(message.getStringProperty("text"))
                .as("on the sender's message")
                .isEqualTo("new");
    }

    @Test
    void shouldHoldWhatIsSetOnTheProducer() {
        final JMSProducer producer = context.createProducer()
                .setProperty("int", 3)
                .setProperty("text", "7")
                .setProperty("yes", true)
                .setJMSCorrelationIDAsBytes(new byte[] {(byte) 0xFF})
                .setJMSType("t")
                .setJMSReplyTo(orders)
                .setDisableMessageID(true)
                .setDisableMessageTimestamp(true)
                .setDeliveryDelay(0);

        assertThat(producer.getPropertyNames()).containsExactlyInAnyOrder("int", "text", "yes");
        assertThat(producer.propertyExists("int")).isTrue();
        assertThat(producer.propertyExists("none")).isFalse();
        assertThat(producer.getIntProperty("text")).isEqualTo(7);
        assertThat(producer.getLongProperty("int")).isEqualTo(3);
        assertThat(producer.getShortProperty("text")).isEqualTo((short) 7);
        assertThat(producer.getByteProperty("text")).isEqualTo((byte) 7);
        assertThat(producer.getFloatProperty("text")).isEqualTo(7);
        assertThat(producer.getDoubleProperty("text")).isEqualTo(7);
        assertThat(producer.getBooleanProperty("yes")).isTrue();
        assertThat(producer.getStringProperty("int")).isEqualTo("3");
        assertThat(producer.getObjectProperty("int")).isEqualTo(3);
        assertThatThrownBy(() -> producer.getByteProperty("int")).isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.setProperty("x", new Date()))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.setProperty("", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> producer.setProperty(null, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(producer.getJMSCorrelationIDAsBytes()).containsExactly(0xFF);
        assertThat(producer.setJMSCorrelationID("c").getJMSCorrelationID()).isEqualTo("c");
        assertThat(producer.getJMSType()).isEqualTo("t");
        assertThat(producer.getJMSReplyTo()).isEqualTo(orders);
        assertThat(producer.getDisableMessageID()).isTrue();
        assertThat(producer.getDisableMessageTimestamp()).isTrue();
        assertThat(producer.getDeliveryDelay()).isZero();
        assertThat(producer.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(producer.getPriority()).isEqualTo(4);
        assertThat(producer.getTimeToLive()).isZero();
        assertThat(producer.getAsync()).isNull();
        assertThat(producer.clearProperties().getPropertyNames()).isEmpty();
    }

    @Test
    void shouldThrowTheUncheckedException() throws JMSException {
        final JMSProducer producer = context.createProducer();
        context.createProducer().send(orders, "x");
        final Message received = context.createConsumer(orders).receive();

        assertThatThrownBy(() -> producer.send(null, "x")).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> producer.send(orders, (Message) null))
                .isInstanceOf(MessageFormatRuntimeException.class);
        assertThatThrownBy(() -> producer.setProperty("x", 1).send(orders, received))
                .isInstanceOf(MessageNotWriteableRuntimeException.class);
        assertThatThrownBy(() -> producer.setDeliveryMode(7)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setPriority(-1)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setTimeToLive(-1)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> context.createConsumer(null)).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(context::commit).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(context::rollback).isInstanceOf(IllegalStateRuntimeException.class);
        assertThatThrownBy(() -> context.unsubscribe("x")).isInstanceOf(InvalidDestinationRuntimeException.class);
        assertThatThrownBy(() -> context.createContext(17)).isInstanceOf(JMSRuntimeException.class);
    }

    @Test
    void shouldStartWithTheFirstConsumerUnlessTold() {
        context.createProducer().send(orders, "a");
        try (JMSContext manual = open(JMSContext.AUTO_ACKNOWLEDGE)) {
            assertThat(manual.getAutoStart()).isTrue();
            manual.setAutoStart(false);
            assertThat(manual.getAutoStart()).isFalse();
            final JMSConsumer consumer = manual.createConsumer(orders);
            assertThat(consumer.receiveNoWait()).isNull();
            manual.start();
            assertThat(consumer.receiveBody(String.class)).isEqualTo("a");
            manual.stop();
            context.createProducer().send(orders, "b");
            assertThat(consumer.receiveBodyNoWait(String.class)).isNull();
        }
    }

    @Test
    void shouldShareAConnectionUntilTheLastContextCloses() {
        final JMSContext second = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
        assertThat(second.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
        assertThat(second.getTransacted()).isFalse();
        assertThat(broker.connections()).as("with the fixture's").isEqualTo(2);

        context.close();
        second.createProducer().send(orders, "still open");
        assertThat(second.createConsumer(orders).receiveBody(String.class)).isEqualTo("still open");
        second.acknowledge();
        second.close();

        await().until(() -> broker.connections() == 1);
    }

    @Test
    void shouldTakeAClientIdUntilItIsUsed() {
        try (JMSContext fresh = open(JMSContext.AUTO_ACKNOWLEDGE);
                JMSContext other = open(JMSContext.AUTO_ACKNOWLEDGE)) {
            fresh.setClientID("me");
            assertThat(fresh.getClientID()).isEqualTo("me");
            assertThatThrownBy(() -> fresh.setClientID("you")).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(() -> other.setClientID("me")).isInstanceOf(InvalidClientIDRuntimeException.class);
            other.createProducer();
            assertThatThrownBy(() -> other.setClientID("late")).isInstanceOf(IllegalStateRuntimeException.class);
        }
    }

    @Test
    void shouldHearMessagesAndRefuseToCloseFromTheListener() {
        final AtomicReference<Exception> thrown = new AtomicReference<>();
        final CountDownLatch done = new CountDownLatch(1);
        final JMSConsumer consumer = context.createConsumer(orders);
        consumer.setMessageListener(message -> {
            try {
                context.close();
            } catch (IllegalStateRuntimeException e) {
                thrown.set(e);
            } finally {
                done.countDown();
            }
        });
        assertThat(consumer.getMessageListener()).isNotNull();
        assertThat(consumer.getMessageSelector()).isNull();
        try (JMSContext sender = open(JMSContext.AUTO_ACKNOWLEDGE)) {
            sender.createProducer().send(orders, "a");
        }

        awaitLatch(done);

        assertThat(thrown.get()).isNotNull();
        assertThat(context.getSessionMode()).isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Test
    void shouldGiveWhatTheConnectionHas() {
        assertThat(context.getMetaData().getClass()).isEqualTo(JmsMetaData.class);
        assertThat(context.getExceptionListener()).isNull();
        context.setExceptionListener(e -> {});
        assertThat(context.getExceptionListener()).isNotNull();
    }

    @Test
    void shouldMakeEveryTypeOfMessage() {
        final List<Message> made = List.of(
                context.createMessage(),
                context.createTextMessage(),
                context.createTextMessage("x"),
                context.createBytesMessage(),
                context.createMapMessage(),
                context.createStreamMessage(),
                context.createObjectMessage(),
                context.createObjectMessage("x"));
        final JMSProducer producer = context.createProducer();
        made.forEach(message -> producer.send(orders, message));
        final JMSConsumer consumer = context.createConsumer(orders);

        for (final Message message : made) {
            assertThat(consumer.receive()).isExactlyInstanceOf(message.getClass());
        }
    }

    private static Object body(final Message message) {
        try {
            return message.getBody(Object.class);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }

    private static int count(final Message message) {
        try {
            return message.getIntProperty("JMSXDeliveryCount");
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
