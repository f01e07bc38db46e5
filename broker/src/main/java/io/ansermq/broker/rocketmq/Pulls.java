package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Answers pulls: at once when there are messages, else when some arrive or the client's patience ends. Owned by the core
 * agent.
 *
 * <p>A pull that waits stands at its queue and wakes when a message comes there. What its filter does not let through moves
 * it on without an answer.
 */
final class Pulls {

    /** Index entries looked at for one pull; RocketMQ's clients come again at once when none of them matched. */
    private static final int SCAN = 16_384;

    private static final int MAX_MESSAGES = 1024;
    private static final long MAX_BYTES = 256 * 1024;
    /** From so many waiting pulls on, answered ones are looked for before their time. */
    private static final int MANY = 10_000;

    private static final long MAX_WAIT_MS = 60_000;

    /** A pull. Confined to core. */
    static final class Pull implements Comparable<Pull> {
        final Reply reply;
        final String group;
        final String topic;
        final int queue;
        final int maxMessages;
        final long maxBytes;
        final long waitMs;
        final MessageFilter filter;
        long offset;
        long untilEpochMs;
        boolean done;

        Pull(
                final Reply reply,
                final String group,
                final String topic,
                final int queue,
                final long offset,
                final int maxMessages,
                final long maxBytes,
                final long waitMs,
                final MessageFilter filter) {
            this.reply = reply;
            this.group = group;
            this.topic = topic;
            this.queue = queue;
            this.offset = offset;
            this.maxMessages = Math.max(1, Math.min(maxMessages, MAX_MESSAGES));
            this.maxBytes = maxBytes <= 0 ? MAX_BYTES : Math.min(maxBytes, MAX_BYTES);
            this.waitMs = Math.min(waitMs, MAX_WAIT_MS);
            this.filter = filter;
        }

        /** By when its time is up. */
        @Override
        public int compareTo(final Pull other) {
            return Long.compare(untilEpochMs, other.untilEpochMs);
        }
    }

    private record Place(String topic, int queue) {}

    private final RocketMqState state;
    private final Map<Place, List<Pull>> parked = new HashMap<>();
    private final PriorityQueue<Pull> byTime = new PriorityQueue<>();
    private final ArrayDeque<Place> awake = new ArrayDeque<>();

    Pulls(final RocketMqState state) {
        this.state = state;
    }

    private LaneReader reader() {
        return state.reader();
    }

    /** Answers a pull now or parks it. */
    void pull(final Pull pull, final long nowEpochMs) {
        if (!answer(pull)) {
            if (pull.waitMs <= 0) {
                finish(pull, ResponseCodes.PULL_NOT_FOUND, pull.offset, null);
            } else {
                pull.untilEpochMs = nowEpochMs + pull.waitMs;
                if (byTime.size() > MANY) {
                    byTime.removeIf(each -> each.done);
                }
                byTime.add(pull);
                park(pull);
            }
        }
    }

    private void park(final Pull pull) {
        final Place place = new Place(pull.topic, pull.queue);
        parked.computeIfAbsent(place, any -> new ArrayList<>(1)).add(pull);
        watch(place);
    }

    /** Has the place wake when a message comes; a queue that is not there yet is looked at again when time passes. */
    private void watch(final Place place) {
        final Lane lane = reader().lane(place.topic(), place.queue());
        if (lane != null) {
            lane.whenMessage(() -> awake.add(place));
        }
    }

    /** Has those who pop be told when a message comes to any queue of a topic. */
    void watchAll(final TopicConfig topic) {
        for (int queue = 0; queue < topic.readQueues(); queue++) {
            watch(new Place(topic.topic(), queue));
        }
    }

    /** Somebody made the queues of a topic, or the offset of a group moved: those who wait there look again. */
    void wake(final String topic) {
        for (final Place place : parked.keySet()) {
            if (place.topic().equals(topic)) {
                awake.add(place);
            }
        }
    }

    boolean isIdle() {
        return awake.isEmpty();
    }

