package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.Json;
import io.ansermq.remoting.protocol.LanguageCode;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which producers and consumers are there, as their heartbeats tell. Owned by the core agent.
 *
 * <p>A client is gone when it says so, when its connection closes, or when it is silent for two minutes. Whoever joins or
 * leaves a consumer group makes the others of the group share the queues anew.
 */
final class Clients {

    private static final long SILENCE_MS = 120_000;

    /** A client in a group. */
    static final class Member {
        final String clientId;
        final RocketMqSession session;
        final LanguageCode language;
        final int version;
        long seenEpochMs;

        Member(final String clientId, final RocketMqSession session, final LanguageCode language, final int version) {
            this.clientId = clientId;
            this.session = session;
            this.language = language;
            this.version = version;
        }

        Map<String, @Nullable Object> toJson() {
            final Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put("clientAddr", session.remote());
            json.put("clientId", clientId);
            json.put("language", language.name());
            json.put("version", version);
            return json;
        }
    }

    /** What a group wants of a topic. */
    record Interest(
            String expression, String type, MessageFilter filter, long version, Map<String, @Nullable Object> json) {
        static Interest of(final CoreDesk desk, final Map<String, @Nullable Object> json) {
            final String expression = json.get("subString") instanceof String text ? text : "*";
            final String type = json.get("expressionType") instanceof String text ? text : "TAG";
            return new Interest(
                    expression,
                    type,
                    type.equals("TAG") ? TagFilter.of(expression) : SqlFilter.of(desk, expression),
                    json.get("subVersion") instanceof Long version ? version : 0,
                    json);
        }
    }

    /** The consumers that are connected under one group. */
    static final class Group {
        final Map<String, Member> members = new LinkedHashMap<>();
        final Map<String, Interest> interests = new LinkedHashMap<>();
        String consumeType = "CONSUME_PASSIVELY";
        String messageModel = "CLUSTERING";
        String consumeFromWhere = "CONSUME_FROM_LAST_OFFSET";
    }

    private final RocketMqState state;
    private final Map<String, Group> consumers = new LinkedHashMap<>();
    private final Map<String, Map<String, Member>> producers = new LinkedHashMap<>();

    Clients(final RocketMqState state) {
        this.state = state;
    }

    @Nullable
    Group consumers(final String group) {
        return consumers.get(group);
    }

    Map<String, Group> allConsumers() {
        return consumers;
    }

    Collection<Member> producers(final String group) {
        return producers.getOrDefault(group, Map.of()).values();
    }

    /** What a group wants of a topic, as its last heartbeat said; null when none did. */
    @Nullable
    Interest interest(final String group, final String topic) {
        final Group known = consumers.get(group);
        return known == null ? null : known.interests.get(topic);
    }

    /** The session of a client, whatever it is; null when it is not connected. */
    @Nullable
    RocketMqSession session(final String clientId) {
        for (final Group group : consumers.values()) {
            final Member member = group.members.get(clientId);
            if (member != null) {
                return member.session;
            }
        }
        for (final Map<String, Member> group : producers.values()) {
            final Member member = group.get(clientId);
            if (member != null) {
                return member.session;
            }
        }
        return null;
    }

    /** A heartbeat, given as RocketMQ's HeartbeatData. */
    void heartbeat(final Reply reply, final Map<String, @Nullable Object> data, final long nowEpochMs) {
        final RocketMqSession session = reply.session();
        final String clientId = String.valueOf(data.get("clientID"));
        final RemotingCommand request = reply.request();
        for (final Object each : Json.asList(data.get("producerDataSet"), "producerDataSet")) {
            final String group =
                    String.valueOf(Json.asObject(each, "producerDataSet").get("groupName"));
            final Map<String, Member> members = producers.computeIfAbsent(group, any -> new LinkedHashMap<>());
            see(members, clientId, session, request, nowEpochMs);
        }
        for (final Object each : Json.asList(data.get("consumerDataSet"), "consumerDataSet")) {
            consumer(Json.asObject(each, "consumerDataSet"), clientId, session, request, nowEpochMs);
        }
        reply.send(Answer.fields("IS_SUPPORT_HEART_BEAT_V2", true, "IS_SUB_CHANGE", true));
    }

