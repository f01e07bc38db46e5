package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What one subscriber has to tell the broker: acknowledged offsets, credit to give back, the tag of the last delivery
 * that was handed to the application.
 *
 * <p>Credit goes back in lumps of half the {@link CreditWindow}. A subscriber without prefetch gives none back, it asks for each message.
 *
 * <p>Not thread safe; guarded by the lock of {@link AckQueue}.
 */
final class PendingAcks {
    /**
     * Acknowledgements that an earlier connection may not have brought.
     *
     * @param run the broker's life in which the messages were delivered
     */
    record Again(long run, List<OffsetRange> ranges) {}

    private final int consumer;
    private final boolean prefetches;
    private final CreditWindow window;
    private final int windowBytes;
    private final int lumpBytes;

    /** Not sent. */
    private final LaneRanges waiting = new LaneRanges();

    /** Sent, and nobody was asked whether they arrived. */
    private LaneRanges sent = new LaneRanges();

    /** Sent, and asked about. */
    private LaneRanges asked = new LaneRanges();

    /** To be said again on the next connection. */
    private final List<Again> again = new ArrayList<>(0);

    private int creditMessages;
    private long creditBytes;
    private boolean creditDue;
    private long handedTag;

    /** What numbers of deliveries are more here than for the broker, which begins anew with each connection. */
    private long tagBase;

    /** Deliveries up to this tag were given back to the broker: what is handed of them later earns no credit. */
    private long releasedTag;

    /** Whether this is in the queue of those to be flushed. */
    boolean queued;

    /** Whether the consumer is being closed: what comes now is too late. */
    boolean closed;

    PendingAcks(final int consumer, final CreditWindow window, final int prefetchBytes) {
        this.consumer = consumer;
        this.window = window;
        prefetches = window.size() > 0;
        windowBytes = prefetchBytes;
        lumpBytes = Math.max(1, prefetchBytes / 2);
    }

    /** Adds acknowledged offsets, both ends included. */
    void acknowledge(final int lane, final long first, final long last) {
        waiting.add(lane, first, last);
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
        if (!creditDue && (creditMessages >= window.lump() || creditBytes >= lumpBytes)) {
            creditDue = true;
            creditMessages += window.lumpHanded();
        }
        return creditDue;
    }

    /** How many deliveries a new connection may bring at once. */
    int firstCredit() {
        return window.size();
    }

    /** How many deliveries up to this tag wait for the application. */
    long unhanded(final long lastTag) {
        return lastTag - Math.max(handedTag, releasedTag);
    }

    /** The tag of the last delivery that was handed to the application, by any connection. */
    long lastHanded() {
        return handedTag;
    }

    /** Deliveries up to this tag that were not handed went back to the broker, and all credit with them. */
    void rest(final long tag) {
        releasedTag = tag;
        forgetCredit();
    }

    /** The application wants messages again. */
    void goOn() {
        creditMessages = window.size();
        creditBytes = windowBytes;
        creditDue = true;
    }

    private void forgetCredit() {
        creditMessages = 0;
        creditBytes = 0;
        creditDue = false;
        window.restart();
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

    /** The broker's number of the last delivery that was handed to the application, 0 when there was none. */
    long handedTag() {
        return Math.max(0, handedTag - tagBase);
    }

    // ---- Connections

    /** The connection is lost, with all deliveries up to {@code tag} and all credit. */
    void lost(final long tag) {
        releasedTag = tag;
        tagBase = tag;
        forgetCredit();
    }

    /** Acknowledgements were sent: they are remembered until {@link #arrived}. */
    void sent(final List<OffsetRange> ranges) {
        sent.addAll(ranges);
    }

    /** Whether something was sent that nobody was asked about. */
    boolean hasSent() {
        return sent.count() > 0;
    }

    /** Whatever was sent is asked about now. */
    void ask() {
        final LaneRanges free = asked;
        asked = sent;
        sent = free;
    }

    /** What was asked about has arrived. */
    void arrived() {
        asked.clear();
    }

    /** Another connection begins: what may not have arrived is to be said again, and is all that is. */
    List<Again> beginAgain(final long run) {
        final List<OffsetRange> ranges = new ArrayList<>();
        asked.drainTo(ranges, Integer.MAX_VALUE);
        sent.drainTo(ranges, Integer.MAX_VALUE);
        waiting.drainTo(ranges, Integer.MAX_VALUE);
        if (!ranges.isEmpty()) {
            again.add(new Again(run, ranges));
        }
        return List.copyOf(again);
    }

    /** The broker has heard it again. */
    void endAgain() {
        again.clear();
    }

    /** How many ranges wait. */
    int rangeCount() {
        return waiting.count();
    }

    /** Takes out what waits, with at most {@code rangeLimit} ranges. */
    ConsumerAck take(final int rangeLimit) {
        final List<OffsetRange> ranges = waiting.count() == 0 ? List.of() : takeRanges(rangeLimit);
        final int messages = creditDue ? creditMessages : 0;
        final int bytes = creditDue ? (int) Math.min(Integer.MAX_VALUE, creditBytes) : 0;
        creditMessages -= messages;
        creditBytes -= bytes;
        creditDue = false;
        return new ConsumerAck(consumer, messages, bytes, handedTag(), ranges);
    }

    /** What acknowledges these apart from all that waits, with no credit. */
    ConsumerAck acknowledging(final List<OffsetRange> ranges) {
        return new ConsumerAck(consumer, 0, 0, handedTag(), ranges);
    }

    private List<OffsetRange> takeRanges(final int rangeLimit) {
        final List<OffsetRange> taken = new ArrayList<>(Math.min(waiting.count(), rangeLimit));
        waiting.drainTo(taken, rangeLimit);
        return taken;
    }
}
