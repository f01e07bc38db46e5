package io.ansermq.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.client.message.PropertyText;
import io.ansermq.client.message.PropertyType;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.remoting.protocol.MessageProperties;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a received record, not decoded yet, and its delivery count, which becomes one of them. Decoded at most
 * once, by the thread that has the message.
 */
final class PropertyBlock {
    private static final byte[] TYPES_NAME = MessageProperties.JMS_TYPES.getBytes(UTF_8);
    private static final String ID_PREFIX = "ID:";

    private final byte[] data;
    private final int offset;
    private final int length;
    private final int deliveryCount;

    PropertyBlock(final byte[] data, final int offset, final int length, final int deliveryCount) {
        this.data = data;
        this.offset = offset;
        this.length = length;
        this.deliveryCount = deliveryCount;
    }

    /** Sets header fields and properties of a message that has none of its own. */
    void decodeInto(final JmsMessage message) {
        final Map<String, PropertyType> types = types();
        MessageProperties.forEach(data, offset, length, (nameOffset, nameLength, valueOffset, valueLength) -> {
            final String name = new String(data, nameOffset, nameLength, UTF_8);
            final String value = PropertyText.read(data, valueOffset, valueLength);
            if (!MessageProperties.isReserved(name)) {
                message.receivedProperty(name, typed(types.get(name), value));
            } else if (name.startsWith(MessageProperties.JMS_USER_PREFIX)) {
                final String userName = name.substring(MessageProperties.JMS_USER_PREFIX.length());
                message.receivedProperty(userName, typed(types.get(userName), value));
            } else {
                setHeader(message, name, value, types);
            }
        });
        message.receivedProperty(JmsMessage.DELIVERY_COUNT, deliveryCount);
    }

    private static @Nullable Object typed(final @Nullable PropertyType type, final String value) {
        return type == null ? value : type.read(value);
    }

    private static void setHeader(
            final JmsMessage message, final String name, final String value, final Map<String, PropertyType> types) {
        switch (name) {
            case MessageProperties.UNIQ_KEY -> message.setJMSMessageID(ID_PREFIX + value);
            case MessageProperties.TAGS -> message.setJMSType(value);
            case MessageProperties.JMS_DELIVERY_TIME -> message.setJMSDeliveryTime(epochMs(value));
            case MessageProperties.JMS_REPLY_TO -> message.setJMSReplyTo(AnserDestination.parse(value));
            case MessageProperties.JMS_CORRELATION_ID -> {
                if (types.get(name) == PropertyType.BYTES) {
                    message.setJMSCorrelationIDAsBytes(bytes(value));
                } else {
                    message.setJMSCorrelationID(value);
                }
            }
            case MessageProperties.KEYS -> {
                // What a RocketMQ producer has instead; ours write both, with the same text.
                if (message.getJMSCorrelationID() == null) {
                    message.setJMSCorrelationID(value);
                }
            }
            default -> {
                // RocketMQ's own business.
            }
        }
    }

    private static long epochMs(final String decimal) {
        try {
            return Long.parseLong(decimal);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static byte[] bytes(final String hex) {
        try {
            return HexFormat.of().parseHex(hex);
        } catch (IllegalArgumentException e) {
            return hex.getBytes(UTF_8);
        }
    }

    private Map<String, PropertyType> types() {
        final long place = MessageProperties.find(data, offset, length, TYPES_NAME);
        return place == MessageProperties.NONE
                ? Map.of()
                : PropertyType.parse(
                        PropertyText.read(data, MessageProperties.offset(place), MessageProperties.length(place)));
    }
}
