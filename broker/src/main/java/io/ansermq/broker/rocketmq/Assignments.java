package io.ansermq.broker.rocketmq;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says which consumer of a group reads which queues, for clients that leave that to the broker. Owned by the core agent. */
final class Assignments {

    private static final String PATH = "mode/";

    private final RocketMqState state;

    Assignments(final RocketMqState state) {
        this.state = state;
    }

    /** An administrator says how a group consumes a topic: PULL or POP. */
    void setMode(final Reply reply, final Map<String, @Nullable Object> data) {
        final String topic = String.valueOf(data.get("topic"));
        if (SystemNames.isRetry(topic)) {
            reply.refuse(ResponseCodes.NO_PERMISSION, "the mode of a retry topic cannot be set");
            return;
        }
        state.desk().set(PATH + data.get("consumerGroup") + '/' + topic, String.valueOf(data.get("mode")));
        state.desk().whenStored(reply::ok);
    }

    void query(final Reply reply, final Map<String, @Nullable Object> data) {
        final String topic = String.valueOf(data.get("topic"));
        final String group = String.valueOf(data.get("consumerGroup"));
        final TopicConfig config = state.topics().find(topic);
        if (config == null) {
            reply.refuse(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + topic);
            return;
        }
        final boolean pop = "POP".equals(state.desk().settings().get(PATH + group + '/' + topic));
        final List<Object> list = new ArrayList<>();
        if (pop) {
            list.add(assignment(topic, -1, "POP"));
        } else {
            final Clients.Group known = state.clients().consumers(group);
            final List<String> ids = new ArrayList<>(new TreeSet<>(known == null ? List.of() : known.members.keySet()));
            final int mine = ids.indexOf(String.valueOf(data.get("clientId")));
            final boolean all = "BROADCASTING".equals(data.get("messageModel"));
            for (int queue = 0; queue < config.readQueues(); queue++) {
                if (all || (mine >= 0 && queue * ids.size() / config.readQueues() == mine)) {
                    list.add(assignment(topic, queue, "PULL"));
                }
            }
        }
        reply.send(Answer.json(Map.of("messageQueueAssignments", list)));
    }

    private Map<String, @Nullable Object> assignment(final String topic, final int queue, final String mode) {
        final Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("attachments", Map.of());
        json.put("messageQueue", MessageQueues.toJson(state.settings().brokerName(), topic, queue));
        json.put("mode", mode);
        return json;
    }
}
