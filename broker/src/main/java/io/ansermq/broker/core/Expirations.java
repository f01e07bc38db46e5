package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.SegmentRef;
import io.ansermq.store.index.Queue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages whose time to live is over (Jakarta Messaging 3.1, section 3.4.9). Owned by the core agent.
 *
 * <p>None is delivered after its time: at delivery the index says the second, and in that second the message itself the
 * millisecond. Those that nobody asks for are swept out: once a second, of each lane with such messages, only the chunks
 * in which one is due are looked at, a slice per turn of core. They go to the expiry queue of their destination, or are
 * dropped when there is none.
 */
final class Expirations {

    private static final long INTERVAL_NS = 1_000_000_000L;
    /** Index entries looked at in one turn. */
    private static final int ENTRIES_PER_TURN = 4096;
    /** Moves under way at which sweeping pauses. */
    private static final int MOST_MOVES = 1024;
    /** When to look again at a message that is over but with a consumer. */
    private static final int AGAIN_SECONDS = 5;

    private final CommitLog log;
    private final Settlement settlement;
    private final DeadLetters deadLetters;
    private final List<Lane> lanes = new ArrayList<>();

    private long nowEpochMs;
    private long lastNs;
    private boolean sweeping;
    private int nextLane;
    private long nextChunk;

    Expirations(final CommitLog log, final Settlement settlement, final DeadLetters deadLetters) {
        this.log = log;
        this.settlement = settlement;
        this.deadLetters = deadLetters;
    }

    /** A turn of core begins. The time is the wall clock as it is: a clock that was set forward and back costs no message. */
    void turn(final long wallEpochMs) {
        nowEpochMs = wallEpochMs;
    }

    /** A message with a time to live came into a lane. */
    void entered(final Lane lane, final long offset, final int expirySec) {
        watch(lane).note(offset, expirySec);
    }

    /** Whether messages of this lane expire is not known: the broker has just started. */
    void unknown(final Lane lane) {
        if (lane.index.start() < lane.index.end()) {
            watch(lane).unknown(lane.index.start(), lane.index.end());
        }
    }

    private ExpiryChunks watch(final Lane lane) {
        ExpiryChunks chunks = lane.expiry;
        if (chunks == null) {
            chunks = new ExpiryChunks();
            lane.expiry = chunks;
            lanes.add(lane);
        }
        return chunks;
    }

    /** Whether the message at this offset must not be delivered any more. */
    boolean isOver(final Queue index, final long offset) {
        final int second = index.expirySec(offset);
        if (second == Expiry.NEVER) {
            return false;
        }
        final long lastMs = Integer.toUnsignedLong(second) * 1000;
        if (nowEpochMs >= lastMs || nowEpochMs <= lastMs - 1000) {
            return nowEpochMs >= lastMs;
        }
        return nowEpochMs >= exactEpochMs(index.position(offset));
    }

    /** When a message expires to the millisecond, as its properties say; the end of time when they cannot be read. */
    private long exactEpochMs(final long position) {
        final SegmentRef segment = log.retain(position);
        if (segment == null) {
            return Long.MAX_VALUE;
        }
        try {
            final ByteBuffer in = segment.buffer();
            final int at = (int) (position - segment.start());
            return Expiry.epochMs(in, MessageLayout.propertiesOffset(in, at), MessageLayout.propertiesLength(in, at));
        } finally {
            segment.release();
        }
    }

    /** Settles a message that is over: it must be free or leased by who says so. */
    void expire(final LaneLedger from, final long offset) {
        if (from.lane.destination.policy.expiryQueue().isEmpty()) {
            deadLetters.countExpired();
            from.ledger.hold(offset, offset);
            settlement.expired(from, offset);
        } else {
            deadLetters.expire(from, offset);
        }
    }

    // ---- Sweeping

    /** Whether a turn would find something to do. */
    boolean isBusy() {
        return sweeping && deadLetters.waiting() < MOST_MOVES;
    }

    /** One slice; returns 0 when nothing is due. */
    int sweep(final long nowNs) {
        if (!sweeping) {
            if (lanes.isEmpty() || nowNs - lastNs < INTERVAL_NS) {
                return 0;
            }
            lastNs = nowNs;
            sweeping = true;
            nextLane = 0;
            nextChunk = 0;
        }
        for (int left = ENTRIES_PER_TURN; left > 0 && isBusy(); ) {
            left -= sweepNext();
        }
        return 1;
    }

    /** Looks at one chunk or ends with one lane; returns what it cost. */
    private int sweepNext() {
        if (nextLane >= lanes.size()) {
            sweeping = false;
            return 1;
        }
        final Lane lane = lanes.get(nextLane);
        final ExpiryChunks chunks = watch(lane);
        chunks.releaseBelow(lane.index.start());
        final long chunk = chunks.nextDue(nextChunk, nowEpochMs / 1000);
        if (chunk < 0) {
            nextChunk = 0;
            if (chunks.isEmpty()) {
                lane.expiry = null;
                lanes.remove(nextLane);
            } else {
                nextLane++;
            }
            return 1;
        }
        chunks.forget(chunk);
        final long first = Math.max(lane.index.start(), chunk * ExpiryChunks.CHUNK);
        final long end = Math.min(lane.index.end(), (chunk + 1) * ExpiryChunks.CHUNK);
        for (long offset = first; offset < end; offset++) {
            final int second = lane.index.expirySec(offset);
            if (second != Expiry.NEVER) {
                sweep(lane, offset, second, chunks);
            }
        }
        nextChunk = chunk + 1;
        return ExpiryChunks.CHUNK;
    }

    private void sweep(final Lane lane, final long offset, final int second, final ExpiryChunks chunks) {
        if (!isOver(lane.index, offset)) {
            chunks.note(offset, second);
            return;
        }
        final List<SubscriptionState> subscriptions = lane.destination.subscriptions();
        boolean again = false;
        for (int i = 0; i < subscriptions.size(); i++) {
            final LaneLedger under = subscriptions.get(i).ledger(lane.number);
            if (under != null && offset >= under.ledger.floor()) {
                under.ledger.extend(lane.index.end());
                if (under.ledger.isFree(offset)) {
                    expire(under, offset);
                } else {
                    again |= !under.ledger.isDone(offset);
                }
            }
        }
        if (again) {
            chunks.note(offset, (int) (nowEpochMs / 1000) + AGAIN_SECONDS);
        }
    }
}
