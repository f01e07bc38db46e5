package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes topics, groups and messages to the {@code anser} command, a row each. Owned by the core agent. */
final class ToolRows {

    private static final int MAX_TEXT = 4_000;

    private final RocketMqState state;
    private final GroupAdmin groups;

    ToolRows(final RocketMqState state, final GroupAdmin groups) {
        this.state = state;
        this.groups = groups;
    }

    Map<String, String> topic(final TopicConfig topic) {
        long messages = 0;
        for (int queue = 0; queue < topic.queues(); queue++) {
            final Lane lane = state.reader().lane(topic.topic(), queue);
            messages += LaneReader.end(lane) - LaneReader.start(lane);
        }
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("topic", topic.topic());
        row.put("readQueues", Integer.toString(topic.readQueues()));
        row.put("writeQueues", Integer.toString(topic.writeQueues()));
        row.put("permission", permission(topic.permission()));
        row.put("messages", Long.toString(messages));
        row.put("attributes", text(topic.attributes()));
        return row;
    }

    private static String permission(final int bits) {
        return ((bits & TopicConfig.READ) != 0 ? "r" : "-") + ((bits & TopicConfig.WRITE) != 0 ? "w" : "-");
    }

    Map<String, String> queue(final String topic, final int queue) {
        final Lane lane = state.reader().lane(topic, queue);
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("topic", topic);
        row.put("queue", Integer.toString(queue));
        row.put("first", Long.toString(LaneReader.start(lane)));
        row.put("end", Long.toString(LaneReader.end(lane)));
        row.put("messages", Long.toString(LaneReader.end(lane) - LaneReader.start(lane)));
        row.put("lastStored", stored(lane, LaneReader.end(lane) - 1));
        return row;
    }

    Map<String, String> group(final String group) {
        final Clients.Group connected = state.clients().consumers(group);
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("group", group);
        row.put("consumers", connected == null ? "0" : Integer.toString(connected.members.size()));
        row.put("type", connected == null ? "" : connected.consumeType);
        row.put("model", connected == null ? "" : connected.messageModel);
        row.put("backlog", Long.toString(backlog(group)));
        row.put("topics", String.join(" ", groups.topics(group)));
        return row;
    }

    private long backlog(final String group) {
        long backlog = 0;
        for (final String name : groups.topics(group)) {
            final TopicConfig topic = state.topics().find(name);
            for (int queue = 0; topic != null && queue < topic.readQueues(); queue++) {
                final long offset = state.desk().offsets().offset(group, name, queue);
                backlog += offset < 0 ? 0 : backlog(state.reader().lane(name, queue), offset);
            }
        }
        return backlog;
    }

    private static long backlog(final @Nullable Lane lane, final long offset) {
        return Math.max(0, LaneReader.end(lane) - offset);
    }

    /** A row for each queue of each topic that the group consumes or has consumed; no offset where it never was. */
    List<Map<String, String>> progress(final String group) {
        final List<Map<String, String>> all = new ArrayList<>();
        for (final String name : groups.topics(group)) {
            final TopicConfig topic = state.topics().find(name);
            for (int queue = 0; topic != null && queue < topic.readQueues(); queue++) {
                all.add(progress(group, name, queue));
            }
        }
        return all;
    }

    private Map<String, String> progress(final String group, final String topic, final int queue) {
        final Lane lane = state.reader().lane(topic, queue);
        final long offset = state.desk().offsets().offset(group, topic, queue);
        final boolean known = offset >= 0;
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("group", group);
        row.put("topic", topic);
        row.put("queue", Integer.toString(queue));
        row.put("offset", known ? Long.toString(offset) : "");
        row.put("end", Long.toString(LaneReader.end(lane)));
        row.put("backlog", known ? Long.toString(backlog(lane, offset)) : "");
        row.put("lastConsumed", known ? stored(lane, offset - 1) : "");
        return row;
    }

    /** A message with what is in it, as far as it is text and not long. */
    Map<String, String> message(final StoredMessage message) {
        final Map<String, String> properties = message.properties();
        final byte[] body = message.body();
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("topic", message.topic());
        row.put("queue", Integer.toString(message.queueId()));
        row.put("offset", Long.toString(message.queueOffset()));
        row.put("id", properties.getOrDefault("UNIQ_KEY", ""));
        row.put("offsetId", MessageIds.of(message.storeHost(), message.position()));
        row.put("keys", properties.getOrDefault("KEYS", ""));
        row.put("tag", properties.getOrDefault("TAGS", ""));
        row.put("born", Instant.ofEpochMilli(message.bornEpochMs()).toString());
        row.put("stored", Instant.ofEpochMilli(message.storedEpochMs()).toString());
        row.put("tries", Integer.toString(message.reconsumeTimes()));
        row.put("bodyBytes", Integer.toString(body.length));
        row.put("properties", text(properties));
        final boolean compressed = (message.sysFlag() & MessageLayout.SYS_FLAG_COMPRESSED) != 0;
        row.put("body", compressed ? "compressed" : readable(body));
        return row;
    }

    private String stored(final @Nullable Lane lane, final long offset) {
        final long epochMs =
                lane == null || offset < lane.start() ? 0 : state.reader().storedEpochMs(lane, offset);
        return epochMs == 0 ? "" : Instant.ofEpochMilli(epochMs).toString();
    }

    private static String text(final Map<String, String> properties) {
        final StringBuilder text = new StringBuilder();
        properties.forEach((name, value) ->
                text.append(text.isEmpty() ? "" : ", ").append(name).append('=').append(value));
        return shortened(text.toString());
    }

    private static String readable(final byte[] body) {
        try {
            return shortened(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (final CharacterCodingException e) {
            return shortened("base64 " + Base64.getEncoder().encodeToString(body));
        }
    }

    private static String shortened(final String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }
}