    int doWork(final long nowEpochMs) {
        int count = 0;
        for (Place place = awake.poll(); place != null; place = awake.poll()) {
            count++;
            state.pops().wake(place.topic());
            final List<Pull> waiting = parked.remove(place);
            if (waiting != null) {
                for (final Pull pull : waiting) {
                    pull.reply.guarded(() -> again(pull));
                }
            }
        }
        for (Pull first = byTime.peek(); first != null && isOver(first, nowEpochMs); first = byTime.peek()) {
            byTime.remove();
            count++;
            final Pull over = first;
            over.reply.guarded(() -> timeOut(over));
        }
        return count;
    }

    private static boolean isOver(final Pull pull, final long nowEpochMs) {
        return pull.done || pull.untilEpochMs <= nowEpochMs;
    }

    private void again(final Pull pull) {
        if (pull.done) {
            return;
        }
        if (state.desk().isGone(pull.reply.session())) {
            pull.done = true;
        } else if (!answer(pull)) {
            park(pull);
        }
    }

    private void timeOut(final Pull pull) {
        if (pull.done) {
            return;
        }
        final Place place = new Place(pull.topic, pull.queue);
        final List<Pull> waiting = parked.get(place);
        if (waiting != null) {
            waiting.remove(pull);
            if (waiting.isEmpty()) {
                parked.remove(place);
            }
        }
        if (!answer(pull)) {
            finish(pull, ResponseCodes.PULL_NOT_FOUND, pull.offset, null);
        }
    }

    /** Answers unless there is nothing new; the pull may have moved on over messages that its filter leaves out. */
    private boolean answer(final Pull pull) {
        final Lane lane = reader().lane(pull.topic, pull.queue);
        final long start = LaneReader.start(lane);
        final long end = LaneReader.end(lane);
        final long reset = state.resets().take(pull.group, pull.topic, pull.queue);
        if (reset != OffsetResets.NONE) {
            finish(pull, ResponseCodes.PULL_OFFSET_MOVED, reset, null);
            return true;
        }
        if (pull.offset < start || pull.offset > end) {
            finish(pull, ResponseCodes.PULL_OFFSET_MOVED, pull.offset < start ? start : end, null);
            return true;
        }
        if (lane == null || pull.offset == end) {
            return false;
        }
        final RecordList found = new RecordList();
        final long last = Math.min(end, pull.offset + SCAN);
        long next = pull.offset;
        while (next < last && found.count() < pull.maxMessages) {
            if (pull.filter.wants(lane, next) && state.desk().isVisible(lane, next)) {
                final int size = lane.size(next);
                if (size > 0 && !found.isEmpty() && found.bytes() + size > pull.maxBytes) {
                    break;
                }
                found.add(lane, next, 0);
            }
            next++;
        }
        if (!found.isEmpty()) {
            state.stats().pulled(pull.group, pull.topic, found.count());
            finish(pull, ResponseCodes.SUCCESS, next, found);
            return true;
        }
        if (next < end) {
            finish(pull, ResponseCodes.PULL_RETRY_IMMEDIATELY, next, null);
            return true;
        }
        if (pull.waitMs <= 0) {
            finish(pull, ResponseCodes.PULL_RETRY_IMMEDIATELY, next, null);
            return true;
        }
        pull.offset = next;
        return false;
    }

    private void finish(final Pull pull, final int code, final long nextOffset, final @Nullable RecordList records) {
        pull.done = true;
        if (records == null) {
            state.stats().missed();
        }
        final Lane lane = reader().lane(pull.topic, pull.queue);
        final Map<String, String> fields = new LinkedHashMap<>();
        fields.put("suggestWhichBrokerId", "0");
        fields.put("nextBeginOffset", Long.toString(nextOffset));
        fields.put("minOffset", Long.toString(LaneReader.start(lane)));
        fields.put("maxOffset", Long.toString(LaneReader.end(lane)));
        pull.reply.send(Answer.records(code, fields, records));
    }
}
