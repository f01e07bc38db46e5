package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.MessageProperties;
import io.netty.buffer.ByteBuf;
import java.util.Map;

/**
 * What a consumer could not consume and sends back: it comes again through the retry topic of its group, later each time,
 * and ends with the dead letters. Owned by the core agent.
 */
final class Retries {

    /** The delay of the first retry is that of level 3, 10 s. */
    private static final int FIRST_LEVEL = 3;

    private final RocketMqState state;

    Retries(final RocketMqState state) {
        this.state = state;
    }

    /** Handles CONSUMER_SEND_MSG_BACK. */
    void sendBack(final Reply reply, final Fields fields, final long nowEpochMs) {
        final String group = fields.text("group");
        final StoredMessage message = StoredMessage.at(state.desk(), fields.number("offset"));
        if (message == null) {
            reply.refuse(ResponseCodes.SYSTEM_ERROR, "there is no message at log position " + fields.number("offset"));
            return;
        }
        final int max =
                fields.integer("maxReconsumeTimes", state.groups().config(group).retryMaxTimes());
        final int level = fields.integer("delayLevel");
        final boolean dead = level < 0 || message.reconsumeTimes() >= max;
        final String topic = (dead ? SystemNames.DLQ_PREFIX : SystemNames.RETRY_PREFIX) + group;
        final String wrong = SystemNames.whyNoTopic(topic);
        final String why =
                wrong.isEmpty() ? state.ensureTopic(TopicConfig.of(topic, 1, TopicConfig.READ_WRITE)) : wrong;
        if (why != null) {
            reply.refuse(ResponseCodes.SYSTEM_ERROR, why);
            return;
        }
        final long dueEpochMs =
                dead ? 0 : nowEpochMs + Delays.ofLevel(level == 0 ? FIRST_LEVEL + message.reconsumeTimes() : level);
        state.whenTopic(reply, topic, config -> append(reply, message, config, dead, dueEpochMs));
    }

    private void append(
            final Reply reply,
            final StoredMessage message,
            final TopicConfig topic,
            final boolean dead,
            final long dueEpochMs) {
        final Map<String, String> properties = message.properties();
        final String origin = properties.getOrDefault("RETRY_TOPIC", message.topic());
        properties.put("RETRY_TOPIC", origin);
        final String id = MessageIds.of(message.storeHost(), message.position());
        properties.putIfAbsent("ORIGIN_MESSAGE_ID", id);
        properties.remove(MessageProperties.JMS_DELIVERY_TIME);
        if (dead) {
            properties.putIfAbsent("DLQ_ORIGIN_TOPIC", origin);
            properties.putIfAbsent("DLQ_ORIGIN_MESSAGE_ID", properties.getOrDefault("ORIGIN_MESSAGE_ID", id));
        } else {
            properties.put(MessageProperties.JMS_DELIVERY_TIME, Long.toString(dueEpochMs));
        }
        final ByteBuf record;
        try {
            record = message.copyTo(topic, properties, message.reconsumeTimes() + 1);
        } catch (final RefusedException e) {
            reply.refuse(e.code(), e.text());
            return;
        }
        state.own().send(topic.destination(), record, new OwnSends.Outcome() {
            @Override
            public void stored(final int lane, final long offset, final long position) {
                reply.ok();
            }

            @Override
            public void refused(final String text) {
                reply.refuse(ResponseCodes.SYSTEM_ERROR, text);
            }
        });
    }
}
