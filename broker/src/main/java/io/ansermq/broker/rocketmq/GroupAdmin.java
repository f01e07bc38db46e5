package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.remoting.protocol.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Administration of groups, their connections and their progress. Owned by the core agent. */
final class GroupAdmin {

    private final RocketMqState state;

    GroupAdmin(final RocketMqState state) {
        this.state = state;
    }

    void update(final Reply reply, final GroupConfig config) {
        state.groups().put(state.desk(), config);
        final String retry = SystemNames.RETRY_PREFIX + config.name();
        if (SystemNames.whyNoTopic(retry).isEmpty()) {
            state.ensureTopic(TopicConfig.of(retry, 1, TopicConfig.READ_WRITE));
        }
        state.desk().whenStored(reply::ok);
    }

    void all(final Reply reply, final Fields fields) {
        final TreeMap<String, GroupConfig> all = new TreeMap<>(state.groups().all());
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("dataVersion", MessageQueues.dataVersion());
        json.put(
                "subscriptionGroupTable",
                Page.of(fields, "groupSeq", "maxGroupNum").cut(all, GroupConfig::toJson));
        reply.send(Answer.body(Json.text(json), Map.of("totalGroupNum", Integer.toString(all.size()))));
    }

    void config(final Reply reply, final Fields fields) {
        final GroupConfig config = state.groups().find(fields.text("group"));
        if (config == null) {
            reply.refuse(ResponseCodes.SUBSCRIPTION_GROUP_NOT_EXIST, "there is no group " + fields.text("group"));
        } else {
            reply.send(Answer.json(config.toJson()));
        }
    }

    void delete(final Reply reply, final Fields fields) {
        final String group = fields.text("groupName");
        state.groups().remove(state.desk(), group);
        if (fields.flag("cleanOffset")) {
            for (final String topic : topics(group)) {
                state.desk().offsets().forget(group, topic);
            }
            state.desk().writeOffsets();
        }
        state.desk().whenStored(reply::ok);
    }

    /** RocketMQ's ConsumerConnection. */
    void consumers(final Reply reply, final Fields fields) {
        final String name = fields.text("consumerGroup");
        final Clients.Group group = state.clients().consumers(name);
        if (group == null) {
            reply.refuse(ResponseCodes.CONSUMER_NOT_ONLINE, "no consumer of group " + name + " is there");
            return;
        }
        final Map<String, @Nullable Object> subscriptions = new LinkedHashMap<>();
        group.interests.forEach((topic, interest) -> subscriptions.put(topic, interest.json()));
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("connectionSet", connections(group.members.values()));
        json.put("consumeFromWhere", group.consumeFromWhere);
        json.put("consumeType", group.consumeType);
        json.put("messageModel", group.messageModel);
        json.put("subscriptionTable", subscriptions);
        reply.send(Answer.json(json));
    }

    void producers(final Reply reply, final Fields fields) {
        final String name = fields.text("producerGroup");
        final Collection<Clients.Member> members = state.clients().producers(name);
        if (members.isEmpty()) {
            reply.refuse(ResponseCodes.SYSTEM_ERROR, "no producer of group " + name + " is there");
            return;
        }
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("connectionSet", connections(members));
        reply.send(Answer.json(json));
    }

    private static List<Object> connections(final Collection<Clients.Member> members) {
        final List<Object> list = new ArrayList<>();
        members.forEach(member -> list.add(member.toJson()));
        return list;
    }

    /** RocketMQ's ConsumeStats. */
    void progress(final Reply reply, final Fields fields) {
        final String group = fields.text("consumerGroup");
        final String given = fields.text("topic", "");
        if (state.groups().find(group) == null && topics(group).isEmpty()) {
            reply.refuse(ResponseCodes.SUBSCRIPTION_GROUP_NOT_EXIST, "there is no group " + group);
            return;
        }
        final Map<Object, @Nullable Object> offsets = new LinkedHashMap<>();
        double tps = 0;
        for (final String name : given.isEmpty() ? topics(group) : Set.of(given)) {
            final TopicConfig topic = state.topics().find(name);
            tps += state.stats().perSecond(Stats.GROUP_GET, name + "@" + group);
            for (int queue = 0; topic != null && queue < topic.readQueues(); queue++) {
                offsets.put(
                        MessageQueues.toJson(state.settings().brokerName(), name, queue), progress(group, name, queue));
            }
        }
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("consumeTps", tps);
        json.put("offsetTable", offsets);
        reply.send(Answer.json(json));
    }

