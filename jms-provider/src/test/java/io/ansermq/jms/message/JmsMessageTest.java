package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.ORDERS;
import static io.ansermq.jms.message.MessageFixture.received;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields and properties: sections 3.4 and 3.5 of Jakarta Messaging 3.1. */
class JmsMessageTest {

    private interface Change {
        void on(JmsMessage message) throws JMSException;
    }

    static Stream<Change> propertyChanges() {
        return Stream.of(
                message -> message.setBooleanProperty("x", true),
                message -> message.setByteProperty("x", (byte) 1),
                message -> message.setShortProperty("x", (short) 1),
                message -> message.setIntProperty("x", 1),
                message -> message.setLongProperty("x", 1),
                message -> message.setFloatProperty("x", 1),
                message -> message.setDoubleProperty("x", 1),
                message -> message.setStringProperty("x", "1"),
                message -> message.setObjectProperty("x", 1));
    }

    static Stream<JmsMessage> types() {
        return Stream.of(
                FACTORY.plain(), FACTORY.text(), FACTORY.bytes(), FACTORY.map(), FACTORY.stream(), FACTORY.object());
    }

    @Test
    void shouldBeginWithTheDefaults() throws JMSException {
        final JmsMessage message = FACTORY.plain();

        assertThat(message.getJMSMessageID()).isNull();
        assertThat(message.getJMSCorrelationID()).isNull();
        assertThat(message.getJMSCorrelationIDAsBytes()).isNull();
        assertThat(message.getJMSReplyTo()).isNull();
        assertThat(message.getJMSDestination()).isNull();
        assertThat(message.getJMSType()).isNull();
        assertThat(message.getJMSTimestamp()).isZero();
        assertThat(message.getJMSExpiration()).isZero();
        assertThat(message.getJMSDeliveryTime()).isZero();
        assertThat(message.getJMSRedelivered()).isFalse();
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(4);
        assertThat(Collections.list(message.getPropertyNames())).isEmpty();
        message.acknowledge();
    }

    @Test
    void shouldHoldEveryHeaderField() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setJMSMessageID("ID:mine");
        message.setJMSCorrelationID("c");
        message.setJMSReplyTo(ORDERS);
        message.setJMSDestination(ORDERS);
        message.setJMSType("t");
        message.setJMSTimestamp(1);
        message.setJMSExpiration(2);
        message.setJMSDeliveryTime(3);
        message.setJMSRedelivered(true);
        message.setJMSDeliveryMode(DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(9);

        assertThat(message.getJMSMessageID()).isEqualTo("ID:mine");
        assertThat(message.getJMSCorrelationID()).isEqualTo("c");
        assertThat(message.getJMSReplyTo()).isEqualTo(ORDERS);
        assertThat(message.getJMSDestination()).isEqualTo(ORDERS);
        assertThat(message.getJMSType()).isEqualTo("t");
        assertThat(message.getJMSTimestamp()).isEqualTo(1);
        assertThat(message.getJMSExpiration()).isEqualTo(2);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(3);
        assertThat(message.getJMSRedelivered()).isTrue();
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(9);
    }

    @Test
    void shouldRefuseModesAndPrioritiesThatDoNotExist() {
        final JmsMessage message = FACTORY.plain();

        assertThatThrownBy(() -> message.setJMSDeliveryMode(0)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> message.setJMSPriority(10)).isInstanceOf(JMSException.class);
        assertThatThrownBy(() -> message.setJMSPriority(-1)).isInstanceOf(JMSException.class);
    }

    @Test
    void shouldCopyCorrelationBytes() throws JMSException {
        final byte[] mine = {(byte) 0xFF, 1};
        final JmsMessage message = FACTORY.plain();
        message.setJMSCorrelationIDAsBytes(mine);
        mine[0] = 0;

        message.getJMSCorrelationIDAsBytes()[0] = 0;

        assertThat(message.getJMSCorrelationIDAsBytes()).containsExactly(0xFF, 1);
        message.setJMSCorrelationIDAsBytes("text".getBytes(UTF_8));
        assertThat(message.getJMSCorrelationID()).isEqualTo("text");
        message.setJMSCorrelationIDAsBytes(null);
        assertThat(message.getJMSCorrelationID()).isNull();
    }

