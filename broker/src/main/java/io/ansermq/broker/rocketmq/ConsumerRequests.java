package io.ansermq.broker.rocketmq;

import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What consumers ask for, besides offsets. Owned by the core agent. */
final class ConsumerRequests {

    private static final int FLAG_COMMIT = 1;
    private static final int FLAG_SUSPEND = 2;
    private static final int FLAG_SUBSCRIPTION = 4;

    private final RocketMqState state;

    ConsumerRequests(final RocketMqState state) {
        this.state = state;
    }

    void pull(final Reply reply, final Fields fields, final long nowEpochMs) {
        final String group = fields.text("consumerGroup");
        final String name = fields.text("topic");
        final int queue = fields.integer("queueId");
        final TopicConfig topic = state.topics().find(name);
        if (topic == null && !SystemNames.isRetry(name)) {
            reply.refuse(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + name);
            return;
        }
        if (topic != null && !topic.isReadable()) {
            reply.refuse(ResponseCodes.NO_PERMISSION, "the topic " + name + " is not to be read");
            return;
        }
        if (queue < 0 || (topic != null && queue >= topic.readQueues())) {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, "the topic " + name + " has no queue " + queue + " to read");
            return;
        }
        if (!state.groups().config(group).consumeEnabled()) {
            reply.refuse(ResponseCodes.NO_PERMISSION, "the group " + group + " is not allowed to consume");
            return;
        }
        final int flags = fields.integer("sysFlag");
        if ((flags & FLAG_COMMIT) != 0) {
            final long commit = fields.number("commitOffset", -1);
            if (commit >= 0 && topic != null && !state.resets().isPending(group, name, queue)) {
                state.desk().offsets().tell(group, name, queue, commit);
            }
        }
        state.pulls()
                .pull(
                        new Pulls.Pull(
                                reply,
                                group,
                                name,
                                queue,
                                Math.max(0, fields.number("queueOffset")),
                                fields.integer("maxMsgNums"),
                                fields.number("maxMsgBytes", 0),
                                (flags & FLAG_SUSPEND) == 0 ? 0 : fields.number("suspendTimeoutMillis"),
                                filter(group, name, flags, fields)),
                        nowEpochMs);
    }

    /**
     * What the pull leaves out. A client whose newest heartbeat has not come yet is served whatever its tags: it compares
     * them itself, and would be kept waiting otherwise. SQL92 is decided here alone, so that such a pull is refused as
     * RocketMQ refuses it, and the client comes again.
     */
    private MessageFilter filter(final String group, final String topic, final int flags, final Fields fields) {
        final boolean tags = fields.text("expressionType", "TAG").equals("TAG");
        if ((flags & FLAG_SUBSCRIPTION) != 0) {
            final String expression = fields.text("subscription", "*");
            return tags ? TagFilter.of(expression) : SqlFilter.of(state.desk(), expression);
        }
        final Clients.Interest interest = state.clients().interest(group, topic);
        if (interest != null && interest.version() >= fields.number("subVersion", 0)) {
            return interest.filter();
        }
        if (tags) {
            return MessageFilter.ALL;
        }
        throw new RefusedException(
                interest == null ? ResponseCodes.SUBSCRIPTION_NOT_EXIST : ResponseCodes.SUBSCRIPTION_NOT_LATEST,
                "the group " + group + " has not yet said what it selects of " + topic
                        + ": send a heartbeat with the subscription, then pull again");
    }

    void checkConfig(final Reply reply, final Map<String, @Nullable Object> data) {
        final Map<String, @Nullable Object> subscription =
                Json.asObject(data.get("subscriptionData"), "subscriptionData");
        if ("SQL92".equals(subscription.get("expressionType"))) {
            SqlFilter.of(state.desk(), String.valueOf(subscription.get("subString")));
        }
        reply.ok();
    }

    void list(final Reply reply, final Fields fields) {
        final Clients.Group group = state.clients().consumers(fields.text("consumerGroup"));
        if (group == null) {
            reply.refuse(
                    ResponseCodes.SYSTEM_ERROR, "no consumer of group " + fields.text("consumerGroup") + " is there");
        } else {
            reply.send(Answer.json(Map.of("consumerIdList", group.members.keySet())));
        }
    }

    void lock(final Reply reply, final Map<String, @Nullable Object> data, final long nowEpochMs) {
        final String clientId = String.valueOf(data.get("clientId"));
        final List<Object> locked = new ArrayList<>();
        for (final Object queue : Json.asList(data.get("mqSet"), "mqSet")) {
            final QueueLocks.Place place = place(data, queue);
            requireConsuming(reply, place);
            if (state.locks().lock(place, clientId, nowEpochMs)) {
                locked.add(Json.asObject(queue, "mqSet"));
            }
        }
        reply.send(Answer.json(new LinkedHashMap<>(Map.of("lockOKMQSet", locked))));
    }

    void unlock(final Reply reply, final Map<String, @Nullable Object> data) {
        final String clientId = String.valueOf(data.get("clientId"));
        for (final Object queue : Json.asList(data.get("mqSet"), "mqSet")) {
            final QueueLocks.Place place = place(data, queue);
            requireConsuming(reply, place);
            state.locks().unlock(place, clientId);
        }
        reply.ok();
    }

    private void requireConsuming(final Reply reply, final QueueLocks.Place place) {
        state.rights().require(reply.session().access(), Permission.CONSUME, place.topic());
    }

    private static QueueLocks.Place place(
            final Map<String, @Nullable Object> data, final @Nullable Object messageQueue) {
        final Map<String, @Nullable Object> queue = Json.asObject(messageQueue, "mqSet");
        final int number = queue.get("queueId") instanceof Long id ? id.intValue() : 0;
        return new QueueLocks.Place(
                String.valueOf(data.get("consumerGroup")), String.valueOf(queue.get("topic")), number);
    }
}
