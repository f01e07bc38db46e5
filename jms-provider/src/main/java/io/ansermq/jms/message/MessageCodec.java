package io.ansermq.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.client.Delivery;
import io.ansermq.client.OutgoingMessage;
import io.ansermq.client.message.Compression;
import io.ansermq.client.message.MessageId;
import io.ansermq.client.message.MessageIds;
import io.ansermq.client.message.PropertyType;
import io.ansermq.client.message.PropertyWriter;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to records and back. An encoder keeps its buffers from message to message and is not thread safe; decoding is
 * static and decodes only what decides which type of message it is.
 *
 * <table>
 * <caption>Where a JMS message is in a record</caption>
 * <tr><td>JMSPriority</td><td>lane</td></tr>
 * <tr><td>JMSDeliveryMode</td><td>a bit of the system flags</td></tr>
 * <tr><td>JMSTimestamp</td><td>born timestamp</td></tr>
 * <tr><td>JMSDeliveryTime</td><td>property of this name when it is later than the born timestamp</td></tr>
 * <tr><td>JMSMessageID</td><td>UNIQ_KEY, without {@code ID:}</td></tr>
 * <tr><td>JMSCorrelationID</td><td>JMSCorrelationID, and KEYS when it can be a key</td></tr>
 * <tr><td>JMSType</td><td>TAGS</td></tr>
 * <tr><td>JMSReplyTo, JMSExpiration</td><td>properties of these names</td></tr>
 * <tr><td>type of message</td><td>__JMS_BODY; a record without it is a bytes message</td></tr>
 * <tr><td>properties</td><td>text under their names, with {@code JMS_USER_} before names that mean something to RocketMQ
 *     or to us; __JMS_TYPES has the types of those that are not text</td></tr>
 * </table>
 */
public final class MessageCodec {
    private static final Logger LOG = LoggerFactory.getLogger(MessageCodec.class);
    private static final int DEFAULT_PRIORITY_SHIFT = 6;

    private static final byte[] BODY_NAME = MessageProperties.JMS_BODY.getBytes(UTF_8);
    private static final byte[] EXPIRATION_NAME = MessageProperties.JMS_EXPIRATION.getBytes(UTF_8);
    private static final byte[] DELIVERY_TIME_NAME = MessageProperties.JMS_DELIVERY_TIME.getBytes(UTF_8);
    private static final byte[] ID_NAME = MessageProperties.UNIQ_KEY.getBytes(UTF_8);
    private static final byte[] TYPE_NAME = MessageProperties.TAGS.getBytes(UTF_8);
    private static final byte[] REPLY_TO_NAME = MessageProperties.JMS_REPLY_TO.getBytes(UTF_8);
    private static final byte[] CORRELATION_NAME = MessageProperties.JMS_CORRELATION_ID.getBytes(UTF_8);
    private static final byte[] KEYS_NAME = MessageProperties.KEYS.getBytes(UTF_8);
    private static final byte[] ORIGIN_NAME = MessageProperties.JMS_ORIGIN.getBytes(UTF_8);
    private static final byte[] TYPES_NAME = MessageProperties.JMS_TYPES.getBytes(UTF_8);

    private final EncodedBody body = new EncodedBody();
    private final PropertyWriter writer = new PropertyWriter();
    private final StringBuilder types = new StringBuilder();
    private final CRC32 crc = new CRC32();

    private final @Nullable String origin;
    private final Compression compression;
    private final int minCompressedBytes;

    /** An encoder for a producer that does not say who it is. */
    public MessageCodec() {
        this(null, Compression.NONE, 0);
    }

    /**
     * An encoder for one producer.
     *
     * @param origin who sends: what messages to topics say for subscribers that want none of their own (noLocal)
     * @param compression of bodies that are longer than {@code minCompressedBytes}, when that makes them shorter
     */
    public MessageCodec(final @Nullable String origin, final Compression compression, final int minCompressedBytes) {
        this.origin = origin;
        this.compression = compression;
        this.minCompressedBytes = minCompressedBytes;
    }

