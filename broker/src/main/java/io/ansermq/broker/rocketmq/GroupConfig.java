package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of a consumer group: RocketMQ's SubscriptionGroupConfig. Immutable. */
final class GroupConfig {

    private static final int DEFAULT_RETRIES = 16;

    private final String name;
    private final Map<String, @Nullable Object> json;

    private GroupConfig(final String name, final Map<String, @Nullable Object> json) {
        this.name = name;
        this.json = json;
    }

    /** The configuration of a group that nobody configured. */
    static GroupConfig of(final String name) {
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("attributes", Map.of());
        json.put("brokerId", 0L);
        json.put("consumeBroadcastEnable", true);
        json.put("consumeEnable", true);
        json.put("consumeFromMinEnable", true);
        json.put("consumeMessageOrderly", false);
        json.put("consumeTimeoutMinute", 15L);
        json.put("groupName", name);
        json.put("groupSysFlag", 0L);
        json.put("notifyConsumerIdsChangedEnable", true);
        json.put("retryMaxTimes", (long) DEFAULT_RETRIES);
        json.put("retryQueueNums", 1L);
        json.put("whichBrokerWhenConsumeSlowly", 1L);
        return new GroupConfig(name, json);
    }

    /** Reads RocketMQ's JSON; what it does not say has its default. */
    static GroupConfig ofJson(final byte[] utf8) {
        final Map<String, @Nullable Object> given = Json.object(utf8);
        if (!(given.get("groupName") instanceof String name) || !SystemNames.isGroup(name)) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, "a subscription group needs a name");
        }
        final GroupConfig config = of(name);
        given.forEach((key, value) -> {
            if (value != null) {
                config.json.put(key, value);
            }
        });
        return config;
    }

    static GroupConfig ofText(final String text) {
        return ofJson(text.getBytes(StandardCharsets.UTF_8));
    }

    String name() {
        return name;
    }

    int retryMaxTimes() {
        return json.get("retryMaxTimes") instanceof Long times ? times.intValue() : DEFAULT_RETRIES;
    }

    boolean consumeEnabled() {
        return !Boolean.FALSE.equals(json.get("consumeEnable"));
    }

    Map<String, @Nullable Object> toJson() {
        return json;
    }
}
