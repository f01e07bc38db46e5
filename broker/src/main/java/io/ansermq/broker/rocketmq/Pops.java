package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import io.ansermq.broker.ledger.GroupOffsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Consumption by POP: the broker hands messages of any queue to any consumer of a group, each for a time. Owned by the
 * core agent.
 */
final class Pops {

    private static final int MAX_MESSAGES = 32;
    private static final long MAX_WAIT_MS = 60_000;
    /** How often those who wait are looked at for messages whose time with another consumer is over. */
    private static final long LOOK_MS = 200;

    private static final int POP_TIME = 1;
    private static final int QUEUE_ID = 6;

    private record Place(String group, String topic, int queue) {}

    private static final class Waiting {
        final Reply reply;
        final Fields fields;
        final long untilEpochMs;

        Waiting(final Reply reply, final Fields fields, final long untilEpochMs) {
            this.reply = reply;
            this.fields = fields;
            this.untilEpochMs = untilEpochMs;
        }
    }

    private final RocketMqState state;
    private final Map<Place, PopQueue> queues = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private int turn;
    private long lookEpochMs;
    private boolean arrived;

    Pops(final RocketMqState state) {
        this.state = state;
    }

    /** A message came somewhere. */
    void arrived() {
        arrived |= !waiting.isEmpty();
    }

    boolean isIdle() {
        return !arrived;
    }

