package io.ansermq.openmessaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.client.OutgoingMessage;
import io.ansermq.client.SharedQueues;
import io.ansermq.client.message.MessageIds;
import io.ansermq.client.message.PropertyType;
import io.ansermq.client.message.PropertyWriter;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of a message, as the producers of our other worlds do: system headers become what Jakarta Messaging and
 * RocketMQ have for them, user headers become properties. Stateless.
 */
final class MessageEncoder {

    private static final byte[] BODY_NAME = MessageProperties.JMS_BODY.getBytes(UTF_8);
    private static final byte[] ID_NAME = MessageProperties.UNIQ_KEY.getBytes(UTF_8);
    private static final int MAX_SEARCH_KEYS = 5;

    /** System headers that have a place of their own in the record, or are the receiver's. */
    private static final Set<String> MAPPED = Set.of(
            BuiltinKeys.MESSAGE_ID,
            BuiltinKeys.DESTINATION,
            BuiltinKeys.RECEIPT_HANDLE,
            BuiltinKeys.BORN_TIMESTAMP,
            BuiltinKeys.BORN_HOST,
            BuiltinKeys.STORE_TIMESTAMP,
            BuiltinKeys.STORE_HOST,
            BuiltinKeys.START_TIME,
            BuiltinKeys.STOP_TIME,
            BuiltinKeys.RELIABILITY,
            BuiltinKeys.SEARCH_KEYS,
            BuiltinKeys.STREAM_KEY,
            BuiltinKeys.REDELIVERED_NUMBER,
            BuiltinKeys.REDELIVERED_REASON,
            MessageProperty.TAGS);

    private MessageEncoder() {}

    /** Where a message is to go. */
    static String destination(final Message message) {
        final String name = Errors.required(message, "a message").sysHeaders().getString(BuiltinKeys.DESTINATION);
        if (name == null || name.isBlank()) {
            throw Errors.badMessage(
                    ErrorCode.BAD_REQUEST,
                    "the message has no DESTINATION: make it with createBytesMessage(queue, body), or set the header");
        }
        return QueueNames.check(name, "queue");
    }

    /**
     * Sets what a send sets (MESSAGE_ID, BORN_TIMESTAMP) on the message, and encodes it.
     *
     * @param producerGroup whom to ask about a half message; null for a message that is none
     * @throws io.openmessaging.exception.OMSMessageFormatException naming the header that is wrong
     */
    static OutgoingMessage encode(
            final Message message,
            final SharedQueues.Opened to,
            final @Nullable String producerGroup,
            final long nowEpochMs) {
        final byte[] body = message.getBody(byte[].class);
        if (body == null) {
            throw Errors.badMessage(
                    ErrorCode.BODY_REQUIRED, "the message has no body: set one, be it of no bytes (new byte[0])");
        }
        final KeyValue headers = message.sysHeaders();
        final String id = MessageIds.PROCESS.next(nowEpochMs).digits();
        headers.put(BuiltinKeys.MESSAGE_ID, id);
        headers.put(BuiltinKeys.BORN_TIMESTAMP, nowEpochMs);
        final byte[] properties = properties(message, id, producerGroup, nowEpochMs);
        final CRC32 crc = new CRC32();
        crc.update(body);
        return new OutgoingMessage(
                lane(headers, to),
                isPersistent(headers) ? 0 : MessageLayout.SYS_FLAG_NON_PERSISTENT,
                nowEpochMs,
                body,
                body.length,
                (int) crc.getValue(),
                properties);
    }

