package io.ansermq.broker.rocketmq;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds single messages. Owned by the core agent. */
final class LookUpRequests {

    /** Messages that one query finds at most, as in RocketMQ. */
    static final int MAX_FOUND = 64;

    private final RocketMqState state;

    LookUpRequests(final RocketMqState state) {
        this.state = state;
    }

    /** The message at a log position, which an offset id holds. */
    void byPosition(final Reply reply, final Fields fields) {
        final long position = fields.number("offset");
        final StoredMessage message = StoredMessage.at(state.desk(), position);
        if (message == null) {
            reply.refuse(ResponseCodes.SYSTEM_ERROR, "there is no message at log position " + position);
            return;
        }
        state.rights().requireLooking(reply.session().access(), message.topic());
        final RecordList found = new RecordList();
        found.add(message.queueId(), message.queueOffset(), position, message.size(), 0);
        reply.send(Answer.records(ResponseCodes.SUCCESS, Map.of(), found));
    }

    /** Messages by a key of theirs, or by their unique id. */
    void byKey(final Reply reply, final Fields fields) {
        final String topic = fields.text("topic");
        final String key = fields.text("key");
        final boolean unique = fields.flag("_UNIQUE_KEY_QUERY");
        final int most = Math.max(1, Math.min(fields.integer("maxNum", MAX_FOUND), MAX_FOUND));
        final RecordList found = new RecordList();
        find(topic, key, unique, fields.number("beginTimestamp"), fields.number("endTimestamp"), most)
                .forEach(message ->
                        found.add(message.queueId(), message.queueOffset(), message.position(), message.size(), 0));
        if (found.isEmpty()) {
            reply.refuse(ResponseCodes.QUERY_NOT_FOUND, "no message of topic " + topic + " has the key " + key);
        } else {
            reply.send(Answer.records(
                    ResponseCodes.SUCCESS,
                    Map.of("indexLastUpdateTimestamp", "0", "indexLastUpdatePhyoffset", "0"),
                    found));
        }
    }

    /**
     * Messages of a topic by a key of theirs or by their unique id, newest first.
     *
     * @param unique only by the unique id
     * @param most how many at the most
     */
    List<StoredMessage> find(
            final String topic,
            final String key,
            final boolean unique,
            final long beginEpochMs,
            final long endEpochMs,
            final int most) {
        final List<StoredMessage> found = new ArrayList<>();
        state.desk().findKey(topic, key, beginEpochMs, endEpochMs, position -> {
            final StoredMessage message = found.size() < most ? StoredMessage.at(state.desk(), position) : null;
            if (message != null && message.topic().equals(topic) && has(message, key, unique)) {
                found.add(message);
            }
        });
        return found;
    }

    private static boolean has(final StoredMessage message, final String key, final boolean unique) {
        final Map<String, String> properties = message.properties();
        return unique
                ? key.equals(properties.get("UNIQ_KEY"))
                : key.equals(properties.get("UNIQ_KEY"))
                        || List.of(properties.getOrDefault("KEYS", "").split(" "))
                                .contains(key);
    }
}