    void pop(final Reply reply, final Fields fields, final long nowEpochMs) {
        final String name = fields.text("topic");
        final TopicConfig topic = state.topics().find(name);
        if (topic == null) {
            reply.refuse(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + name);
        } else if (!topic.isReadable()) {
            reply.refuse(ResponseCodes.NO_PERMISSION, "the topic " + name + " is not to be read");
        } else if (fields.integer("queueId") >= topic.readQueues()) {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, "the topic " + name + " has no such queue");
        } else if (!answer(reply, fields, topic, nowEpochMs)) {
            final long waitMs = Math.min(fields.number("pollTime", 0), MAX_WAIT_MS);
            if (waitMs <= 0) {
                nothing(reply, fields, nowEpochMs);
            } else {
                waiting.add(new Waiting(reply, fields, nowEpochMs + waitMs));
                state.pulls().watchAll(topic);
            }
        }
    }

    int doWork(final long nowEpochMs) {
        if (waiting.isEmpty() || (!arrived && nowEpochMs < lookEpochMs)) {
            return 0;
        }
        arrived = false;
        lookEpochMs = nowEpochMs + LOOK_MS;
        int count = 0;
        for (final Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            final Waiting each = all.next();
            final TopicConfig topic = state.topics().find(each.fields.text("topic"));
            if (state.desk().isGone(each.reply.session())) {
                all.remove();
            } else if (topic != null && answer(each.reply, each.fields, topic, nowEpochMs)) {
                all.remove();
                count++;
            } else if (topic == null || nowEpochMs >= each.untilEpochMs) {
                all.remove();
                nothing(each.reply, each.fields, nowEpochMs);
                count++;
            } else {
                state.pulls().watchAll(topic);
            }
        }
        return count;
    }

    private boolean answer(final Reply reply, final Fields fields, final TopicConfig topic, final long nowEpochMs) {
        final String group = fields.text("consumerGroup");
        final long dueEpochMs = nowEpochMs + Math.max(0, fields.number("invisibleTime"));
        final int most = Math.max(1, Math.min(fields.integer("maxMsgNums"), MAX_MESSAGES));
        final MessageFilter filter = filter(fields);
        final int only = fields.integer("queueId");
        final RecordList found = new RecordList();
        turn++;
        for (int i = 0; i < topic.readQueues() && found.count() < most; i++) {
            final int queue = only >= 0 ? only : Math.floorMod(turn + i, topic.readQueues());
            final Lane lane = state.reader().lane(topic.topic(), queue);
            if (lane != null) {
                final PopQueue from = queue(group, topic.topic(), queue, lane, fields.integer("initMode", 0));
                from.pop(
                        lane,
                        most - found.count(),
                        filter,
                        nowEpochMs,
                        dueEpochMs,
                        (each, offset) -> state.desk().isVisible(each, offset, nowEpochMs),
                        found);
                tell(group, topic.topic(), queue, from);
            }
            if (only >= 0) {
                break;
            }
        }
        if (found.isEmpty()) {
            return false;
        }
        state.stats().pulled(group, topic.topic(), found.count());
        reply.send(Answer.records(ResponseCodes.SUCCESS, header(fields, nowEpochMs), found));
        return true;
    }

    private MessageFilter filter(final Fields fields) {
        final String expression = fields.text("exp", "*");
        return "SQL92".equals(fields.optional("expType"))
                ? SqlFilter.of(state.desk(), expression)
                : TagFilter.of(expression);
    }

    private PopQueue queue(
            final String group, final String topic, final int queue, final Lane lane, final int initMode) {
        final Place place = new Place(group, topic, queue);
        final long reset = state.resets().take(group, topic, queue);
        PopQueue known = queues.get(place);
        if (known == null) {
            final long told = state.desk().offsets().offset(group, topic, queue);
            final long start = initMode == 0 ? lane.start() : lane.end();
            known = new PopQueue(told == GroupOffsets.NONE ? start : told);
            queues.put(place, known);
        } else if (reset != OffsetResets.NONE) {
            known.moveTo(reset);
        }
        return known;
    }

    private void tell(final String group, final String topic, final int queue, final PopQueue from) {
        state.desk().offsets().tell(group, topic, queue, from.floor());
    }

    private void nothing(final Reply reply, final Fields fields, final long nowEpochMs) {
        state.stats().missed();
        reply.send(Answer.records(ResponseCodes.POLLING_TIMEOUT, header(fields, nowEpochMs), null));
    }

    private static Map<String, String> header(final Fields fields, final long nowEpochMs) {
        final Map<String, String> header = new LinkedHashMap<>();
        header.put("popTime", Long.toString(nowEpochMs));
        header.put("invisibleTime", fields.text("invisibleTime"));
        header.put("reviveQid", "0");
        header.put("restNum", "0");
        return header;
    }

    void acknowledge(final Reply reply, final Fields fields) {
        final PopQueue queue = find(fields);
        if (queue != null && queue.acknowledge(fields.number("offset"), popTime(fields))) {
            tell(fields.text("consumerGroup"), fields.text("topic"), fields.integer("queueId"), queue);
            reply.ok();
        } else {
            reply.refuse(ResponseCodes.NO_MESSAGE, "the message is not this consumer's any more");
        }
    }

    void change(final Reply reply, final Fields fields, final long nowEpochMs) {
        final PopQueue queue = find(fields);
        final long invisibleMs = Math.max(0, fields.number("invisibleTime"));
        if (queue != null
                && queue.change(fields.number("offset"), popTime(fields), nowEpochMs, nowEpochMs + invisibleMs)) {
            reply.send(Answer.fields("popTime", nowEpochMs, "invisibleTime", invisibleMs, "reviveQid", 0));
        } else {
            reply.refuse(ResponseCodes.NO_MESSAGE, "the message is not this consumer's any more");
        }
    }

    private @Nullable PopQueue find(final Fields fields) {
        return queues.get(new Place(fields.text("consumerGroup"), fields.text("topic"), fields.integer("queueId")));
    }

    /** From the handle that the client made of what a pop was answered with: fields with blanks between them. */
    private static long popTime(final Fields fields) {
        final String[] parts = fields.text("extraInfo").split(" ", -1);
        if (parts.length <= QUEUE_ID || !parts[POP_TIME].matches("[0-9]{1,18}")) {
            throw new RefusedException(ResponseCodes.INVALID_PARAMETER, "extraInfo is no handle of a message");
        }
        return Long.parseLong(parts[POP_TIME]);
    }
}
