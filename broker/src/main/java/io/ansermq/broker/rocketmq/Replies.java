package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.Map;

/** Hands the answer to a message to the producer that waits for it; nothing of it is stored. Thread safe. */
final class Replies {

    private final RocketMqState state;

    Replies(final RocketMqState state) {
        this.state = state;
    }

    /** Handles SEND_REPLY_MESSAGE. */
    void accept(final RocketMqSession session, final RemotingCommand request, final SendHeader header) {
        final String clientId = PropertyText.find(header.properties(), "REPLY_TO_CLIENT");
        if (clientId == null) {
            throw new RefusedException(ResponseCodes.SYSTEM_ERROR, "the reply does not say whom it is for");
        }
        final byte[] body = ByteBufUtil.getBytes(request.body());
        session.toCore(request, (reply, nowEpochMs) -> {
            final RocketMqSession asker = state.clients().session(clientId);
            if (asker == null) {
                reply.refuse(ResponseCodes.SYSTEM_ERROR, "the client " + clientId + " that asked is not there");
                return;
            }
            final RemotingCommand push = RemotingCommand.request(
                    RequestCodes.PUSH_REPLY_MESSAGE_TO_CLIENT,
                    fields(session, header, nowEpochMs),
                    Unpooled.wrappedBuffer(body));
            session.afterwards(() -> session.relayReply(reply, asker.connection(), push));
        });
    }

    private static Map<String, String> fields(
            final RocketMqSession session, final SendHeader header, final long nowEpochMs) {
        final Map<String, String> fields = new LinkedHashMap<>();
        fields.put("producerGroup", header.group());
        fields.put("topic", header.topic());
        fields.put("defaultTopic", SystemNames.AUTO_CREATE);
        fields.put("defaultTopicQueueNums", "4");
        fields.put("queueId", "0");
        fields.put("sysFlag", Integer.toString(header.sysFlag()));
        fields.put("bornTimestamp", Long.toString(header.bornEpochMs()));
        fields.put("flag", Integer.toString(header.flag()));
        fields.put("properties", header.properties());
        fields.put("reconsumeTimes", "0");
        fields.put("unitMode", "false");
        fields.put("bornHost", session.remote());
        fields.put("storeHost", session.remote());
        fields.put("storeTimestamp", Long.toString(nowEpochMs));
        return fields;
    }
}
