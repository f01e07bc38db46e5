package io.ansermq.openmessaging;

import io.ansermq.remoting.protocol.MessageProperties;
import io.openmessaging.KeyValue;
import io.openmessaging.Message.BuiltinKeys;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an update of a message's headers changes of its record.
 *
 * @param lane its new lane; -1 for the one that it is in
 * @param properties new values by name; an empty one takes the property away
 */
record MessageUpdate(int lane, Map<String, String> properties) {

    private static final Set<String> POSSIBLE = Set.of(
            BuiltinKeys.START_TIME,
            BuiltinKeys.STOP_TIME,
            BuiltinKeys.TIMEOUT,
            BuiltinKeys.PRIORITY,
            BuiltinKeys.SCHEDULE_EXPRESSION);

    /** @param ranked whether the lanes of the queue are priorities */
    static MessageUpdate of(final KeyValue headers, final boolean ranked, final long nowEpochMs) {
        final Set<String> others = new TreeSet<>(headers.keySet());
        others.removeAll(POSSIBLE);
        if (!others.isEmpty()) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "the headers " + others + " of a message cannot be changed, only " + new TreeSet<>(POSSIBLE));
        }
        final Map<String, String> properties = new LinkedHashMap<>();
        final long startEpochMs = MessageEncoder.startTime(headers, nowEpochMs);
        if (headers.containsKey(BuiltinKeys.START_TIME) || headers.containsKey(BuiltinKeys.SCHEDULE_EXPRESSION)) {
            properties.put(
                    MessageProperties.JMS_DELIVERY_TIME, startEpochMs > nowEpochMs ? Long.toString(startEpochMs) : "");
            kept(headers, BuiltinKeys.SCHEDULE_EXPRESSION, properties);
        }
        if (headers.containsKey(BuiltinKeys.TIMEOUT) || headers.containsKey(BuiltinKeys.STOP_TIME)) {
            final long stopEpochMs = MessageEncoder.stopTime(headers, startEpochMs, nowEpochMs);
            properties.put(MessageProperties.JMS_EXPIRATION, stopEpochMs > 0 ? Long.toString(stopEpochMs) : "");
            kept(headers, BuiltinKeys.TIMEOUT, properties);
        }
        final boolean prioritised = headers.containsKey(BuiltinKeys.PRIORITY);
        if (prioritised) {
            kept(headers, BuiltinKeys.PRIORITY, properties);
        }
        return new MessageUpdate(
                prioritised && ranked ? MessageProperty.laneOfPriority(MessageEncoder.priority(headers)) : -1,
                properties);
    }

    private static void kept(final KeyValue headers, final String name, final Map<String, String> properties) {
        properties.put(MessageProperty.SYSTEM + name, headers.getString(name, ""));
    }
}
