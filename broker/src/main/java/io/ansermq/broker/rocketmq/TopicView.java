package io.ansermq.broker.rocketmq;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The topics as RocketMQ clients see them, by topic text. Thread safe: written by core, read by event loops. */
final class TopicView {

    private final Map<String, TopicConfig> topics = new ConcurrentHashMap<>();

    @Nullable
    TopicConfig find(final String topic) {
        return topics.get(topic);
    }

    /** Core only. */
    void put(final TopicConfig config) {
        topics.put(config.topic(), config);
    }

    /** Core only. */
    void remove(final String topic) {
        topics.remove(topic);
    }

    Iterable<TopicConfig> all() {
        return topics.values();
    }
}