    private static byte[] properties(
            final Message message, final String id, final @Nullable String producerGroup, final long nowEpochMs) {
        final KeyValue headers = message.sysHeaders();
        final PropertyWriter writer = new PropertyWriter();
        writer.name(BODY_NAME).value("bytes");
        final long startEpochMs = startTime(headers, nowEpochMs);
        final long stopEpochMs = stopTime(headers, startEpochMs, nowEpochMs);
        if (stopEpochMs > 0) {
            writer.name("", MessageProperties.JMS_EXPIRATION).value(stopEpochMs);
        }
        if (startEpochMs > nowEpochMs) {
            writer.name("", MessageProperties.JMS_DELIVERY_TIME).value(startEpochMs);
        }
        writer.name(ID_NAME).value(id);
        final String keys = headers.getString(BuiltinKeys.SEARCH_KEYS);
        if (keys != null && !keys.isBlank()) {
            writer.name("", MessageProperties.KEYS).value(searchKeys(keys));
        }
        final String tag = headers.getString(MessageProperty.TAGS);
        if (tag != null && !tag.isEmpty()) {
            writer.name("", MessageProperty.TAGS).value(tag);
        }
        final String streamKey = headers.getString(BuiltinKeys.STREAM_KEY);
        if (streamKey != null && !streamKey.isEmpty()) {
            writer.name("", MessageProperties.JMSX_GROUP_ID).value(streamKey);
            writer.name("", MessageProperty.SHARDING_KEY).value(streamKey);
        }
        if (producerGroup != null) {
            writer.name("", MessageProperty.TRANSACTION).value("true");
            writer.name("", MessageProperty.PRODUCER_GROUP).value(producerGroup);
            // A producer that is asked about it has nothing but the record.
            writer.name(MessageProperty.SYSTEM, BuiltinKeys.DESTINATION).value(destination(message));
        }
        for (final String name : headers.keySet()) {
            if (!MAPPED.contains(name)) {
                writer.name(MessageProperty.SYSTEM, checkName(name)).value(headers.getString(name));
            }
        }
        userHeaders(message.userHeaders(), writer);
        if (writer.length() > MessageLayout.MAX_PROPERTIES_BYTES) {
            throw Errors.badMessage(
                    ErrorCode.HEADERS_TOO_LARGE,
                    "the headers of the message take " + writer.length() + " bytes, the limit is "
                            + MessageLayout.MAX_PROPERTIES_BYTES + ": move large values into the body");
        }
        return writer.toBytes();
    }

    private static void userHeaders(final KeyValue headers, final PropertyWriter writer) {
        final StringBuilder types = new StringBuilder();
        final Map<String, Object> typed = headers instanceof Headers ours ? ours.values() : Map.of();
        for (final String name : headers.keySet()) {
            final PropertyType type = PropertyType.of(typed.getOrDefault(name, ""));
            if (type != null) {
                types.append(types.length() == 0 ? "" : PropertyType.SEPARATOR)
                        .append(type.letter())
                        .append(name);
            }
            writer.name(
                            MessageProperties.isReserved(name) || name.startsWith(MessageProperty.SYSTEM)
                                    ? MessageProperties.JMS_USER_PREFIX
                                    : "",
                            checkName(name))
                    .value(headers.getString(name));
        }
        if (types.length() > 0) {
            writer.name("", MessageProperties.JMS_TYPES).value(types.toString());
        }
    }