    private Map<String, @Nullable Object> progress(final String group, final String topic, final int queue) {
        final Lane lane = state.reader().lane(topic, queue);
        final long offset = Math.max(0, state.desk().offsets().offset(group, topic, queue));
        final Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("brokerOffset", LaneReader.end(lane));
        entry.put("consumerOffset", offset);
        entry.put("lastTimestamp", lane == null ? 0 : state.reader().storedEpochMs(lane, offset - 1));
        entry.put("pullOffset", offset);
        return entry;
    }

    /** The topics that a group consumes or has consumed. */
    Set<String> topics(final String group) {
        final Set<String> topics = new TreeSet<>(state.desk().offsets().topics(group));
        final Clients.Group connected = state.clients().consumers(group);
        if (connected != null) {
            topics.addAll(connected.interests.keySet());
        }
        return topics;
    }

    void ofTopic(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        final Set<String> groups = new TreeSet<>();
        for (final GroupOffsets.Key key : state.desk().offsets().keys()) {
            if (key.topic().equals(topic)) {
                groups.add(key.group());
            }
        }
        state.clients().allConsumers().forEach((name, group) -> {
            if (group.interests.containsKey(topic)) {
                groups.add(name);
            }
        });
        reply.send(Answer.json(Map.of("groupList", groups)));
    }

    void topicsOf(final Reply reply, final Fields fields) {
        reply.send(Answer.json(Map.of("topicList", topics(fields.text("group")))));
    }

    void subscription(final Reply reply, final Fields fields) {
        final String group = fields.text("group");
        final String topic = fields.text("topic");
        final Clients.Interest interest = state.clients().interest(group, topic);
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("group", group);
        json.put("subscriptionData", interest == null ? null : interest.json());
        json.put("topic", topic);
        reply.send(Answer.json(json));
    }

    /** Sets the offsets of a group on a topic, by time or to a given offset; RocketMQ's ResetOffsetBody. */
    void reset(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        final Map<Object, @Nullable Object> offsets = new LinkedHashMap<>();
        reset(
                        fields.text("group"),
                        topic,
                        fields.integer("queueId", -1),
                        fields.number("timestamp", -1),
                        fields.number("offset", -1))
                .forEach((queue, offset) ->
                        offsets.put(MessageQueues.toJson(state.settings().brokerName(), topic, queue), offset));
        reply.send(Answer.json(Map.of("offsetTable", offsets)));
    }

    /**
     * Has a group go on from other places of a topic, also consumers that are at work.
     *
     * @param only which queue, -1 for all
     * @param epochMs where the first message stands that was stored then or later; -1 for behind the last one
     * @param given this offset instead; -1 for none
     * @return the new offset of each queue
     * @throws RefusedException when there is no such topic, queue or group
     */
    Map<Integer, Long> reset(
            final String group, final String name, final int only, final long epochMs, final long given) {
        final TopicConfig topic = state.topics().find(name);
        if (topic == null) {
            throw new RefusedException(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + name);
        }
        if (state.groups().find(group) == null) {
            throw new RefusedException(ResponseCodes.SUBSCRIPTION_GROUP_NOT_EXIST, "there is no group " + group);
        }
        if (only >= topic.readQueues()) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, "there is no queue " + only + " of " + name);
        }
        final Map<Integer, Long> offsets = new LinkedHashMap<>();
        for (int queue = 0; queue < topic.readQueues(); queue++) {
            if (only < 0 || only == queue) {
                final long offset = target(name, queue, epochMs, given);
                state.desk().offsets().tell(group, name, queue, offset);
                state.resets().put(group, name, queue, offset);
                offsets.put(queue, offset);
            }
        }
        state.desk().writeOffsets();
        state.pulls().wake(name);
        return offsets;
    }

    private long target(final String topic, final int queue, final long timestamp, final long given) {
        final Lane lane = state.reader().lane(topic, queue);
        if (given >= 0) {
            return Math.max(LaneReader.start(lane), Math.min(given, LaneReader.end(lane)));
        }
        return timestamp < 0 ? LaneReader.end(lane) : state.reader().offsetAt(lane, timestamp, false);
    }
}
