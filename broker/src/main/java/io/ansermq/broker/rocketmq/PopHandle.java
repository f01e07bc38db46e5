package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By what a client names messages that it popped: RocketMQ's receipt handle. Immutable.
 *
 * @param group the consumer group
 * @param topic the topic
 * @param queue the queue
 * @param offset the message's offset there
 * @param popEpochMs when it was popped, which tells this delivery from others
 */
record PopHandle(String group, String topic, int queue, long offset, long popEpochMs) {

    private static final int POP_TIME = 1;
    private static final int QUEUE_ID = 6;

    /** From the header of an acknowledgement; its {@code extraInfo} has fields with blanks between them. */
    static PopHandle of(final Fields fields) {
        final String[] parts = fields.text("extraInfo").split(" ", -1);
        if (parts.length <= QUEUE_ID || !parts[POP_TIME].matches("[0-9]{1,18}")) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, "extraInfo is no handle of a message");
        }
        return new PopHandle(
                fields.text("consumerGroup"),
                fields.text("topic"),
                fields.integer("queueId"),
                fields.number("offset"),
                Long.parseLong(parts[POP_TIME]));
    }

    /** From RocketMQ's BatchAckMessageRequestBody: each entry names one pop and has a bit for each message of it. */
    static List<PopHandle> ofBatch(final Map<String, @Nullable Object> body) {
        final List<PopHandle> handles = new ArrayList<>();
        for (final Object each : Json.asList(body.get("acks"), "acks")) {
            final Map<String, @Nullable Object> ack = Json.asObject(each, "acks");
            final long start = number(ack, "so", "startOffset");
            final BitSet bits = BitSet.valueOf(Base64.getDecoder().decode(text(ack, "b", "bitSet")));
            for (int bit = bits.nextSetBit(0); bit >= 0; bit = bits.nextSetBit(bit + 1)) {
                handles.add(new PopHandle(
                        text(ack, "c", "consumerGroup"),
                        text(ack, "t", "topic"),
                        (int) number(ack, "q", "queueId"),
                        start + bit,
                        number(ack, "pt", "popTime")));
            }
        }
        return handles;
    }

    private static String text(final Map<String, @Nullable Object> json, final String name, final String longName) {
        final Object value = json.get(json.containsKey(name) ? name : longName);
        return value instanceof String text ? text : "";
    }

    private static long number(final Map<String, @Nullable Object> json, final String name, final String longName) {
        final Object value = json.get(json.containsKey(name) ? name : longName);
        return value instanceof Long number ? number : 0;
    }
}
