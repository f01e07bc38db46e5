package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.broker.security.Permission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Consumption by POP: the broker hands messages of any queue to any consumer of a group, each for a time. Owned by the
 * core agent.
 */
final class Pops {

    /** Clients that may wait at a time; more are told to ask again. */
    private static final int MAX_WAITING = 100_000;
    /** How often those who wait are looked at for messages whose time with another consumer is over. */
    private static final long LOOK_MS = 200;

    /** What stands in an ordered answer where others say in which queue RocketMQ notes that they were popped. */
    private static final int ORDERED_REVIVE_QUEUE = 999;

    private record Place(String group, String topic, int queue) {}

    private record Waiting(Reply reply, PopRequest request, long untilEpochMs) {}

    private final RocketMqState state;
    private final Map<Place, PopQueue> queues = new HashMap<>();
    /** Those who wait, by topic. */
    private final Map<String, List<Waiting>> waiting = new HashMap<>();

    private int waitingCount;
    /** Topics whose waiting clients are to be looked at. */
    private final Set<String> awake = new LinkedHashSet<>();

    private int turn;
    private long lookEpochMs;

    Pops(final RocketMqState state) {
        this.state = state;
    }

    /** There may be something new for those who wait at a topic. */
    void wake(final String topic) {
        if (waiting.containsKey(topic)) {
            awake.add(topic);
        }
    }

    boolean isIdle() {
        return awake.isEmpty();
    }

    /** A topic is gone: one that gets its name later begins anew. */
    void forget(final String topic) {
        queues.keySet().removeIf(place -> place.topic().equals(topic));
    }

    /** Handles POP_MESSAGE. */
    void pop(final Reply reply, final Fields fields, final long nowEpochMs) {
        handle(reply, PopRequest.of(state.desk(), fields, false), nowEpochMs);
    }

    /** Handles NOTIFICATION: the answer says whether there are messages, which stay where they are. */
    void notification(final Reply reply, final Fields fields, final long nowEpochMs) {
        handle(reply, PopRequest.of(state.desk(), fields, true), nowEpochMs);
    }

    private void handle(final Reply reply, final PopRequest request, final long nowEpochMs) {
        final TopicConfig topic = state.topics().find(request.topic());
        if (topic == null) {
            reply.refuse(ResponseCodes.TOPIC_NOT_EXIST, "there is no topic " + request.topic());
        } else if (!topic.isReadable()) {
            reply.refuse(ResponseCodes.NO_PERMISSION, "the topic " + request.topic() + " is not to be read");
        } else if (!state.groups().config(request.group()).consumeEnabled()) {
            reply.refuse(ResponseCodes.NO_PERMISSION, "the group " + request.group() + " is not allowed to consume");
        } else if (request.queue() >= topic.readQueues()) {
            reply.refuse(ResponseCodes.INVALID_PARAMETER, "the topic " + request.topic() + " has no such queue");
        } else if (!answer(reply, request, topic, nowEpochMs)) {
            if (request.pollMs() <= 0) {
                nothing(reply, request, ResponseCodes.POLLING_TIMEOUT, nowEpochMs);
            } else if (waitingCount >= MAX_WAITING) {
                nothing(reply, request, ResponseCodes.POLLING_FULL, nowEpochMs);
            } else {
                waiting.computeIfAbsent(request.topic(), any -> new ArrayList<>())
                        .add(new Waiting(reply, request, nowEpochMs + request.pollMs()));
                waitingCount++;
                state.pulls().watchAll(topic);
            }
        }
    }

    int doWork(final long nowEpochMs) {
        if (nowEpochMs >= lookEpochMs) {
            lookEpochMs = nowEpochMs + LOOK_MS;
            awake.addAll(waiting.keySet());
        }
        if (awake.isEmpty()) {
            return 0;
        }
        final List<String> topics = List.copyOf(awake);
        awake.clear();
        int count = 0;
        for (final String topic : topics) {
            count += look(topic, nowEpochMs);
        }
        return count;
    }

    /** Looks again for all who wait at a topic; returns how many of them wait no longer. */
    private int look(final String topic, final long nowEpochMs) {
        final List<Waiting> all = waiting.get(topic);
        if (all == null) {
            return 0;
        }
        final int before = all.size();
        all.removeIf(each -> state.desk().isGone(each.reply.session())
                || !each.reply.guarded(() -> !again(each, nowEpochMs), false));
        if (all.isEmpty()) {
            waiting.remove(topic);
        }
        waitingCount -= before - all.size();
        return before - all.size();
    }

    /** Looks again for one who waits; true when that was answered. */
    private boolean again(final Waiting each, final long nowEpochMs) {
        final TopicConfig topic = state.topics().find(each.request.topic());
        if (topic != null && answer(each.reply, each.request, topic, nowEpochMs)) {
            return true;
        }
        if (topic == null || nowEpochMs >= each.untilEpochMs) {
            nothing(each.reply, each.request, ResponseCodes.POLLING_TIMEOUT, nowEpochMs);
            return true;
        }
        state.pulls().watchAll(topic);
        return false;
    }

