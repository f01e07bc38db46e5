package io.ansermq.broker.selector;

import io.ansermq.remoting.protocol.MessageProperties;
import java.nio.charset.StandardCharsets;

/**
 * The fields of a stored message, read where they stand in the record's properties. Used again from message to message;
 * not thread safe.
 *
 * <p>Properties have the types that the sender's provider kept in {@link MessageProperties#JMS_TYPES}; those of others are
 * text. A correlation ID that is bytes is no text and counts as null.
 */
public final class RecordFields implements MessageFields {
    private static final byte[] TYPES = utf8(MessageProperties.JMS_TYPES);
    private static final byte[] UNIQ_KEY = utf8(MessageProperties.UNIQ_KEY);
    private static final byte[] TAGS = utf8(MessageProperties.TAGS);
    private static final byte[] KEYS = utf8(MessageProperties.KEYS);
    private static final byte[] CORRELATION_ID = utf8(MessageProperties.JMS_CORRELATION_ID);
    private static final byte[] PERSISTENT = utf8("PERSISTENT");
    private static final byte[] NON_PERSISTENT = utf8("NON_PERSISTENT");
    private static final byte[] ID_PREFIX = utf8("ID:");
    private static final byte TEXT = 0;
    private static final byte SEPARATOR = ',';
    private static final long NOT_LOOKED_FOR = -2;

    private boolean persistent;
    private int priority;
    private long bornEpochMs;
    private int deliveryCount;
    private byte[] properties = {};
    private int offset;
    private int length;

    /** Where the types are; looked for when the first property is there. */
    private long types = NOT_LOOKED_FOR;

    private byte[] messageId = {};

    /** Of no message yet. */
    public RecordFields() {}

    /**
     * Turns to another message.
     *
     * @param jmsPriority 0 to 9
     * @param jmsTimestamp the record's born timestamp
     * @param deliveries how often it was delivered, this time included
     * @param block an array with its properties; lent until the next call
     */
    public void set(
            final boolean isPersistent,
            final int jmsPriority,
            final long jmsTimestamp,
            final int deliveries,
            final byte[] block,
            final int blockOffset,
            final int blockLength) {
        persistent = isPersistent;
        priority = jmsPriority;
        bornEpochMs = jmsTimestamp;
        deliveryCount = deliveries;
        properties = block;
        offset = blockOffset;
        length = blockLength;
        types = NOT_LOOKED_FOR;
    }

    @Override
    public void read(final Identifier field, final Value into) {
        switch (field.kind()) {
            case JMS_DELIVERY_MODE -> {
                final byte[] mode = persistent ? PERSISTENT : NON_PERSISTENT;
                into.set(mode, 0, mode.length);
            }
            case JMS_PRIORITY -> into.set((long) priority);
            case JMS_TIMESTAMP -> into.set(bornEpochMs);
            case JMSX_DELIVERY_COUNT -> into.set((long) deliveryCount);
            case JMS_MESSAGE_ID -> readMessageId(into);
            case JMS_CORRELATION_ID -> readCorrelationId(into);
            case JMS_TYPE -> readText(TAGS, into);
            case PROPERTY -> readProperty(field, into);
        }
    }

    private void readText(final byte[] name, final Value into) {
        final long place = MessageProperties.find(properties, offset, length, name);
        if (place == MessageProperties.NONE) {
            into.setNull();
        } else {
            into.set(properties, MessageProperties.offset(place), MessageProperties.length(place));
        }
    }

    private void readMessageId(final Value into) {
        readText(UNIQ_KEY, into);
        if (!into.isText()) {
            return;
        }
        final int size = ID_PREFIX.length + into.length();
        if (messageId.length < size) {
            messageId = new byte[Math.max(64, size)];
            System.arraycopy(ID_PREFIX, 0, messageId, 0, ID_PREFIX.length);
        }
        System.arraycopy(into.bytes(), into.offset(), messageId, ID_PREFIX.length, into.length());
        into.set(messageId, 0, size);
    }

    /** A message of a RocketMQ producer has keys instead. */
    private void readCorrelationId(final Value into) {
        readText(CORRELATION_ID, into);
        if (into.isNull()) {
            readText(KEYS, into);
        } else if (typeOf(CORRELATION_ID) != TEXT) {
            into.setNull();
        }
    }

    private void readProperty(final Identifier field, final Value into) {
        readText(field.storedNameUtf8(), into);
        if (into.isNull()) {
            return;
        }
        final byte type = typeOf(field.nameUtf8());
        if (type != TEXT) {
            convert(type, into);
        }
    }

    /** As the provider does, a value that its type does not fit is left as text. */
    private static void convert(final byte type, final Value into) {
        final byte[] bytes = into.bytes();
        switch (type) {
            case 'B', 'S', 'I', 'J' -> {
                final boolean unused = Numbers.readExact(bytes, into.offset(), into.length(), into);
            }
            case 'D' -> {
                final boolean unused = Numbers.readApproximate(bytes, into.offset(), into.length(), into);
            }
            case 'F' -> {
                final boolean unused = Numbers.readFloat(bytes, into.offset(), into.length(), into);
            }
            case 'Z' -> into.set(into.length() == 4);
            case 'N' -> into.setNull();
            default -> {
                // A type of a later release: text, as to the provider.
            }
        }
    }

    /** The letter of a property's type; {@link #TEXT} when it is not listed. */
    private byte typeOf(final byte[] name) {
        if (types == NOT_LOOKED_FOR) {
            types = MessageProperties.find(properties, offset, length, TYPES);
        }
        if (types == MessageProperties.NONE) {
            return TEXT;
        }
        final int end = MessageProperties.offset(types) + MessageProperties.length(types);
        int at = MessageProperties.offset(types);
        while (at < end) {
            int comma = at;
            while (comma < end && properties[comma] != SEPARATOR) {
                comma++;
            }
            if (comma - at == name.length + 1 && isAt(at + 1, name)) {
                return properties[at];
            }
            at = comma + 1;
        }
        return TEXT;
    }

    private boolean isAt(final int at, final byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (properties[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
