package io.ansermq.openmessaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.client.Delivery;
import io.ansermq.client.message.Compression;
import io.ansermq.client.message.PropertyText;
import io.ansermq.client.message.PropertyType;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.openmessaging.Message.BuiltinKeys;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a message of a record, whoever sent it. Stateless. */
final class MessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(MessageDecoder.class);
    private static final byte[] EXPIRATION_NAME = MessageProperties.JMS_EXPIRATION.getBytes(UTF_8);
    private static final byte[] TYPES_NAME = MessageProperties.JMS_TYPES.getBytes(UTF_8);

    private MessageDecoder() {}

    /** When the message of this delivery expires; 0 for never. */
    static long stopTime(final Delivery delivery) {
        final byte[] data = delivery.data();
        final long place =
                MessageProperties.find(data, delivery.propertiesOffset(), delivery.propertiesLength(), EXPIRATION_NAME);
        return place == MessageProperties.NONE
                ? 0
                : decimal(new String(data, MessageProperties.offset(place), MessageProperties.length(place), UTF_8));
    }

    /**
     * The message of a delivery.
     *
     * @param ranked whether its lane is a priority
     */
    static OmsMessage decode(final Delivery delivery, final String queue, final boolean ranked) {
        final OmsMessage message = new OmsMessage(body(delivery));
        final Headers headers = message.sysHeaders();
        headers.put(BuiltinKeys.DESTINATION, queue);
        headers.put(BuiltinKeys.BORN_TIMESTAMP, delivery.bornEpochMs());
        headers.put(BuiltinKeys.BORN_HOST, delivery.bornHost());
        headers.put(BuiltinKeys.STORE_TIMESTAMP, delivery.storedEpochMs());
        headers.put(BuiltinKeys.STORE_HOST, delivery.storeHost());
        headers.put(BuiltinKeys.START_TIME, delivery.bornEpochMs());
        headers.put(
                BuiltinKeys.RELIABILITY,
                (delivery.sysFlag() & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0 ? "PERSISTENT" : "NON_PERSISTENT");
        headers.put(BuiltinKeys.REDELIVERED_NUMBER, delivery.deliveryCount() - 1);
        if (delivery.deliveryCount() > 1) {
            headers.put(
                    BuiltinKeys.REDELIVERED_REASON,
                    "delivered " + (delivery.deliveryCount() - 1) + " times before and not acknowledged");
        }
        properties(delivery, message);
        // Where lanes are no priorities the sender's word is kept as a property, if it gave one.
        if (ranked || !headers.containsKey(BuiltinKeys.PRIORITY)) {
            headers.put(
                    BuiltinKeys.PRIORITY,
                    ranked ? MessageProperty.priorityOfLane(delivery.lane()) : MessageProperty.DEFAULT_PRIORITY);
        }
        if (!headers.containsKey(BuiltinKeys.MESSAGE_ID)) {
            headers.put(BuiltinKeys.MESSAGE_ID, queue + '-' + delivery.lane() + '-' + delivery.offset());
        }
        return message;
    }

    private static void properties(final Delivery delivery, final OmsMessage message) {
        final byte[] data = delivery.data();
        final int offset = delivery.propertiesOffset();
        final int length = delivery.propertiesLength();
        final Map<String, PropertyType> types = types(data, offset, length);
        MessageProperties.forEach(data, offset, length, (nameOffset, nameLength, valueOffset, valueLength) -> {
            final String name = new String(data, nameOffset, nameLength, UTF_8);
            final String value = PropertyText.read(data, valueOffset, valueLength);
            if (name.startsWith(MessageProperties.JMS_USER_PREFIX)) {
                final String userName = name.substring(MessageProperties.JMS_USER_PREFIX.length());
                userHeader(message, userName, value, types.get(userName));
            } else if (name.startsWith(MessageProperty.SYSTEM)) {
                systemHeader(message.sysHeaders(), name.substring(MessageProperty.SYSTEM.length()), value);
            } else if (!header(message.sysHeaders(), name, value) && !MessageProperties.isReserved(name)) {
                userHeader(message, name, value, types.get(name));
            }
        });
    }

    /** Sets the system header that a property stands for; false when it stands for none. */
    private static boolean header(final Headers headers, final String name, final String value) {
        switch (name) {
            case MessageProperties.UNIQ_KEY -> headers.put(BuiltinKeys.MESSAGE_ID, value);
            case MessageProperties.JMS_EXPIRATION -> headers.put(BuiltinKeys.STOP_TIME, decimal(value));
            case MessageProperties.JMS_DELIVERY_TIME -> headers.put(BuiltinKeys.START_TIME, decimal(value));
            case MessageProperties.KEYS ->
                headers.put(BuiltinKeys.SEARCH_KEYS, value.strip().replace(' ', ','));
            case MessageProperty.TAGS -> headers.put(MessageProperty.TAGS, value);
            case MessageProperties.JMSX_GROUP_ID, MessageProperty.SHARDING_KEY ->
                headers.put(BuiltinKeys.STREAM_KEY, value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void systemHeader(final Headers headers, final String name, final String value) {
        if (name.equals(BuiltinKeys.TIMEOUT) || name.equals(BuiltinKeys.PRIORITY)) {
            headers.put(name, decimal(value));
        } else {
            headers.put(name, value);
        }
    }

    /** Types of Jakarta Messaging that OpenMessaging does not have become the next larger one that it has, or text. */
    private static void userHeader(
            final OmsMessage message, final String name, final String text, final @Nullable PropertyType type) {
        final Object value = type == null ? text : type.read(text);
        if (value instanceof Float number) {
            message.putUserHeaders(name, number.doubleValue());
        } else if (value instanceof Double number) {
            message.putUserHeaders(name, number);
        } else if (value instanceof Long number) {
            message.putUserHeaders(name, number);
        } else if (value instanceof Number number) {
            message.putUserHeaders(name, number.intValue());
        } else if (value != null) {
            message.putUserHeaders(name, value.toString());
        }
    }

    private static Map<String, PropertyType> types(final byte[] data, final int offset, final int length) {
        final long place = MessageProperties.find(data, offset, length, TYPES_NAME);
        return place == MessageProperties.NONE
                ? Map.of()
                : PropertyType.parse(
                        PropertyText.read(data, MessageProperties.offset(place), MessageProperties.length(place)));
    }

    private static byte[] body(final Delivery delivery) {
        final byte[] data = delivery.bodyData();
        final int offset = delivery.bodyOffset();
        final int length = delivery.bodyLength();
        final Compression compression = Compression.of(delivery.sysFlag());
        if (compression != Compression.NONE) {
            try {
                return compression.decompress(data, offset, length);
            } catch (IOException e) {
                LOG.error("{} has a body that cannot be decompressed, it is left as it is", delivery, e);
            }
        }
        return Arrays.copyOfRange(data, offset, offset + length);
    }

    private static long decimal(final String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