    /**
     * Sets on the message what a send sets (Jakarta Messaging 3.1, section 3.4.11) and encodes it.
     *
     * @param nowEpochMs the time of the send
     * @param timeToLiveMs 0 for ever; counted from the send, however long the delivery is delayed
     * @param deliveryDelayMs 0 for none
     * @throws JMSException when the properties take more than a record can hold, naming size and limit, or the reply
     *     destination is not one of ours
     */
    public OutgoingMessage encode(
            final JmsMessage message,
            final AnserDestination to,
            final int deliveryMode,
            final int priority,
            final long timeToLiveMs,
            final long deliveryDelayMs,
            final long nowEpochMs)
            throws JMSException {
        final MessageId id = MessageIds.PROCESS.next(nowEpochMs);
        final long expirationEpochMs = timeToLiveMs == 0 ? 0 : later(nowEpochMs, timeToLiveMs);
        final long deliveryEpochMs = later(nowEpochMs, deliveryDelayMs);
        message.sent(to, id, deliveryMode, priority, nowEpochMs, expirationEpochMs, deliveryEpochMs);
        message.encodeBody(body);
        final byte[] properties = encodeProperties(message, id, to.isQueue() ? null : origin);
        final int compressed = compress();
        crc.reset();
        crc.update(body.bytes(), 0, body.length());
        final OutgoingMessage record = new OutgoingMessage(
                lane(priority),
                compressed | (deliveryMode == DeliveryMode.NON_PERSISTENT ? MessageLayout.SYS_FLAG_NON_PERSISTENT : 0),
                nowEpochMs,
                body.bytes(),
                body.length(),
                (int) crc.getValue(),
                properties);
        // A producer that lives on must not keep a large body.
        body.setEmpty(BodyKind.NONE);
        return record;
    }

    /** Compresses the body when that is wanted and worth it; returns the flags that say so. */
    private int compress() throws JMSException {
        if (compression == Compression.NONE || body.length() <= minCompressedBytes) {
            return 0;
        }
        try {
            final byte[] shorter = compression.compress(body.bytes(), body.length());
            if (shorter == null) {
                return 0;
            }
            body.set(body.kind(), shorter);
            return compression.sysFlag();
        } catch (IOException e) {
            throw Failures.linked(new JMSException("the body cannot be compressed: " + e.getMessage()), e);
        }
    }

    /** The lane of a priority: the default priority 4 has lane 0, where plain RocketMQ producers write. */
    static int lane(final int priority) {
        return (priority + DEFAULT_PRIORITY_SHIFT) % MessageLayout.LANES;
    }

    /** The priority of a lane. */
    static int priority(final int lane) {
        return Math.floorMod(lane - DEFAULT_PRIORITY_SHIFT, MessageLayout.LANES);
    }

