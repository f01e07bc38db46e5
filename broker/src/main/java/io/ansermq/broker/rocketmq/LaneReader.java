package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Looks things up in the queues of a topic. Owned by the core agent. */
final class LaneReader {

    /** What counts as young: RocketMQ says "still in memory". */
    private static final long YOUNG_BYTES = 1L << 30;

    private final CoreDesk desk;
    private final ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);

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
        if (offset < lane.start() || offset >= lane.end()) {
            return 0;
        }
        number.clear();
        return desk.read(lane.position(offset) + MessageLayout.STORE_TIMESTAMP, Long.BYTES, number)
                ? number.getLong(0)
                : 0;
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
        long low = lane.start();
        long high = lane.end();
        while (low < high) {
            final long middle = (low + high) >>> 1;
            final long stored = storedEpochMs(lane, middle);
            if (upper ? stored <= epochMs : stored < epochMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return upper ? Math.max(lane.start(), low - 1) : low;
    }
}
