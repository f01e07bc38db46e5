package io.ansermq.broker.core;

import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.Watermarks;
import io.ansermq.store.index.QueueIndex;

/**
 * What core does for the disk beside its work for clients: saving the state, freeing and cleaning the log, watching the
 * room that is left. Owned by the core agent, a slice of each in every turn.
 */
final class Upkeep {

    private static final long MARK_INTERVAL_NS = 1_000_000_000L;
    /** A setting that never has a value. */
    private static final String MARK = "upkeep.mark";

    private final CommitLog log;
    private final Watermarks watermarks;
    private final QueueIndex index;
    private final DiskGate gate;
    private final Images images;
    private final Retention retention;
    private final Cleaner cleaner;
    private final Moves moves;
    private final Forwarding forwarding;
    private final Facts facts;
    private long markedNs;

    Upkeep(
            final CommitLog log,
            final QueueIndex index,
            final DiskGate gate,
            final Images images,
            final Retention retention,
            final Cleaner cleaner,
            final Moves moves,
            final Forwarding forwarding,
            final Facts facts) {
        this.log = log;
        this.watermarks = log.watermarks();
        this.index = index;
        this.gate = gate;
        this.images = images;
        this.retention = retention;
        this.cleaner = cleaner;
        this.moves = moves;
        this.forwarding = forwarding;
        this.facts = facts;
    }

    Cleaner cleaner() {
        return cleaner;
    }

    /** Before records of this turn are written: says whether there is room for sends. */
    void look(final long nowNs) {
        gate.turn(nowNs, index.fileBytes());
        final boolean hurry = gate.isCleaning();
        retention.eager(hurry);
        retention.forgetting(gate.isForgetting(), nowNs);
        cleaner.eager(hurry);
        cleaner.room(gate.roomBytes());
        final boolean waits = hurry && log.waitsForImages();
        images.hurry(waits);
        if (waits && nowNs - markedNs >= MARK_INTERVAL_NS) {
            // Segments go when two newer images are there, and there is no newer one unless the log has grown.
            markedNs = nowNs;
            facts.set(MARK, "");
        }
    }

    /** Records of its own, into the open frame of this turn; returns 0 when there were none. */
    int write(final long nowNs, final long appliedPosition) {
        return images.waitsForMoves() ? 0 : cleaner.doWork(nowNs, appliedPosition);
    }

    /** The rest, at the end of a turn; returns 0 when there was nothing to do. */
    int doWork(final long nowNs, final long appliedPosition) {
        forwarding.age(nowNs);
        return moves.apply(watermarks.durable())
                + images.doWork(nowNs, appliedPosition)
                + retention.doWork(nowNs, appliedPosition);
    }

    /** Whether a turn would find nothing to do. */
    boolean isIdle() {
        return !images.isBusy() && !cleaner.isBusy() && !retention.isBusy() && !moves.isDue(watermarks.durable());
    }
}
