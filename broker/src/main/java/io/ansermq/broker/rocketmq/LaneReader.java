package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import org.jspecify.annotations.Nullable;

/** Looks things up in the queues of a topic. Owned by the core agent. */
final class LaneReader {

    /** What counts as young: RocketMQ says "still in memory". */
    private static final long YOUNG_BYTES = 1L << 30;

    private final CoreDesk desk;

    LaneReader(final CoreDesk desk) {
        this.desk = desk;
    }

    /** The queue, or null when there is no such topic. */
    @Nullable
    Lane lane(final String topic, final int queue) {
        final DestinationState destination = desk.destination(topic);
        return destination == null || queue < 0 || queue >= destination.lanes() ? null : desk.lane(destination, queue);
    }

    static long start(final @Nullable Lane lane) {
        return lane == null ? 0 : lane.start();
    }

    static long end(final @Nullable Lane lane) {
        return lane == null ? 0 : lane.end();
    }

    /** Whether the first message that the queue ever had is there and not long ago, or there was none yet. */
    boolean isYoung(final @Nullable Lane lane) {
        return start(lane) == 0 && (lane == null || lane.end() == 0 || desk.logEnd() - lane.position(0) < YOUNG_BYTES);
    }

    /** When the message was stored; 0 when that cannot be read any more. */
    long storedEpochMs(final Lane lane, final long offset) {
        return desk.storedTimes().at(lane, offset);
    }

    /**
     * The offset of the first message that was stored at {@code epochMs} or later; with {@code upper} of the last one that
     * was stored then or earlier. RocketMQ answers a time before all messages with the first, one after all with the end
     * of the queue.
     */
    long offsetAt(final @Nullable Lane lane, final long epochMs, final boolean upper) {
        if (lane == null || lane.start() == lane.end()) {
            return end(lane);
        }
        return upper
                ? Math.max(lane.start(), desk.storedTimes().firstAfter(lane, epochMs) - 1)
                : desk.storedTimes().firstFrom(lane, epochMs);
    }
}
