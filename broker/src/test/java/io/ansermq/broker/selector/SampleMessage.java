package io.ansermq.broker.selector;

import io.ansermq.remoting.protocol.MessageProperties;
import java.util.LinkedHashMap;
import java.util.Map;

/** A message as the JMS provider would store it, for selectors to look at. */
final class SampleMessage {
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final MessageProperties.Builder stored = new MessageProperties.Builder();
    private boolean persistent = true;
    private int priority = 4;
    private long timestamp = 1_700_000_000_000L;
    private int deliveryCount = 1;

    SampleMessage priority(final int value) {
        priority = value;
        return this;
    }

    SampleMessage nonPersistent() {
        persistent = false;
        return this;
    }

    SampleMessage timestamp(final long value) {
        timestamp = value;
        return this;
    }

    SampleMessage deliveryCount(final int value) {
        deliveryCount = value;
        return this;
    }

    /** A property of the record itself, such as KEYS. */
    SampleMessage stored(final String name, final String value) {
        stored.put(name, value);
        return this;
    }

    /** A property of the application, of any of the eight types, or null. */
    SampleMessage with(final String name, final Object value) {
        properties.put(name, value);
        return this;
    }

    RecordFields fields() {
        final MessageProperties.Builder block = new MessageProperties.Builder();
        final StringBuilder types = new StringBuilder();
        properties.forEach((name, value) -> {
            final String letter = letter(value);
            if (!letter.isEmpty()) {
                types.append(types.length() == 0 ? "" : ",").append(letter).append(name);
            }
            final String prefix = MessageProperties.isReserved(name) ? MessageProperties.JMS_USER_PREFIX : "";
            block.put(prefix + name, escaped(String.valueOf(value)));
        });
        if (types.length() > 0) {
            block.put(MessageProperties.JMS_TYPES, types.toString());
        }
        final byte[] front = stored.toBytes();
        final byte[] back = block.toBytes();
        // Not at the beginning of its array, as it will be.
        final byte[] all = new byte[7 + front.length + back.length + 3];
        System.arraycopy(front, 0, all, 7, front.length);
        System.arraycopy(back, 0, all, 7 + front.length, back.length);
        final RecordFields fields = new RecordFields();
        fields.set(persistent, priority, timestamp, deliveryCount, all, 7, front.length + back.length);
        return fields;
    }

    private static String escaped(final String text) {
        return text.replace("\3", "\0033").replace("\1", "\0031").replace("\2", "\0032");
    }

    private static String letter(final Object value) {
        if (value == null) {
            return "N";
        } else if (value instanceof String) {
            return "";
        } else if (value instanceof Long) {
            return "J";
        } else if (value instanceof Boolean) {
            return "Z";
        }
        return value.getClass().getSimpleName().substring(0, 1);
    }
}
