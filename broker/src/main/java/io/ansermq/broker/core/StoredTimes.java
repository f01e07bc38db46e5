package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.commitlog.CommitLog;
import java.nio.ByteBuffer;

/** When messages were stored. Owned by the core agent. */
public final class StoredTimes {

    private final CommitLog log;
    private final ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);

    StoredTimes(final CommitLog log) {
        this.log = log;
    }

    /** When the record at a log position was stored, in milliseconds of the epoch; 0 when that cannot be read any more. */
    long atPosition(final long position) {
        number.clear();
        return position >= 0
                        && log.isIntact(position + MessageLayout.STORE_TIMESTAMP, Long.BYTES)
                        && log.read(position + MessageLayout.STORE_TIMESTAMP, Long.BYTES, number, 0)
                ? number.getLong(0)
                : 0;
    }

    /** When a message was stored; 0 when it is not there any more. */
    public long at(final Lane lane, final long offset) {
        return offset < lane.start() || offset >= lane.end() ? 0 : atPosition(lane.position(offset));
    }

    /** The offset of the first message of a lane that was stored at {@code epochMs} or later; its end when none was. */
    public long firstFrom(final Lane lane, final long epochMs) {
        return search(lane, epochMs, false);
    }

    /** The offset of the first message of a lane that was stored after {@code epochMs}; its end when none was. */
    public long firstAfter(final Lane lane, final long epochMs) {
        return search(lane, epochMs, true);
    }

    private long search(final Lane lane, final long epochMs, final boolean after) {
        long low = lane.start();
        long high = lane.end();
        while (low < high) {
            final long middle = (low + high) >>> 1;
            final long stored = at(lane, middle);
            if (after ? stored <= epochMs : stored < epochMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
