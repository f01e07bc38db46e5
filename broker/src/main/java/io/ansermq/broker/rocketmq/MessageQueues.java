package io.ansermq.broker.rocketmq;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** RocketMQ's MessageQueue as a JSON object. Stateless. */
final class MessageQueues {

    private MessageQueues() {}

    static Map<String, @Nullable Object> toJson(final String broker, final String topic, final int queue) {
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("brokerName", broker);
        json.put("queueId", queue);
        json.put("topic", topic);
        return json;
    }

    /** RocketMQ's DataVersion; ours does not count, because nobody needs to compare it. */
    static Map<String, @Nullable Object> dataVersion() {
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("counter", 0);
        json.put("stateVersion", 0);
        json.put("timestamp", 0);
        return json;
    }
}
