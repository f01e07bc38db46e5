package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a topic looks to RocketMQ clients. Immutable.
 *
 * @param destination its number as a destination, 0 while there is none
 * @param topic its topic text
 * @param readQueues how many queues consumers read
 * @param writeQueues how many queues producers write to
 * @param permission RocketMQ's bits: 4 read, 2 write, 1 inherit
 * @param sysFlag RocketMQ's bits: 1 unit, 2 unit subscription
 * @param order whether administrators say that it is ordered
 * @param attributes RocketMQ's topic attributes, such as {@code message.type}
 */
record TopicConfig(
        int destination,
        String topic,
        int readQueues,
        int writeQueues,
        int permission,
        int sysFlag,
        boolean order,
        Map<String, String> attributes) {

    static final int READ = 4;
    static final int WRITE = 2;
    static final int INHERIT = 1;
    static final int READ_WRITE = READ | WRITE;

    /** A topic with as many queues to read as to write. */
    static TopicConfig of(final String topic, final int queues, final int permission) {
        return new TopicConfig(0, topic, queues, queues, permission, 0, false, Map.of());
    }

    /** A destination that was made for Jakarta Messaging: RocketMQ producers write to lane 0, consumers read all ten. */
    static TopicConfig ofLanes(final int destination, final String topic) {
        return new TopicConfig(destination, topic, 10, 1, READ_WRITE, 0, false, Map.of());
    }

    TopicConfig withDestination(final int number) {
        return new TopicConfig(number, topic, readQueues, writeQueues, permission, sysFlag, order, attributes);
    }

    int queues() {
        return Math.max(readQueues, writeQueues);
    }

    boolean isReadable() {
        return (permission & READ) != 0;
    }

    /** Whether the queue is the priority: a message says which one it wants, and POP takes from the highest first. */
    boolean isByPriority() {
        return "PRIORITY".equals(attributes.get("message.type"));
    }

    byte[] topicUtf8() {
        return topic.getBytes(StandardCharsets.UTF_8);
    }

    /** RocketMQ's TopicConfig as a JSON object. */
    Map<String, @Nullable Object> toJson() {
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("attributes", attributes);
        json.put("order", order);
        json.put("perm", permission);
        json.put("readQueueNums", readQueues);
        json.put("topicFilterType", "SINGLE_TAG");
        json.put("topicName", topic);
        json.put("topicSysFlag", sysFlag);
        json.put("writeQueueNums", writeQueues);
        return json;
    }

    /** Reads what {@link #toJson} became. */
    static TopicConfig ofJson(final int destination, final String topic, final String text) {
        final Map<String, @Nullable Object> json = Json.object(text.getBytes(StandardCharsets.UTF_8));
        final Map<String, String> attributes = new LinkedHashMap<>();
        Json.asObject(json.get("attributes"), "attributes")
                .forEach((name, value) -> attributes.put(name, String.valueOf(value)));
        return new TopicConfig(
                destination,
                topic,
                number(json, "readQueueNums"),
                number(json, "writeQueueNums"),
                number(json, "perm"),
                number(json, "topicSysFlag"),
                Boolean.TRUE.equals(json.get("order")),
                attributes);
    }

    private static int number(final Map<String, @Nullable Object> json, final String name) {
        return json.get(name) instanceof Long value ? value.intValue() : 0;
    }
}
