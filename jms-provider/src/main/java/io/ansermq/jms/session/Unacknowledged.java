package io.ansermq.jms.session;

import io.ansermq.client.Delivery;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Deliveries that an application has and has not acknowledged: runs of offsets, in order of arrival. Owned by an
 * {@link Inbox}, guarded by the lock of the {@link Inboxes}.
 */
final class Unacknowledged {
    private static final int FIRST_CAPACITY = 8;

    /** Three per run: lane, first, last. */
    private long[] runs = new long[3 * FIRST_CAPACITY];

    private int length;

    void add(final Delivery delivery) {
        final int lane = delivery.lane();
        final long offset = delivery.offset();
        final int last = length - 1;
        if (length > 0 && runs[last - 2] == lane && runs[last] == offset - 1) {
            runs[last] = offset;
            return;
        }
        if (length == runs.length) {
            runs = Arrays.copyOf(runs, 2 * runs.length);
        }
        runs[length++] = lane;
        runs[length++] = offset;
        runs[length++] = offset;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** All of them, which are forgotten here. */
    List<OffsetRange> take() {
        final List<OffsetRange> taken = new ArrayList<>(length / 3);
        for (int i = 0; i < length; i += 3) {
            taken.add(new OffsetRange((int) runs[i], runs[i + 1], runs[i + 2]));
        }
        clear();
        return taken;
    }

    void clear() {
        length = 0;
    }
}