    private static String checkName(final String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < ' ' || name.charAt(i) == PropertyType.SEPARATOR) {
                throw Errors.badMessage(
                        ErrorCode.BAD_PARAMETER, "the name of header '" + name + "' has a comma or control character");
            }
        }
        if (name.isEmpty()) {
            throw Errors.badMessage(ErrorCode.BAD_PARAMETER, "a header needs a name that is not empty");
        }
        return name;
    }

    /** When it may be delivered: START_TIME, or the first time behind it that SCHEDULE_EXPRESSION names. */
    static long startTime(final KeyValue headers, final long nowEpochMs) {
        final long startEpochMs = number(headers, BuiltinKeys.START_TIME);
        final String expression = headers.getString(BuiltinKeys.SCHEDULE_EXPRESSION);
        return expression == null || expression.isBlank()
                ? startEpochMs
                : Cron.parse(expression).next(Math.max(startEpochMs, nowEpochMs));
    }

    /** When it is over, 0 for never: TIMEOUT counts from the send and wins over STOP_TIME. */
    static long stopTime(final KeyValue headers, final long startEpochMs, final long nowEpochMs) {
        if (headers.containsKey(BuiltinKeys.TIMEOUT)) {
            final long timeoutMs = number(headers, BuiltinKeys.TIMEOUT);
            return timeoutMs == 0 ? 0 : Math.max(1, nowEpochMs + timeoutMs);
        }
        final long stopEpochMs = number(headers, BuiltinKeys.STOP_TIME);
        return stopEpochMs < startEpochMs ? 0 : stopEpochMs;
    }

    private static long number(final KeyValue headers, final String name) {
        final long number;
        try {
            number = headers.getLong(name);
        } catch (NumberFormatException e) {
            throw Errors.badMessage(
                    ErrorCode.BAD_PARAMETER,
                    "header " + name + " is '" + headers.getString(name) + "', which is no number of milliseconds");
        }
        if (number < 0) {
            throw Errors.badMessage(
                    ErrorCode.BAD_PARAMETER, "header " + name + " is " + number + ": 0 and more are possible");
        }
        return number;
    }

    private static boolean isPersistent(final KeyValue headers) {
        final String reliability = headers.getString(BuiltinKeys.RELIABILITY, "PERSISTENT");
        return switch (reliability) {
            case "PERSISTENT" -> true;
            case "NON_PERSISTENT" -> false;
            default ->
                throw Errors.badMessage(
                        ErrorCode.BAD_PARAMETER,
                        "header RELIABILITY is '" + reliability + "': PERSISTENT or NON_PERSISTENT are possible");
        };
    }

    private static String searchKeys(final String list) {
        final String[] keys = list.split(",", -1);
        if (keys.length > MAX_SEARCH_KEYS) {
            throw Errors.badMessage(
                    ErrorCode.BAD_PARAMETER,
                    "header SEARCH_KEYS has " + keys.length + " keys, at most " + MAX_SEARCH_KEYS + " are possible");
        }
        final StringBuilder text = new StringBuilder();
        for (final String key : keys) {
            final String stripped = key.strip();
            if (stripped.isEmpty() || stripped.chars().anyMatch(Character::isWhitespace)) {
                throw Errors.badMessage(
                        ErrorCode.BAD_PARAMETER,
                        "header SEARCH_KEYS has the key '" + key + "': a key is not empty and has no spaces");
            }
            text.append(text.length() == 0 ? "" : " ").append(stripped);
        }
        return text.toString();
    }

    /**
     * The stream of a message. Where lanes are priorities a message with a STREAM_KEY has the default one, because one
     * that overtook the others of its key would break their order; elsewhere the key's hash says which, and a message
     * without a key takes any.
     */
    static int lane(final KeyValue headers, final SharedQueues.Opened to) {
        final String streamKey = headers.getString(BuiltinKeys.STREAM_KEY, "");
        if (to.ranked()) {
            return streamKey.isEmpty() ? MessageProperty.laneOfPriority(priority(headers)) : 0;
        }
        final int lanes = Math.min(to.lanes(), MessageLayout.LANES);
        return streamKey.isEmpty()
                ? ThreadLocalRandom.current().nextInt(lanes)
                : Math.floorMod(streamKey.hashCode(), lanes);
    }

    /** A priority beyond the region of the standard is ignored, as it asks. */
    static int priority(final KeyValue headers) {
        final int priority;
        try {
            priority = headers.getInt(BuiltinKeys.PRIORITY, MessageProperty.DEFAULT_PRIORITY);
        } catch (NumberFormatException e) {
            return MessageProperty.DEFAULT_PRIORITY;
        }
        return priority < MessageProperty.LOWEST_PRIORITY || priority > MessageProperty.HIGHEST_PRIORITY
                ? MessageProperty.DEFAULT_PRIORITY
                : priority;
    }
}
