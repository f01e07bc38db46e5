package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * The properties by which a message in a dead letter or expiry queue says where it comes from. They are ordinary
 * properties of Jakarta Messaging, so applications can read and select by them. Stateless.
 */
public final class DeadLetterProperties {

    private static final String PREFIX = "JMS_ANSER_DLQ_";

    /** Text: {@code deliveries} or {@code expired}. */
    public static final String REASON = PREFIX + "REASON";

    /** Text: {@code queue://name} or {@code topic://name}. */
    public static final String DESTINATION = PREFIX + "DESTINATION";

    /** Text: the subscription that did not settle it, when the destination is a topic. */
    public static final String SUBSCRIPTION = PREFIX + "SUBSCRIPTION";

    /** Text: JMSMessageID. */
    public static final String MESSAGE_ID = PREFIX + "MESSAGE_ID";

    /** Long: when it was moved, epoch milliseconds. */
    public static final String TIME = PREFIX + "TIME";

    /** Int: how often it was delivered. */
    public static final String DELIVERIES = PREFIX + "DELIVERIES";

    /** RocketMQ's names for where it comes from. */
    private static final String ORIGIN_TOPIC = "DLQ_ORIGIN_TOPIC";

    private static final String ORIGIN_MESSAGE_ID = "DLQ_ORIGIN_MESSAGE_ID";

    private static final String TYPES = 'I' + DELIVERIES + ",J" + TIME;

    /** What a copy in another queue must not take along: its time is over, or was. */
    private static final Set<String> LEFT_BEHIND = Set.of(
            MessageProperties.JMS_EXPIRATION,
            MessageProperties.JMS_TYPES,
            REASON,
            DESTINATION,
            SUBSCRIPTION,
            MESSAGE_ID,
            TIME,
            DELIVERIES,
            ORIGIN_TOPIC,
            ORIGIN_MESSAGE_ID);

    private DeadLetterProperties() {}

    /** Why and from where a message is moved. */
    record Origin(
            String reason, String destination, String topic, String subscription, long timeEpochMs, int deliveries) {}

    /** The properties of a copy that goes aside; without ours when they do not fit. */
    static byte[] aside(final byte[] original, final Origin origin) {
        final Map<String, String> old = MessageProperties.toMap(original, 0, original.length);
        final ByteArrayOutputStream out = keep(original);
        final String types = withoutOurs(old.getOrDefault(MessageProperties.JMS_TYPES, ""));
        final byte[] kept = finished(out, types);
        put(out, REASON, origin.reason());
        put(out, DESTINATION, origin.destination());
        if (!origin.subscription().isEmpty()) {
            put(out, SUBSCRIPTION, origin.subscription());
        }
        final String id = old.getOrDefault(MessageProperties.UNIQ_KEY, "");
        if (!id.isEmpty()) {
            put(out, MESSAGE_ID, "ID:" + id);
            put(out, ORIGIN_MESSAGE_ID, id);
        }
        put(out, ORIGIN_TOPIC, origin.topic());
        put(out, TIME, Long.toString(origin.timeEpochMs()));
        put(out, DELIVERIES, Integer.toString(origin.deliveries()));
        final byte[] all = finished(out, types.isEmpty() ? TYPES : types + ',' + TYPES);
        return all.length <= MessageLayout.MAX_PROPERTIES_BYTES ? all : kept;
    }

    /** The properties of a copy that goes back to where it came from. */
    static byte[] back(final byte[] original) {
        final Map<String, String> old = MessageProperties.toMap(original, 0, original.length);
        return finished(keep(original), withoutOurs(old.getOrDefault(MessageProperties.JMS_TYPES, "")));
    }

    private static ByteArrayOutputStream keep(final byte[] original) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(original.length + 512);
        MessageProperties.forEach(original, 0, original.length, (nameAt, nameLength, valueAt, valueLength) -> {
            if (!LEFT_BEHIND.contains(new String(original, nameAt, nameLength, StandardCharsets.UTF_8))) {
                out.write(original, nameAt, nameLength);
                out.write(MessageProperties.NAME_END);
                out.write(original, valueAt, valueLength);
                out.write(MessageProperties.VALUE_END);
            }
        });
        return out;
    }

    private static byte[] finished(final ByteArrayOutputStream properties, final String types) {
        final byte[] before = properties.toByteArray();
        if (types.isEmpty()) {
            return before;
        }
        put(properties, MessageProperties.JMS_TYPES, types);
        final byte[] all = properties.toByteArray();
        properties.reset();
        properties.writeBytes(before);
        return all;
    }

    private static void put(final ByteArrayOutputStream out, final String name, final String value) {
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.write(MessageProperties.NAME_END);
        // The separators cannot stand in a value.
        out.writeBytes(value.replace((char) 1, '?').replace((char) 2, '?').getBytes(StandardCharsets.UTF_8));
        out.write(MessageProperties.VALUE_END);
    }

    private static String withoutOurs(final String types) {
        final StringBuilder others = new StringBuilder();
        for (final String each : types.split(",", -1)) {
            if (!each.isEmpty() && !each.startsWith(PREFIX, 1)) {
                others.append(others.isEmpty() ? "" : ",").append(each);
            }
        }
        return others.toString();
    }

    /** The properties of the record at the start of a buffer. */
    static byte[] of(final ByteBuffer record) {
        final byte[] properties = new byte[MessageLayout.propertiesLength(record, 0)];
        record.get(MessageLayout.propertiesOffset(record, 0), properties);
        return properties;
    }
}