    @ParameterizedTest
    @NullAndEmptySource
    void shouldRefusePropertiesWithoutAName(final String name) {
        final JmsMessage message = FACTORY.plain();

        assertThatThrownBy(() -> message.setIntProperty(name, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> message.setStringProperty(name, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> message.setObjectProperty(name, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1x", "a-b", "a b", "a.b", "a\u0000", "NULL", "true", "False", "not", "AND", "Or", "between", "LIKE",
                "in", "Is", "escape"
            })
    void shouldRefusePropertyNamesThatNoSelectorCouldName(final String name) {
        assertThatThrownBy(() -> FACTORY.plain().setIntProperty(name, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("validatePropertyNames");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "_x", "$x", "x1", "größe", "traceparent", "JMSXGroupID", "JMS_vendor", "nothing"})
    void shouldTakePropertyNamesThatAreIdentifiers(final String name) throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setIntProperty(name, 1);

        assertThat(message.getIntProperty(name)).isEqualTo(1);
    }

    @Test
    void shouldTakeAnyStorableNameWhenAsked() throws JMSException {
        final JmsMessage message = new MessageFactory(new MessageRules(false, ClassPolicy.DEFAULT)).plain();
        message.setStringProperty("x-request-id", "1");

        assertThat(message.getStringProperty("x-request-id")).isEqualTo("1");
        assertThatThrownBy(() -> message.setIntProperty("a,b", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> message.setIntProperty("a\u0001", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefusePropertiesOfOtherTypes() {
        assertThatThrownBy(() -> FACTORY.plain().setObjectProperty("x", new Date()))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.util.Date");
        assertThatThrownBy(() -> FACTORY.plain().setObjectProperty("x", 'c'))
                .isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> FACTORY.plain().setObjectProperty("x", new byte[1]))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    void shouldTellANullPropertyFromNone() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setStringProperty("x", null);
        message.setObjectProperty("y", null);

        assertThat(message.propertyExists("x")).isTrue();
        assertThat(message.getStringProperty("x")).isNull();
        assertThat(message.propertyExists("y")).isTrue();
        assertThat(message.propertyExists("z")).isFalse();
        assertThat(message.getObjectProperty("z")).isNull();
    }

    @Test
    void shouldGivePropertiesAsTheObjectsTheyAre() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        propertyValues().forEach((name, value) -> set(message, name, value));

        propertyValues()
                .forEach((name, value) ->
                        assertThat(message.getObjectProperty(name)).as(name).isEqualTo(value));
        assertThat(Collections.list(message.getPropertyNames()))
                .containsExactlyInAnyOrderElementsOf(propertyValues().keySet());
    }

    private static Map<String, Object> propertyValues() {
        return Map.of(
                "boolean", true, "byte", (byte) 1, "short", (short) 2, "int", 3, "long", 4L, "float", 5f, "double", 6d,
                "string", "7");
    }

    private static void set(final JmsMessage message, final String name, final Object value) {
        try {
            message.setObjectProperty(name, value);
        } catch (JMSException e) {
            throw new AssertionError(name, e);
        }
    }

    @ParameterizedTest
    @MethodSource("propertyChanges")
    void shouldRefuseToChangeReceivedPropertiesUntilCleared(final Change change) throws JMSException {
        final JmsMessage message = FACTORY.text("body");
        message.setStringProperty("x", "0");
        final JmsMessage received = received(message);

        assertThatThrownBy(() -> change.on(received)).isInstanceOf(MessageNotWriteableException.class);
        assertThat(received.getStringProperty("x")).isEqualTo("0");

        received.clearProperties();
        assertThat(received.propertyExists("x")).isFalse();
        assertThat(received.propertyExists("JMSXDeliveryCount")).isFalse();
        change.on(received);
        assertThat(received.propertyExists("x")).isTrue();
        assertThat(received.getBody(String.class)).isEqualTo("body");
    }

    @Test
    void shouldLetReceivedHeaderFieldsBeChanged() throws JMSException {
        final JmsMessage sent = FACTORY.text("body");
        sent.setJMSType("old");
        sent.setJMSCorrelationID("old");
        final JmsMessage received = received(sent);

        received.setJMSType("new");
        received.setJMSReplyTo(null);

        assertThat(received.getJMSType()).isEqualTo("new");
        assertThat(received.getJMSCorrelationID()).isEqualTo("old");
    }

    @Test
    void shouldListNamesAsTheyWere() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setIntProperty("x", 1);
        final var names = message.getPropertyNames();
        message.setIntProperty("y", 1);

        assertThat(Collections.list(names)).containsExactly("x");
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldKeepPropertiesWhenTheBodyIsCleared(final JmsMessage message) throws JMSException {
        message.setIntProperty("x", 1);
        message.setJMSType("t");
        final JmsMessage received = received(message);

        received.clearBody();

        assertThat(received.getIntProperty("x")).isEqualTo(1);
        assertThat(received.getJMSType()).isEqualTo("t");
    }

    /** No body: any type may be asked for and null is the answer; a stream never has one. */
    @ParameterizedTest
    @MethodSource("types")
    void shouldHaveNoBodyAtFirst(final JmsMessage message) throws JMSException {
        for (final JmsMessage each : new JmsMessage[] {message, received(message)}) {
            if (each instanceof JmsStreamMessage) {
                continue;
            }
            assertThat(each.getBody(Thread.class)).isNull();
            assertThat(each.isBodyAssignableTo(Thread.class)).isTrue();
            assertThat(each.hasBody()).isFalse();
        }
    }

    @Test
    void shouldAcknowledgeThroughItsSession() throws JMSException {
        final AtomicInteger calls = new AtomicInteger();
        final JmsMessage message = received(FACTORY.plain());
        message.acknowledgeWith(calls::incrementAndGet);

        message.acknowledge();

        assertThat(calls).hasValue(1);
    }

    @Test
    void shouldShowNoContentInItsText() throws JMSException {
        final JmsMessage message = received(FACTORY.text("secret"));

        assertThat(message.toString())
                .contains(message.getJMSMessageID(), "orders")
                .doesNotContain("secret");
    }
}
