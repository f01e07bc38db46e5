package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.RemotingCommand;
import java.util.Map;

/** What administrators and their tools ask for. Read on event loops, carried out by core. */
final class AdminRequests {

    private final RocketMqState state;

    AdminRequests(final RocketMqState state) {
        this.state = state;
    }

    /** Whether it was one of these. */
    boolean handle(final RocketMqSession session, final RemotingCommand command, final Fields fields) {
        switch (command.code()) {
            case RequestCodes.UPDATE_AND_CREATE_TOPIC ->
                session.toCore(command, (reply, now) -> updateTopic(reply, fields));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void updateTopic(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        final String wrong = SystemNames.whyNoTopic(topic);
        if (!wrong.isEmpty()) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, wrong);
        }
        final TopicConfig config = new TopicConfig(
                0,
                topic,
                fields.integer("readQueueNums"),
                fields.integer("writeQueueNums"),
                fields.integer("perm"),
                fields.integer("topicSysFlag", 0),
                fields.flag("order"),
                Map.of());
        final String why = state.putTopic(config);
        if (why == null) {
            state.desk().whenStored(reply::ok);
        } else {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, why);
        }
    }
}
