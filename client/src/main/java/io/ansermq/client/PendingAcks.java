package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ControlHeader.OffsetRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber has to tell the broker: acknowledged offsets, credit to give back, the tag of the last delivery
 * that was handed to the application.
 *
 * <p>Credit goes back in lumps of half the prefetch window: the broker can then deliver in long frames while the other
 * half is being worked on. A subscriber without prefetch gives none back, it asks for each message.
 *
 * <p>Not thread safe; guarded by the lock of {@link AckQueue}.
 */
final class PendingAcks {
    /** The broker numbers a lane with 16 bits. */
    private static final int MAX_LANE = 0xFFFF;

    private final int consumer;
    private final boolean prefetches;
    private final int lumpMessages;
    private final int lumpBytes;

    /** By lane; lanes without acknowledgements have none. */
    private @Nullable OffsetRanges[] lanes = new OffsetRanges[10];

    private int rangeCount;
    private int creditMessages;
    private long creditBytes;
    private boolean creditDue;
    private long handedTag;

    /** Deliveries up to this tag were given back to the broker: what is handed of them later earns no credit. */
    private long releasedTag;

    /** Whether this is in the queue of those to be flushed. */
    boolean queued;

    /** Whether the consumer is being closed: what comes now is too late. */
    boolean closed;

    PendingAcks(final int consumer, final int prefetchMessages, final int prefetchBytes) {
        this.consumer = consumer;
        prefetches = prefetchMessages > 0;
        lumpMessages = Math.max(1, prefetchMessages / 2);
        lumpBytes = Math.max(1, prefetchBytes / 2);
    }

    /** Adds acknowledged offsets, both ends included. */
    void acknowledge(final int lane, final long first, final long last) {
        if (lane > MAX_LANE) {
            throw new IllegalArgumentException("lane " + lane + " is beyond the last possible one, " + MAX_LANE);
        }
        if (lane >= lanes.length) {
            lanes = Arrays.copyOf(lanes, lane + 1);
        }
        OffsetRanges ranges = lanes[lane];
        if (ranges == null) {
            ranges = new OffsetRanges();
            lanes[lane] = ranges;
        }
        rangeCount -= ranges.count();
        ranges.add(first, last);
        rangeCount += ranges.count();
    }

    /** Notes that the application has a delivery; returns whether credit is to be given back now. */
    boolean handed(final long tag, final int sizeBytes) {
        if (tag <= releasedTag) {
            return false;
        }
        handedTag = Math.max(handedTag, tag);
        if (!prefetches) {
            return false;
        }
        creditMessages++;
        creditBytes += sizeBytes;
        creditDue |= creditMessages >= lumpMessages || creditBytes >= lumpBytes;
        return creditDue;
    }

    /** Asks for one message, for a subscriber without prefetch. */
    void ask(final int bytes) {
        creditMessages = 1;
        creditBytes = bytes;
        creditDue = true;
    }

    /** Lets the next acknowledgement carry all credit there is, a whole lump or not; returns whether there is any. */
    boolean giveCreditNow() {
        creditDue = creditMessages > 0;
        return creditDue;
    }

    /** Deliveries up to {@code tag} go back to the broker, and with those that were not handed their credit. */
    void released(final long tag) {
        releasedTag = tag;
    }

    /** The tag of the last delivery that was handed to the application, 0 when there was none. */
    long handedTag() {
        return handedTag;
    }

    /** How many ranges wait. */
    int rangeCount() {
        return rangeCount;
    }

    /** Takes out what waits, with at most {@code rangeLimit} ranges. */
    ConsumerAck take(final int rangeLimit) {
        final List<OffsetRange> ranges = rangeCount == 0 ? List.of() : takeRanges(rangeLimit);
        final int messages = creditDue ? creditMessages : 0;
        final int bytes = creditDue ? (int) Math.min(Integer.MAX_VALUE, creditBytes) : 0;
        creditMessages -= messages;
        creditBytes -= bytes;
        creditDue = false;
        return new ConsumerAck(consumer, messages, bytes, handedTag, ranges);
    }

    private List<OffsetRange> takeRanges(final int rangeLimit) {
        final List<OffsetRange> taken = new ArrayList<>(Math.min(rangeCount, rangeLimit));
        for (int i = 0; i < lanes.length; i++) {
            final OffsetRanges ranges = lanes[i];
            if (ranges != null) {
                final int lane = i;
                ranges.drain(rangeLimit - taken.size(), (first, last) -> taken.add(new OffsetRange(lane, first, last)));
            }
        }
        rangeCount -= taken.size();
        return taken;
    }
}