    /** A time beyond what a long holds is the end of time, not the past. */
    private static long later(final long nowEpochMs, final long ms) {
        final long sum = nowEpochMs + ms;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** What a receiver looks for in each record stands in front. */
    private byte[] encodeProperties(final JmsMessage message, final MessageId id, final @Nullable String sender)
            throws JMSException {
        writer.clear();
        types.setLength(0);
        writer.name(BODY_NAME).value(body.kind().wireName());
        if (message.getJMSExpiration() > 0) {
            writer.name(EXPIRATION_NAME).value(message.getJMSExpiration());
        }
        if (message.getJMSDeliveryTime() > message.getJMSTimestamp()) {
            writer.name(DELIVERY_TIME_NAME).value(message.getJMSDeliveryTime());
        }
        writer.name(ID_NAME).value(id);
        final String type = message.getJMSType();
        if (type != null) {
            writer.name(TYPE_NAME).value(type);
        }
        if (sender != null) {
            writer.name(ORIGIN_NAME).value(sender);
        }
        encodeReplyTo(message.getJMSReplyTo());
        encodeCorrelationId(message);
        encodeUserProperties(message.decodeProperties());
        if (!types.isEmpty()) {
            writer.name(TYPES_NAME).value(types.toString());
        }
        if (writer.length() > MessageLayout.MAX_PROPERTIES_BYTES) {
            throw new JMSException("the properties of the message take " + writer.length() + " bytes, the limit is "
                    + MessageLayout.MAX_PROPERTIES_BYTES + ": move large values into the body");
        }
        return writer.toBytes();
    }

    private void encodeReplyTo(final @Nullable Destination replyTo) throws InvalidDestinationException {
        if (replyTo instanceof AnserDestination ours) {
            writer.name(REPLY_TO_NAME).value(ours.uri());
        } else if (replyTo != null) {
            throw new InvalidDestinationException(
                    "JMSReplyTo is a " + replyTo.getClass().getName()
                            + ", which is not a destination of AnserMQ: make it with createQueue or createTopic");
        }
    }

    private void encodeCorrelationId(final JmsMessage message) {
        final byte[] raw = message.rawCorrelationId();
        final String text = message.getJMSCorrelationID();
        if (raw != null) {
            type(PropertyType.BYTES, MessageProperties.JMS_CORRELATION_ID);
            writer.name(CORRELATION_NAME).value(HexFormat.of().formatHex(raw));
        } else if (text != null) {
            writer.name(CORRELATION_NAME).value(text);
            if (canBeKey(text)) {
                writer.name(KEYS_NAME).value(text);
            }
        }
    }

    /** KEYS is a list between spaces, so a key has none. */
    private static boolean canBeKey(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || Character.isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private void encodeUserProperties(final @Nullable PropertyTable properties) {
        if (properties == null) {
            return;
        }
        for (final Map.Entry<String, @Nullable Object> property :
                properties.entries().entrySet()) {
            final String name = property.getKey();
            final Object value = property.getValue();
            // Left over on a message that was received and is sent on.
            if (name.equals(JmsMessage.DELIVERY_COUNT)) {
                continue;
            }
            final PropertyType type = PropertyType.of(value);
            if (type != null) {
                type(type, name);
            }
            writer.name(MessageProperties.isReserved(name) ? MessageProperties.JMS_USER_PREFIX : "", name)
                    .value(value == null ? "" : value.toString());
        }
    }

    private void type(final PropertyType type, final String name) {
        if (!types.isEmpty()) {
            types.append(PropertyType.SEPARATOR);
        }
        types.append(type.letter()).append(name);
    }

    /** When the message of this delivery expires, epoch milliseconds; 0 for never. */
    public static long expiration(final Delivery delivery) {
        final byte[] data = delivery.data();
        final long place =
                MessageProperties.find(data, delivery.propertiesOffset(), delivery.propertiesLength(), EXPIRATION_NAME);
        return place == MessageProperties.NONE
                ? 0
                : decimal(data, MessageProperties.offset(place), MessageProperties.length(place));
    }

    /** A number that is not negative; 0 for anything else. */
    private static long decimal(final byte[] data, final int offset, final int length) {
        long number = 0;
        for (int i = offset; i < offset + length; i++) {
            final int digit = data[i] - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return 0;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** The message of a delivery from this destination, under these rules. */
    public static JmsMessage decode(final Delivery delivery, final AnserDestination from, final MessageRules rules) {
        final byte[] data = delivery.data();
        final int propertiesOffset = delivery.propertiesOffset();
        final int propertiesLength = delivery.propertiesLength();
        final int deliveryCount = delivery.deliveryCount();
        final JmsMessage message = newMessage(bodyKind(data, propertiesOffset, propertiesLength), delivery, rules);
        message.received(
                from,
                (delivery.sysFlag() & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0
                        ? DeliveryMode.PERSISTENT
                        : DeliveryMode.NON_PERSISTENT,
                isOurs(data, propertiesOffset, propertiesLength) ? priority(delivery.lane()) : Message.DEFAULT_PRIORITY,
                delivery.bornEpochMs(),
                expiration(delivery),
                deliveryCount,
                new PropertyBlock(data, propertiesOffset, propertiesLength, deliveryCount));
        return message;
    }

    /** A RocketMQ producer knows no priorities: the queue it chose says nothing. */
    private static boolean isOurs(final byte[] data, final int offset, final int length) {
        return MessageProperties.find(data, offset, length, BODY_NAME) != MessageProperties.NONE;
    }

    private static BodyKind bodyKind(final byte[] data, final int offset, final int length) {
        final long place = MessageProperties.find(data, offset, length, BODY_NAME);
        final BodyKind kind = place == MessageProperties.NONE
                ? null
                : BodyKind.of(data, MessageProperties.offset(place), MessageProperties.length(place));
        return kind == null ? BodyKind.BYTES : kind;
    }

    private static void receivedBody(final JmsMessage message, final Delivery delivery) {
        final byte[] data = delivery.bodyData();
        final int offset = delivery.bodyOffset();
        final int length = delivery.bodyLength();
        final Compression compression = Compression.of(delivery.sysFlag());
        if (compression != Compression.NONE) {
            try {
                final byte[] whole = compression.decompress(data, offset, length);
                message.receivedBody(whole, 0, whole.length);
                return;
            } catch (IOException e) {
                LOG.error(
                        "{} has a body that cannot be decompressed, it is left as it is: {}",
                        delivery,
                        e.getMessage(),
                        e);
            }
        }
        message.receivedBody(data, offset, length);
    }

    private static JmsMessage newMessage(final BodyKind kind, final Delivery delivery, final MessageRules rules) {
        final JmsMessage message =
                switch (kind) {
                    case TEXT, NULL_TEXT -> new JmsTextMessage(rules);
                    case BYTES -> new JmsBytesMessage(rules);
                    case MAP -> new JmsMapMessage(rules);
                    case STREAM -> new JmsStreamMessage(rules);
                    case OBJECT -> new JmsObjectMessage(rules);
                    case NONE -> new JmsPlainMessage(rules);
                };
        if (kind != BodyKind.NULL_TEXT) {
            receivedBody(message, delivery);
        }
        return message;
    }
}
