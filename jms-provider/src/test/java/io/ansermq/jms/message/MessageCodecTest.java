package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.NOW_EPOCH_MS;
import static io.ansermq.jms.message.MessageFixture.ORDERS;
import static io.ansermq.jms.message.MessageFixture.received;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.client.Deliveries;
import io.ansermq.client.Delivery;
import io.ansermq.client.OutgoingMessage;
import io.ansermq.jms.destination.AnserTopic;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
    private final MessageCodec codec = new MessageCodec();

    private OutgoingMessage encode(final JmsMessage message) throws JMSException {
        return codec.encode(message, ORDERS, DeliveryMode.PERSISTENT, 4, 0, 0, NOW_EPOCH_MS);
    }

    private static Map<String, String> properties(final OutgoingMessage message) {
        return MessageProperties.toMap(message.properties(), 0, message.properties().length);
    }

    @Test
    void shouldMakeTextPlainForEveryClient() throws JMSException {
        final OutgoingMessage record = encode(FACTORY.text("Gänse"));

        assertThat(new String(record.body(), 0, record.bodyLength(), UTF_8)).isEqualTo("Gänse");
        final CRC32 crc = new CRC32();
        crc.update(record.body(), 0, record.bodyLength());
        assertThat(record.bodyCrc()).isEqualTo((int) crc.getValue());
        assertThat(properties(record)).containsEntry("__JMS_BODY", "text").containsOnlyKeys("__JMS_BODY", "UNIQ_KEY");
    }

    static Stream<JmsMessage> types() throws JMSException {
        return Stream.of(
                FACTORY.plain(),
                FACTORY.text("x"),
                FACTORY.text(null),
                FACTORY.bytes(),
                FACTORY.map(),
                FACTORY.stream(),
                FACTORY.object("x"),
                FACTORY.object(null));
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldGiveEachTypeBackAsItself(final JmsMessage message) throws JMSException {
        assertThat(received(message)).isExactlyInstanceOf(message.getClass());
    }

    @Test
    void shouldSetWhatASendSets() throws JMSException {
        final JmsMessage message = FACTORY.text("x");
        message.setJMSMessageID("mine");
        message.setJMSTimestamp(1);
        message.setJMSPriority(1);
        message.setJMSExpiration(1);

        final OutgoingMessage record =
                codec.encode(message, ORDERS, DeliveryMode.NON_PERSISTENT, 7, 5_000, 0, NOW_EPOCH_MS);

        assertThat(message.getJMSMessageID())
                .isEqualTo("ID:" + properties(record).get("UNIQ_KEY"));
        assertThat(message.getJMSDestination()).isEqualTo(ORDERS);
        assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(message.getJMSPriority()).isEqualTo(7);
        assertThat(message.getJMSTimestamp()).isEqualTo(NOW_EPOCH_MS);
        assertThat(message.getJMSDeliveryTime()).isEqualTo(NOW_EPOCH_MS);
        assertThat(message.getJMSExpiration()).isEqualTo(NOW_EPOCH_MS + 5_000);
        assertThat(record.sysFlag()).isEqualTo(MessageLayout.SYS_FLAG_NON_PERSISTENT);
        assertThat(record.bornEpochMs()).isEqualTo(NOW_EPOCH_MS);
        assertThat(properties(record)).containsEntry("JMSExpiration", String.valueOf(NOW_EPOCH_MS + 5_000));
    }

    @Test
    void shouldGiveTheReceiverTheSendersDeliveryTime() throws JMSException {
        final JmsMessage sent = FACTORY.text("x");
        final long delayMs = 60L * 24 * 3600 * 1000 + 7;

        final OutgoingMessage record =
                codec.encode(sent, ORDERS, DeliveryMode.PERSISTENT, 4, 1_000, delayMs, NOW_EPOCH_MS);

        final JmsMessage received = MessageCodec.decode(Deliveries.of(record), ORDERS, MessageRules.DEFAULT);
        assertThat(sent.getJMSDeliveryTime()).isEqualTo(NOW_EPOCH_MS + delayMs);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(NOW_EPOCH_MS + delayMs);
        assertThat(received.getJMSTimestamp()).isEqualTo(NOW_EPOCH_MS);
        assertThat(received.getJMSExpiration())
                .as("counts from the send: section 7.9")
                .isEqualTo(NOW_EPOCH_MS + 1_000);
        assertThat(Collections.list(received.getPropertyNames())).containsExactly("JMSXDeliveryCount");
    }

    @Test
    void shouldGiveTheReceiverTheSendersHeader() throws JMSException {
        final JmsMessage sent = FACTORY.text("x");
        sent.setJMSCorrelationID("order 7");
        sent.setJMSType("invoice");
        sent.setJMSReplyTo(new AnserTopic("answers"));
        final OutgoingMessage record =
                codec.encode(sent, ORDERS, DeliveryMode.NON_PERSISTENT, 9, 60_000, 0, NOW_EPOCH_MS);

        final JmsMessage received = MessageCodec.decode(Deliveries.of(record), ORDERS, MessageRules.DEFAULT);

        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID()).startsWith("ID:");
        assertThat(received.getJMSCorrelationID()).isEqualTo("order 7");
        assertThat(received.getJMSType()).isEqualTo("invoice");
        assertThat(received.getJMSReplyTo()).isEqualTo(new AnserTopic("answers"));
        assertThat(received.getJMSDestination()).isEqualTo(ORDERS);
        assertThat(received.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(received.getJMSPriority()).isEqualTo(9);
        assertThat(received.getJMSTimestamp()).isEqualTo(NOW_EPOCH_MS);
        assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        assertThat(received.getJMSExpiration()).isEqualTo(NOW_EPOCH_MS + 60_000);
        assertThat(received.getJMSRedelivered()).isFalse();
        assertThat(Collections.list(received.getPropertyNames())).containsExactly("JMSXDeliveryCount");
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true", "17, true"})
    void shouldCountDeliveries(final int count, final boolean redelivered) throws JMSException {
        final Delivery delivery = Deliveries.of(encode(FACTORY.plain()), count);
        final JmsMessage received = MessageCodec.decode(delivery, ORDERS, MessageRules.DEFAULT);

        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(count);
        assertThat(received.propertyExists("JMSXDeliveryCount")).isTrue();
        assertThat(received.getJMSRedelivered()).isEqualTo(redelivered);
    }

    @Test
    void shouldNotSendTheDeliveryCountOn() throws JMSException {
        final JmsMessage received = received(FACTORY.plain());
        received.getIntProperty("JMSXDeliveryCount");

        assertThat(properties(encode(received))).containsOnlyKeys("__JMS_BODY", "UNIQ_KEY");
    }

    /** Section 5 of the design: lane 0 is the default priority, which plain RocketMQ producers write to. */
    @ParameterizedTest
    @CsvSource({"0, 6", "3, 9", "4, 0", "5, 1", "9, 5"})
    void shouldTurnPrioritiesIntoLanes(final int priority, final int lane) {
        assertThat(MessageCodec.lane(priority)).isEqualTo(lane);
        assertThat(MessageCodec.priority(lane)).isEqualTo(priority);
    }

    @Test
    void shouldKeepPropertiesWithTheirTypes() throws JMSException {
        final Map<String, Object> values = new LinkedHashMap<>();
        values.put("yes", true);
        values.put("tiny", Byte.MIN_VALUE);
        values.put("small", Short.MAX_VALUE);
        values.put("number", Integer.MIN_VALUE);
        values.put("large", Long.MIN_VALUE);
        values.put("single", Float.MIN_VALUE);
        values.put("precise", Double.MAX_VALUE);
        values.put("nan", Double.NaN);
        values.put("text", "12");
        values.put("empty", "");
        values.put("nothing", null);
        values.put("größe", "Gänse \uD83E\uDEBF");
        values.put("control", "\u0000\u0001\u0002\u0003\u0004 1\u00032");
        values.put("controlAndMore", "ü\u0001\u0002\u0003ü");
        final JmsMessage message = FACTORY.plain();
        for (final Map.Entry<String, Object> entry : values.entrySet()) {
            message.setObjectProperty(entry.getKey(), entry.getValue());
        }

        final JmsMessage received = received(message);

        for (final Map.Entry<String, Object> entry : values.entrySet()) {
            assertThat(received.getObjectProperty(entry.getKey()))
                    .as(entry.getKey())
                    .isEqualTo(entry.getValue());
            assertThat(received.propertyExists(entry.getKey())).isTrue();
        }
        assertThat(Collections.list(received.getPropertyNames()))
                .hasSize(values.size() + 1)
                .containsAll(values.keySet());
    }

    /** Names that mean something to RocketMQ or to us are user data to the user. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELAY",
                "TAGS",
                "KEYS",
                "UNIQ_KEY",
                "WAIT",
                "JMSExpiration",
                "JMSReplyTo",
                "__JMS_BODY",
                "__JMS_TYPES",
                "JMS_USER_x",
                "JMSCorrelationID",
                "TIMER_DELIVER_MS"
            })
    void shouldKeepUserPropertiesOfReservedNamesApart(final String name) throws JMSException {
        final JmsMessage message = FACTORY.text("body");
        message.setIntProperty(name, 42);
        message.setJMSType("type");
        message.setJMSCorrelationID("correlation");

        assertThat(properties(encode(message))).containsEntry("JMS_USER_" + name, "42");
        final JmsTextMessage received = (JmsTextMessage) received(message);

        assertThat(received.getObjectProperty(name)).isEqualTo(42);
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThat(received.getJMSCorrelationID()).isEqualTo("correlation");
        assertThat(received.getText()).isEqualTo("body");
    }

    @ParameterizedTest
    @CsvSource({"order-7, true", "'order 7', false", "'', false", "'tab\t', false", "'\u2003', false"})
    void shouldMakeTheCorrelationIdAKeyWhenItCanBeOne(final String id, final boolean key) throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setJMSCorrelationID(id);

        assertThat(properties(encode(message)).containsKey("KEYS")).isEqualTo(key);
        assertThat(received(message).getJMSCorrelationID()).isEqualTo(id);
    }

    @Test
    void shouldKeepCorrelationIdsOfBytes() throws JMSException {
        final byte[] id = {(byte) 0xC3, 0x28, 0, 1};
        final JmsMessage message = FACTORY.plain();
        message.setJMSCorrelationIDAsBytes(id);
        message.setIntProperty("x", 1);

        final JmsMessage received = received(message);

        assertThat(received.getJMSCorrelationIDAsBytes()).isEqualTo(id);
        assertThat(received.getIntProperty("x")).isEqualTo(1);
    }

    @Test
    void shouldReadMessagesOfRocketMqProducers() throws JMSException {
        final byte[] block = new MessageProperties.Builder()
                .put("UNIQ_KEY", "7F0000010B2C18B4AAC2")
                .put("TAGS", "TagA")
                .put("KEYS", "k1 k2")
                .put("WAIT", "true")
                .put("CLUSTER", "c")
                .put("a-b", "any")
                .toBytes();
        final OutgoingMessage record = new OutgoingMessage(0, 0, 5, new byte[] {1}, 1, 0, block);

        final JmsMessage message = MessageCodec.decode(Deliveries.of(record), ORDERS, MessageRules.DEFAULT);

        assertThat(message).isInstanceOf(JmsBytesMessage.class);
        assertThat(message.getBody(byte[].class)).containsExactly(1);
        assertThat(message.getJMSMessageID()).isEqualTo("ID:7F0000010B2C18B4AAC2");
        assertThat(message.getJMSType()).isEqualTo("TagA");
        assertThat(message.getJMSCorrelationID()).isEqualTo("k1 k2");
        assertThat(message.getJMSPriority()).isEqualTo(4);
        assertThat(message.getJMSTimestamp()).isEqualTo(5);
        assertThat(Collections.list(message.getPropertyNames())).containsExactlyInAnyOrder("a-b", "JMSXDeliveryCount");
    }

    @Test
    void shouldReadWhatItDoesNotKnowAsFarAsPossible() throws JMSException {
        final byte[] block = new MessageProperties.Builder()
                .put("__JMS_BODY", "hologram")
                .put("__JMS_TYPES", "Icount,?what,,Dprice")
                .put("count", "many")
                .put("what", "text")
                .put("price", "1.5")
                .put("JMSReplyTo", "elsewhere")
                .put("JMSExpiration", "soon")
                .toBytes();
        final OutgoingMessage record = new OutgoingMessage(0, 0, 5, new byte[0], 0, 0, block);

        final JmsMessage message = MessageCodec.decode(Deliveries.of(record), ORDERS, MessageRules.DEFAULT);

        assertThat(message).isInstanceOf(JmsBytesMessage.class);
        assertThat(message.getObjectProperty("count")).isEqualTo("many");
        assertThat(message.getObjectProperty("what")).isEqualTo("text");
        assertThat(message.getObjectProperty("price")).isEqualTo(1.5);
        assertThat(message.getJMSReplyTo()).isNull();
        assertThat(message.getJMSExpiration()).isZero();
        assertThat(message.getJMSMessageID()).isNull();
    }

    @Test
    void shouldRefusePropertiesThatNoRecordCanHold() throws JMSException {
        final JmsMessage message = FACTORY.plain();
        message.setStringProperty("x", "y".repeat(MessageLayout.MAX_PROPERTIES_BYTES));

        assertThatThrownBy(() -> encode(message))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("32767")
                .hasMessageMatching(".* 328[0-9]{2} bytes.*");
        message.clearProperties();
        assertThat(encode(message).properties()).as("the encoder goes on").hasSizeLessThan(100);
    }

    @Test
    void shouldRefuseForeignReplyDestinations() {
        final JmsMessage message = FACTORY.plain();
        message.setJMSReplyTo((Queue) () -> "foreign");

        assertThatThrownBy(() -> encode(message)).isInstanceOf(InvalidDestinationException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1800000000001", "9223372036854775807, 9223372036854775807"})
    void shouldExpireWhenTheTimeToLiveIsOver(final long timeToLiveMs, final long expected) throws JMSException {
        final OutgoingMessage record =
                codec.encode(FACTORY.plain(), ORDERS, DeliveryMode.PERSISTENT, 4, timeToLiveMs, 0, NOW_EPOCH_MS);

        assertThat(MessageCodec.expiration(Deliveries.of(record))).isEqualTo(expected);
    }

    @Test
    void shouldSendAMessageAgainAsANewOne() throws JMSException {
        final JmsMessage message = FACTORY.text("again");
        encode(message);
        final String first = message.getJMSMessageID();
        encode(message);

        assertThat(message.getJMSMessageID()).isNotEqualTo(first);
    }

    @Test
    void shouldSendAReceivedMessageOnWithItsProperties() throws JMSException {
        final JmsMessage message = FACTORY.text("far");
        message.setIntProperty("x", 1);
        message.setJMSType("t");
        message.setJMSCorrelationID("c");

        final JmsTextMessage again = (JmsTextMessage) received(received(message));

        assertThat(again.getText()).isEqualTo("far");
        assertThat(again.getObjectProperty("x")).isEqualTo(1);
        assertThat(again.getJMSType()).isEqualTo("t");
        assertThat(again.getJMSCorrelationID()).isEqualTo("c");
    }
}