    /** Answers unless there is nothing to have. */
    private boolean answer(
            final Reply reply, final PopRequest request, final TopicConfig topic, final long nowEpochMs) {
        final RecordList found = new RecordList();
        long rest = 0;
        turn++;
        final int queueCount = request.queue() >= 0 ? 1 : topic.readQueues();
        for (int i = 0; i < queueCount && found.count() < request.most(); i++) {
            final int number = request.queue() >= 0 ? request.queue() : queueInOrder(topic, i);
            final Lane lane = state.reader().lane(topic.topic(), number);
            if (lane == null) {
                continue;
            }
            final PopQueue queue = queue(request, lane);
            if (!request.notification()) {
                queue.pop(lane, request, request.most() - found.count(), nowEpochMs, visible(), found);
            } else if (queue.hasMessage(lane, request, nowEpochMs, visible())) {
                tell(request.group(), topic.topic(), number, queue);
                reply.send(Answer.fields("hasMsg", true, "pollingFull", false));
                return true;
            }
            rest += queue.unseen(lane);
            tell(request.group(), topic.topic(), number, queue);
        }
        if (found.isEmpty()) {
            return false;
        }
        state.stats().pulled(request.group(), topic.topic(), found.count());
        reply.send(Answer.records(ResponseCodes.SUCCESS, header(request, nowEpochMs, rest), found));
        return true;
    }

    private PopQueue.Visible visible() {
        return (lane, offset) -> state.desk().isVisible(lane, offset);
    }

    /** Queues take turns, unless they are priorities: then the highest comes first. */
    private int queueInOrder(final TopicConfig topic, final int i) {
        if (topic.isByPriority()) {
            return topic.readQueues() - 1 - i;
        }
        final DestinationState destination = state.desk().destination(topic.topic());
        return destination == null || !destination.isPrioritised()
                ? Math.floorMod(turn + i, topic.readQueues())
                : DestinationState.laneOfPriority(topic.readQueues() - 1 - i);
    }

    private PopQueue queue(final PopRequest request, final Lane lane) {
        // As with pulls, a group that is new begins with the first message of a topic that is young.
        final boolean fromEnd = request.fromEnd() && !state.reader().isYoung(lane);
        return queue(request.group(), request.topic(), lane, fromEnd);
    }

    private PopQueue queue(final String group, final String topic, final Lane lane, final boolean fromEnd) {
        final Place place = new Place(group, topic, lane.number());
        final long reset = state.resets().take(group, topic, lane.number());
        PopQueue known = queues.get(place);
        if (known == null) {
            final long told = state.desk().offsets().offset(group, topic, lane.number());
            final long start = fromEnd ? lane.end() : lane.start();
            // A consumer may have told an offset that is not there yet.
            known = new PopQueue(told == GroupOffsets.NONE ? start : Math.min(told, lane.end()));
            queues.put(place, known);
            state.keepAll(topic);
        } else if (reset != OffsetResets.NONE) {
            known.moveTo(reset);
        }
        return known;
    }

    private void tell(final String group, final String topic, final int queue, final PopQueue from) {
        state.desk().offsets().tell(group, topic, queue, from.floor());
    }

    private void nothing(final Reply reply, final PopRequest request, final int code, final long nowEpochMs) {
        state.stats().missed();
        if (request.notification()) {
            reply.send(Answer.fields("hasMsg", false, "pollingFull", code == ResponseCodes.POLLING_FULL));
        } else {
            reply.send(Answer.records(code, header(request, nowEpochMs, 0), null));
        }
    }

    private static Map<String, String> header(final PopRequest request, final long nowEpochMs, final long rest) {
        final Map<String, String> header = new LinkedHashMap<>();
        header.put("popTime", Long.toString(nowEpochMs));
        header.put("invisibleTime", Long.toString(request.invisibleMs()));
        header.put("reviveQid", Integer.toString(request.ordered() ? ORDERED_REVIVE_QUEUE : 0));
        header.put("restNum", Long.toString(rest));
        return header;
    }

    /** Handles ACK_MESSAGE. */
    void acknowledge(final Reply reply, final Fields fields) {
        if (acknowledge(PopHandle.of(fields))) {
            reply.ok();
        } else {
            refuse(reply);
        }
    }

    /** Handles BATCH_ACK_MESSAGE: what is not the consumer's any more is left out, as in RocketMQ. */
    void acknowledgeAll(final Reply reply, final List<PopHandle> handles) {
        for (final PopHandle handle : handles) {
            state.rights().require(reply.session().access(), Permission.CONSUME, handle.topic());
        }
        handles.forEach(this::acknowledge);
        reply.ok();
    }

    private boolean acknowledge(final PopHandle handle) {
        final Lane lane = state.reader().lane(handle.topic(), handle.queue());
        if (lane == null) {
            return false;
        }
        final PopQueue queue = queue(handle.group(), handle.topic(), lane, false);
        if (!queue.acknowledge(lane, handle.offset(), handle.popEpochMs())) {
            return false;
        }
        tell(handle.group(), handle.topic(), handle.queue(), queue);
        // One who keeps the order may wait for this.
        if (waiting.getOrDefault(handle.topic(), List.of()).stream().anyMatch(each -> each.request.ordered())) {
            awake.add(handle.topic());
        }
        return true;
    }

    /** Handles CHANGE_MESSAGE_INVISIBLETIME. */
    void change(final Reply reply, final Fields fields, final long nowEpochMs) {
        final PopHandle handle = PopHandle.of(fields);
        final PopQueue queue = find(handle);
        final long invisibleMs = Math.max(0, fields.number("invisibleTime"));
        if (queue != null
                && queue.change(
                        handle.offset(),
                        handle.popEpochMs(),
                        nowEpochMs,
                        nowEpochMs + invisibleMs,
                        fields.flag("suspend"))) {
            reply.send(Answer.fields("popTime", nowEpochMs, "invisibleTime", invisibleMs, "reviveQid", 0));
        } else {
            refuse(reply);
        }
    }

    private static void refuse(final Reply reply) {
        reply.refuse(ResponseCodes.NO_MESSAGE, "the message is not this consumer's any more");
    }

    private @Nullable PopQueue find(final PopHandle handle) {
        return queues.get(new Place(handle.group(), handle.topic(), handle.queue()));
    }
}