    private void consumer(
            final Map<String, @Nullable Object> data,
            final String clientId,
            final RocketMqSession session,
            final RemotingCommand request,
            final long nowEpochMs) {
        final String name = String.valueOf(data.get("groupName"));
        if (!SystemNames.isGroup(name)) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, "'" + name + "' cannot be a group's name");
        }
        for (final Object each : Json.asList(data.get("subscriptionDataSet"), "subscriptionDataSet")) {
            final Object topic = Json.asObject(each, "subscriptionDataSet").get("topic");
            state.rights().require(session.access(), Permission.CONSUME, String.valueOf(topic));
        }
        state.groups().ensure(state.desk(), name);
        final Group group = consumers.computeIfAbsent(name, any -> new Group());
        final boolean joined = see(group.members, clientId, session, request, nowEpochMs);
        group.consumeType = text(data, "consumeType", group.consumeType);
        group.messageModel = text(data, "messageModel", group.messageModel);
        group.consumeFromWhere = text(data, "consumeFromWhere", group.consumeFromWhere);
        if (group.messageModel.equals("CLUSTERING")) {
            final String retry = SystemNames.RETRY_PREFIX + name;
            if (retry.length() <= SystemNames.MAX_TOPIC_CHARS) {
                state.ensureTopic(TopicConfig.of(retry, 1, TopicConfig.READ_WRITE));
            }
        }
        final boolean changed = !Boolean.TRUE.equals(data.get("withoutSub")) && interests(group, data);
        if (joined || changed) {
            notifyMembers(name, group);
        }
    }

    private boolean interests(final Group group, final Map<String, @Nullable Object> data) {
        boolean changed = false;
        final List<String> topics = new ArrayList<>();
        for (final Object each : Json.asList(data.get("subscriptionDataSet"), "subscriptionDataSet")) {
            final Map<String, @Nullable Object> json = Json.asObject(each, "subscriptionDataSet");
            final String topic = String.valueOf(json.get("topic"));
            final Interest interest = Interest.of(state.desk(), json);
            topics.add(topic);
            final Interest known = group.interests.get(topic);
            if (known == null) {
                state.keepAll(topic);
            }
            if (known == null || known.version() < interest.version()) {
                group.interests.put(topic, interest);
                changed |= known == null || !known.expression().equals(interest.expression());
            }
        }
        return group.interests.keySet().retainAll(topics) || changed;
    }

    private static String text(final Map<String, @Nullable Object> data, final String name, final String whenAbsent) {
        return data.get(name) instanceof String text ? text : whenAbsent;
    }

    private static boolean see(
            final Map<String, Member> members,
            final String clientId,
            final RocketMqSession session,
            final RemotingCommand request,
            final long nowEpochMs) {
        Member member = members.get(clientId);
        final boolean isNew = member == null || !member.session.equals(session);
        if (member == null || isNew) {
            member = new Member(clientId, session, request.language(), request.version());
            members.put(clientId, member);
        }
        member.seenEpochMs = nowEpochMs;
        return isNew;
    }

    /** A client says goodbye to its groups. */
    void unregister(final String clientId, final @Nullable String producerGroup, final @Nullable String consumerGroup) {
        if (producerGroup != null && producers.containsKey(producerGroup)) {
            producers.get(producerGroup).remove(clientId);
        }
        final Group group = consumerGroup == null ? null : consumers.get(consumerGroup);
        if (consumerGroup != null && group != null && group.members.remove(clientId) != null) {
            left(consumerGroup, group);
        }
    }

    /** A connection is gone, and every client that spoke over it. */
    void closed(final RocketMqSession session) {
        remove(member -> member.session.equals(session));
    }

    /** Drops the clients that were silent for too long. */
    void expire(final long nowEpochMs) {
        if (!consumers.isEmpty() || !producers.isEmpty()) {
            remove(member -> nowEpochMs - member.seenEpochMs > SILENCE_MS);
        }
    }

    private void remove(final Predicate<Member> condition) {
        producers.values().forEach(members -> members.values().removeIf(condition));
        producers.values().removeIf(Map::isEmpty);
        for (final Map.Entry<String, Group> entry : List.copyOf(consumers.entrySet())) {
            if (entry.getValue().members.values().removeIf(condition)) {
                left(entry.getKey(), entry.getValue());
            }
        }
    }

    private void left(final String name, final Group group) {
        state.desk().writeOffsets();
        if (group.members.isEmpty()) {
            consumers.remove(name);
        } else {
            notifyMembers(name, group);
        }
    }

    private static void notifyMembers(final String name, final Group group) {
        for (final Member member : group.members.values()) {
            member.session.afterwards(() -> member.session
                    .connection()
                    .write(RemotingCommand.request(
                                    RequestCodes.NOTIFY_CONSUMER_IDS_CHANGED,
                                    Map.of("consumerGroup", name),
                                    Unpooled.EMPTY_BUFFER)
                            .oneWay()));
        }
    }
}
