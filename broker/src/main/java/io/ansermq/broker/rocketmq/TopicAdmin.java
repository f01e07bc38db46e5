package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import io.ansermq.remoting.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Administration of topics. Owned by the core agent. */
final class TopicAdmin {

    private static final int MAX_ENTRIES = 128;

    private final RocketMqState state;

    TopicAdmin(final RocketMqState state) {
        this.state = state;
    }

    void update(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        final String wrong = SystemNames.whyNoTopic(topic);
        if (!wrong.isEmpty()) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, wrong);
        }
        final TopicConfig known = state.topics().find(topic);
        final TopicConfig config = new TopicConfig(
                0,
                topic,
                fields.integer("readQueueNums"),
                fields.integer("writeQueueNums"),
                fields.integer("perm"),
                fields.integer("topicSysFlag", 0),
                fields.flag("order"),
                attributes(known == null ? Map.of() : known.attributes(), fields.text("attributes", "")));
        final String why = state.putTopic(config);
        if (why == null) {
            state.desk().whenStored(reply::ok);
        } else {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, why);
        }
    }

    /** Applies RocketMQ's {@code +name=value,-name} to what there is. */
    private static Map<String, String> attributes(final Map<String, String> known, final String changes) {
        final Map<String, String> attributes = new TreeMap<>(known);
        for (final String change : changes.split(",", -1)) {
            final int equals = change.indexOf('=');
            if (change.startsWith("+") && equals > 1) {
                attributes.put(change.substring(1, equals), change.substring(equals + 1));
            } else if (change.startsWith("-")) {
                attributes.remove(change.substring(1));
            }
        }
        return attributes;
    }

    void delete(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        if (SystemNames.isSystemTopic(topic)) {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, "the topic " + topic + " cannot be deleted");
        } else {
            state.deleteTopic(topic, reply::ok);
        }
    }

    void all(final Reply reply, final Fields fields) {
        final TreeMap<String, TopicConfig> all = new TreeMap<>();
        state.topics().all().forEach(config -> all.put(config.topic(), config));
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("dataVersion", MessageQueues.dataVersion());
        json.put("topicConfigTable", Page.of(fields, "topicSeq", "maxTopicNum").cut(all, TopicConfig::toJson));
        reply.send(Answer.body(Json.text(json), Map.of("totalTopicNum", Integer.toString(all.size()))));
    }

    void config(final Reply reply, final Fields fields) {
        reply.send(Answer.json(topic(fields).toJson()));
    }

    void system(final Reply reply) {
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put(
                "topicList",
                List.of(
                        SystemNames.AUTO_CREATE,
                        "SELF_TEST_TOPIC",
                        "SCHEDULE_TOPIC_XXXX",
                        "RMQ_SYS_TRANS_HALF_TOPIC",
                        "RMQ_SYS_TRANS_OP_HALF_TOPIC",
                        "TRANS_CHECK_MAX_TIME_TOPIC",
                        "OFFSET_MOVED_EVENT",
                        SystemNames.TRACE,
                        state.settings().cluster(),
                        state.settings().brokerName()));
        reply.send(Answer.json(json));
    }

    /** RocketMQ's TopicStatsTable. */
    void stats(final Reply reply, final Fields fields) {
        final TopicConfig topic = topic(fields);
        final Map<Object, @Nullable Object> offsets = new LinkedHashMap<>();
        for (int queue = 0; queue < topic.queues(); queue++) {
            final Lane lane = state.reader().lane(topic.topic(), queue);
            final Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("lastUpdateTimestamp", lane == null ? 0 : state.reader().storedEpochMs(lane, lane.end() - 1));
            entry.put("maxOffset", LaneReader.end(lane));
            entry.put("minOffset", LaneReader.start(lane));
            offsets.put(MessageQueues.toJson(state.settings().brokerName(), topic.topic(), queue), entry);
        }
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("offsetTable", offsets);
        json.put("topicPutTps", state.stats().perSecond(Stats.TOPIC_PUT, topic.topic()));
        reply.send(Answer.json(json));
    }

    /** RocketMQ's QueryConsumeQueueResponseBody. */
    void consumeQueue(final Reply reply, final Fields fields) {
        final TopicConfig topic = topic(fields);
        final int queue = fields.integer("queueId");
        final Lane lane = state.reader().lane(topic.topic(), queue);
        final List<Object> entries = new ArrayList<>();
        final long first = Math.max(fields.number("index"), LaneReader.start(lane));
        final int count = Math.min(fields.integer("count"), MAX_ENTRIES);
        for (long offset = first; lane != null && offset < Math.min(first + count, lane.end()); offset++) {
            final Map<String, @Nullable Object> entry = new LinkedHashMap<>();
            entry.put("eval", true);
            entry.put("physicOffset", lane.position(offset));
            entry.put("physicSize", lane.size(offset));
            entry.put("tagsCode", lane.tagsCode(offset));
            entries.add(entry);
        }
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("maxQueueIndex", LaneReader.end(lane));
        json.put("minQueueIndex", LaneReader.start(lane));
        json.put("queueData", entries);
        reply.send(Answer.json(json));
    }

    private TopicConfig topic(final Fields fields) {
        final String name = fields.text("topic");
        final TopicConfig topic = state.topics().find(name);
        if (topic == null) {
            throw new RefusedException(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + name);
        }
        return topic;
    }
}
