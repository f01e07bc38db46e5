package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import io.ansermq.broker.ledger.GroupOffsets;
import org.jspecify.annotations.Nullable;

/** Requests about offsets. Owned by the core agent. */
final class OffsetRequests {

    private final RocketMqState state;

    OffsetRequests(final RocketMqState state) {
        this.state = state;
    }

    /**
     * Where a group goes on. A group that was never there begins at 0 as long as the topic is so young that its first
     * message is there, as in RocketMQ: its clients ask for the end of the queue or a time only otherwise.
     */
    void query(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        final int queue = fields.integer("queueId");
        final long offset = state.desk().offsets().offset(fields.text("consumerGroup"), topic, queue);
        if (offset != GroupOffsets.NONE) {
            reply.send(Answer.fields("offset", offset));
            return;
        }
        final Lane lane = state.reader().lane(topic, queue);
        final boolean zero = !"false".equals(fields.optional("setZeroIfNotFound"));
        if (zero && state.reader().isYoung(lane)) {
            reply.send(Answer.fields("offset", 0));
        } else {
            reply.refuse(ResponseCodes.QUERY_NOT_FOUND, "the group has no offset in this queue yet");
        }
    }

    void update(final Reply reply, final Fields fields) {
        final String group = fields.text("consumerGroup");
        final String topic = fields.text("topic");
        final int queue = fields.integer("queueId");
        final long offset = fields.number("commitOffset");
        final TopicConfig config = state.topics().find(topic);
        if (reply.request().isOneWay() && config != null) {
            // A consumer, which would not hear of a refusal: pull consumers of 4.9 come here before their heartbeat.
            state.groups().ensure(state.desk(), group);
        }
        if (state.groups().find(group) == null) {
            reply.refuse(ResponseCodes.SUBSCRIPTION_GROUP_NOT_EXIST, "there is no group " + group);
        } else if (config == null) {
            reply.refuse(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + topic);
        } else if (queue < 0 || queue >= config.queues() || offset < 0) {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, "no offset " + offset + " of queue " + queue);
        } else if (state.resets().isPending(group, topic, queue)) {
            reply.ok();
        } else {
            state.desk().offsets().tell(group, topic, queue, offset);
            reply.ok();
        }
    }

    void max(final Reply reply, final Fields fields) {
        reply.send(Answer.fields("offset", LaneReader.end(lane(fields))));
    }

    void min(final Reply reply, final Fields fields) {
        reply.send(Answer.fields("offset", LaneReader.start(lane(fields))));
    }

    void search(final Reply reply, final Fields fields) {
        final boolean upper = "upper".equalsIgnoreCase(fields.text("boundaryType", "lower"));
        reply.send(Answer.fields("offset", state.reader().offsetAt(lane(fields), fields.number("timestamp"), upper)));
    }

    void earliest(final Reply reply, final Fields fields) {
        final Lane lane = lane(fields);
        reply.send(Answer.fields("timestamp", lane == null ? -1 : state.reader().storedEpochMs(lane, lane.start())));
    }

    private @Nullable Lane lane(final Fields fields) {
        return state.reader().lane(fields.text("topic"), fields.integer("queueId"));
    }
}
