package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.NOW_EPOCH_MS;
import static io.ansermq.jms.message.MessageFixture.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Section 3.12: a provider must be prepared to accept messages that are not its own. */
class ForeignMessagesTest {

    /** A message of which only the interface can be seen. */
    private static <M extends Message> M foreign(final Class<M> type, final M message) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(message, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void shouldCopyText() throws JMSException {
        final JmsMessage copy = ForeignMessages.copy(foreign(TextMessage.class, FACTORY.text("words")), FACTORY);

        assertThat(((JmsTextMessage) copy).getText()).isEqualTo("words");
    }

    @Test
    void shouldCopyBytesOfAnyLength() throws JMSException {
        final byte[] body = new byte[20_000];
        body[19_999] = 7;
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeBytes(body);

        final JmsMessage copy = ForeignMessages.copy(foreign(BytesMessage.class, message), FACTORY);

        ((JmsBytesMessage) copy).reset();
        assertThat(copy.getBody(byte[].class)).isEqualTo(body);
    }

    @Test
    void shouldCopyMaps() throws JMSException {
        final JmsMapMessage message = FACTORY.map();
        message.setInt("x", 1);
        message.setBytes("y", new byte[] {2});
        message.setString("z", null);

        final JmsMapMessage copy = (JmsMapMessage) ForeignMessages.copy(foreign(MapMessage.class, message), FACTORY);

        assertThat(copy.getObject("x")).isEqualTo(1);
        assertThat(copy.getBytes("y")).containsExactly(2);
        assertThat(copy.itemExists("z")).isTrue();
    }

    @Test
    void shouldCopyStreams() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeInt(1);
        message.writeString(null);
        message.writeBytes(new byte[] {2});

        final JmsStreamMessage copy =
                (JmsStreamMessage) ForeignMessages.copy(foreign(StreamMessage.class, message), FACTORY);

        copy.reset();
        assertThat(copy.readObject()).isEqualTo(1);
        assertThat(copy.readObject()).isNull();
        assertThat(copy.readObject()).isEqualTo(new byte[] {2});
    }

    @Test
    void shouldCopyObjectsAndPlainMessages() throws JMSException {
        final JmsMessage object = ForeignMessages.copy(foreign(ObjectMessage.class, FACTORY.object("x")), FACTORY);
        final JmsMessage plain = ForeignMessages.copy(foreign(Message.class, FACTORY.plain()), FACTORY);

        assertThat(object.getBody(Object.class)).isEqualTo("x");
        assertThat(plain).isInstanceOf(JmsPlainMessage.class);
    }

    @Test
    void shouldCopyPropertiesAndWhatTheApplicationSetsInTheHeader() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setIntProperty("x", 1);
        message.setStringProperty("JMSXGroupID", "g");
        message.setIntProperty("JMSXDeliveryCount", 5);
        message.setStringProperty("JMSXUserID", "somebody");
        message.setJMSCorrelationID("c");
        message.setJMSType("t");
        message.setJMSReplyTo(ORDERS);

        final JmsMessage copy = ForeignMessages.copy(foreign(Message.class, message), FACTORY);

        assertThat(copy.getObjectProperty("x")).isEqualTo(1);
        assertThat(copy.getObjectProperty("JMSXGroupID")).isEqualTo("g");
        assertThat(copy.propertyExists("JMSXDeliveryCount")).isFalse();
        assertThat(copy.propertyExists("JMSXUserID")).isFalse();
        assertThat(copy.getJMSCorrelationID()).isEqualTo("c");
        assertThat(copy.getJMSType()).isEqualTo("t");
        assertThat(copy.getJMSReplyTo()).isEqualTo(ORDERS);
    }

    @Test
    void shouldLeaveOutForeignReplyDestinations() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setJMSReplyTo((Queue) () -> "foreign");

        assertThat(ForeignMessages.copy(foreign(Message.class, message), FACTORY)
                        .getJMSReplyTo())
                .isNull();
    }

    @Test
    void shouldTellTheForeignMessageWhatTheSendHasSet() throws JMSException {
        final JmsMessage target = FACTORY.text("x");
        final Message foreign = foreign(TextMessage.class, (JmsTextMessage) target);
        final JmsMessage copy = ForeignMessages.copy(foreign, FACTORY);
        new MessageCodec().encode(copy, ORDERS, DeliveryMode.NON_PERSISTENT, 8, 10, 0, NOW_EPOCH_MS);

        ForeignMessages.copySendHeaders(copy, foreign);

        assertThat(target.getJMSMessageID()).isEqualTo(copy.getJMSMessageID());
        assertThat(target.getJMSDestination()).isEqualTo(ORDERS);
        assertThat(target.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(target.getJMSPriority()).isEqualTo(8);
        assertThat(target.getJMSTimestamp()).isEqualTo(NOW_EPOCH_MS);
        assertThat(target.getJMSDeliveryTime()).isEqualTo(NOW_EPOCH_MS);
        assertThat(target.getJMSExpiration()).isEqualTo(NOW_EPOCH_MS + 10);
    }
}
