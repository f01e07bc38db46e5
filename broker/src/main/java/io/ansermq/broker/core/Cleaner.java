package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.FrameWriter;
import io.ansermq.store.files.Background;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a few old messages from keeping the whole log: what is still wanted of the oldest segments is copied to the end of
 * the log, and the segments go. Owned by the core agent.
 *
 * <p>The log is freed from its beginning, so what is worth cleaning is always a run of the oldest segments; which one
 * says {@link Census#target}.
 *
 * <ol>
 *   <li>Census: a walk over all wanted messages adds up what each segment has of them ({@link Census}), and finds out how far down each
 *       lane still reaches.
 *   <li>Copy: a second walk chooses the messages below the target; {@code aux} reads them, core appends each in a MOVED
 *       record of its own and lets it take effect when the copy is durable ({@link Moves}).
 *   <li>Another census, by which {@link Retention} learns that nobody reaches down to the old segments any more.
 * </ol>
 *
 * <p>Every step is a slice per turn of core. A crash at any point leaves each message where it was or at its copy; copies
 * that no index entry points to are dead bytes. Offsets, order and acknowledgements know nothing of all this.
 */
final class Cleaner {

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    /** Index entries that one turn of core looks at. */
    private static final int SLICE = 4096;

    private static final long MIN_INTERVAL_NS = 1_000_000_000L;
    /** A census is not begun before this many times its duration has passed, so that it takes little of core's time. */
    private static final int REST = 20;
    /** The most that may be copied at once after a rest, in time. */
    private static final long BURST_NS = 200_000_000L;

    private enum Phase {
        IDLE,
        CENSUS,
        CHOOSING,
        READING,
        APPENDING,
        SETTLING
    }

    private final CommitLog log;
    private final FrameWriter writer;
    private final List<Retained> keepers;
    private final LargeMessages largeMessages;
    private final LargeParts largeParts;
    private final Moves moves;
    private final CopyBatch batch;
    private final Background background;
    private final CleanerSettings settings;
    private final Damage damage;

    /** Told of messages that cannot be copied because their bytes are damaged. */
    @FunctionalInterface
    interface Damage {
        void found(int keeper, long key, long offset, long position);
    }

    private Phase phase = Phase.IDLE;
    private Retained.@Nullable Walk walk;
    private int keeper;
    private long censusBeganNs;
    private long censusEndedNs;
    private long censusNs;
    private long censusPosition = -1;
    private Census census = Census.NONE;
    private boolean measuresOnly;

    private long target;
    private boolean walkComplete;
    private int appended;
    private int appendedBytes;
    private long allowance;
    private long allowanceNs;

    private long knownStart = -1;
    private long startMovedNs;
    private boolean measureWanted;
    private long measured;
    private boolean eager;
    private long roomBytes = Long.MAX_VALUE;

    // Figures.
    private long wantedBytes;
    private long movedMessages;
    private long movedBytes;

    Cleaner(
            final CommitLog log,
            final List<Retained> keepers,
            final LargeMessages largeMessages,
            final LargeParts largeParts,
            final Moves moves,
            final Runnable wakeCore,
            final CleanerSettings settings,
            final Damage damage) {
        this.log = log;
        this.writer = log.writer();
        this.keepers = keepers;
        this.largeMessages = largeMessages;
        this.largeParts = largeParts;
        this.moves = moves;
        this.background = log.background();
        this.batch = new CopyBatch(log, wakeCore);
        this.settings = settings;
        this.damage = damage;
        background.register(batch);
    }

    /** Cleans without delay while the disk is getting full. */
    void eager(final boolean now) {
        eager = now;
    }

    /** What the log can still take: copies must leave some of it, since segments are freed only later. */
    void room(final long bytes) {
        roomBytes = bytes;
    }

    /** The bound that keeps the log is not exact: a census would find a better one. */
    void wantMeasure() {
        measureWanted = true;
    }

    /** How many times every lane was measured. */
    long measured() {
        return measured;
    }

    /** Whether a turn would find something to do. */
    boolean isBusy() {
        return switch (phase) {
            case IDLE, READING, SETTLING -> false;
            case CENSUS -> true;
            case CHOOSING -> allowance > 0;
            // Waits for room in the log, which wakes core.
            case APPENDING -> false;
        };
    }

    /** Bytes of wanted messages that the last census found, -1 before the first one. */
    long wantedBytes() {
        return censusPosition < 0 ? -1 : wantedBytes;
    }

    long movedMessages() {
        return movedMessages;
    }

    long movedBytes() {
        return movedBytes;
    }

    /** One slice; records that it appends go into the open frame. Returns 0 when there was nothing to do. */
    int doWork(final long nowNs, final long appliedPosition) {
        watchStart(nowNs);
        switch (phase) {
            case IDLE -> {
                if (!isDue(nowNs, appliedPosition)) {
                    return 0;
                }
                measuresOnly = !mayClean(nowNs);
                beginCensus(nowNs, appliedPosition);
            }
            case CENSUS -> census(nowNs);
            case CHOOSING -> {
                refillAllowance(nowNs);
                if (allowance <= 0) {
                    return 0;
                }
                choose();
            }
            case READING -> {
                if (batch.isWithAux()) {
                    return 0;
                }
                appended = 0;
                appendedBytes = 0;
                phase = Phase.APPENDING;
            }
            case APPENDING -> {
                return append();
            }
            case SETTLING -> {
                if (!moves.isEmpty()) {
                    return 0;
                }
                measuresOnly = true;
                // The segments themselves go when the state images allow.
                startMovedNs = nowNs;
                beginCensus(nowNs, appliedPosition);
            }
        }
        return 1;
    }

    private void watchStart(final long nowNs) {
        final long start = log.start();
        if (start != knownStart) {
            knownStart = start;
            startMovedNs = nowNs;
        }
    }

    private boolean isDue(final long nowNs, final long appliedPosition) {
        if (!measureWanted && (appliedPosition == censusPosition || log.segmentBounds().length <= 2)) {
            return false;
        }
        if (censusPosition >= 0 && nowNs - censusEndedNs < Math.max(MIN_INTERVAL_NS, REST * censusNs)) {
            return false;
        }
        return measureWanted || mayClean(nowNs);
    }

    private boolean mayClean(final long nowNs) {
        return eager || nowNs - startMovedNs >= settings.delayMs() * 1_000_000L;
    }

    // ---- census

    private void beginCensus(final long nowNs, final long appliedPosition) {
        phase = Phase.CENSUS;
        censusBeganNs = nowNs;
        censusPosition = appliedPosition;
        measureWanted = false;
        census = new Census(log.segmentBounds());
        beginWalk();
    }

    private void beginWalk() {
        keeper = 0;
        largeParts.walkBegins();
        walk = keepers.get(0).walk();
    }

    /** Advances the walk over one keeper after the other; true when the last one is through. */
    private boolean advance(final Retained.Visitor visitor) {
        final Retained.Walk current = walk;
        if (current == null) {
            return true;
        }
        if (current.advance(SLICE, visitor)) {
            keeper++;
            walk = keeper < keepers.size() ? keepers.get(keeper).walk() : null;
        }
        return walk == null;
    }

    private void census(final long nowNs) {
        if (!advance(this::count)) {
            return;
        }
        measured++;
        censusNs = nowNs - censusBeganNs;
        censusEndedNs = nowNs;
        wantedBytes = census.wantedBytes();
        target = measuresOnly ? 0 : census.target(settings.ratio(), roomBytes / 2);
        if (target == 0) {
            phase = Phase.IDLE;
            return;
        }
        LOG.info(
                "cleaning the log from position {} to {}: of {} bytes in it {} are still wanted",
                census.start(),
                target,
                target - census.start(),
                census.wantedBelow(target));
        walkComplete = false;
        beginWalk();
        phase = Phase.CHOOSING;
    }

    private boolean count(final long key, final long offset, final long position, final int size) {
        largeMessages.wanted(position);
        census.count(position, size);
        return true;
    }

    // ---- copy

    private void refillAllowance(final long nowNs) {
        final long passedNs = Math.min(BURST_NS, Math.max(0, nowNs - allowanceNs));
        allowanceNs = nowNs;
        final double perNs = settings.bytesPerSecond() / 1e9;
        allowance = (long) Math.min(perNs * BURST_NS, allowance + perNs * passedNs);
    }

    private void choose() {
        if (!walkComplete) {
            walkComplete = advance(this::pick);
        }
        if (batch.isEmpty()) {
            if (walkComplete) {
                finishCopy();
            }
        } else if (walkComplete || batch.isFull()) {
            allowance -= batch.bytes();
            batch.read(background);
            phase = Phase.READING;
        }
    }

    private boolean pick(final long key, final long offset, final long position, final int size) {
        largeMessages.wanted(position);
        if (position < target) {
            batch.add(keepers.get(keeper).number(), key, offset, position, size);
        }
        return !batch.isFull();
    }

    private int append() {
        int did = 0;
        while (appended < batch.size()) {
            final int i = appended;
            final Retained owner = owner(batch.keeper(i));
            if (batch.isDamaged(i)) {
                damage.found(owner.number(), batch.key(i), batch.offset(i), batch.position(i));
            } else if (!batch.isMissing(i) && owner.isWanted(batch.key(i), batch.offset(i), batch.position(i))) {
                if (!copy(owner, i)) {
                    return did;
                }
            }
            appended++;
            appendedBytes += batch.size(i);
            did++;
        }
        batch.clear();
        phase = Phase.CHOOSING;
        return did + 1;
    }

    private boolean copy(final Retained owner, final int i) {
        final int size = ControlRecord.sizeOfMoved(
                owner.number(), batch.key(i), batch.offset(i), batch.position(i), batch.size(i));
        if (size > writer.maxRecordBytes()) {
            // As large as a record may be, so a record that contains it would be larger: it stays where it is.
            return true;
        }
        if (!writer.reserve(size)) {
            return false;
        }
        final ByteBuffer bytes = batch.copy(i, appendedBytes);
        final long end = writer.position() + size;
        ControlRecord.encodeMoved(
                writer.slot(), owner.number(), batch.key(i), batch.offset(i), batch.position(i), bytes);
        writer.commit(FlushLevel.WRITTEN);
        moves.add(owner, batch.key(i), batch.offset(i), batch.position(i), end - batch.size(i), end);
        movedMessages++;
        movedBytes += batch.size(i);
        return true;
    }

    private Retained owner(final int number) {
        for (final Retained each : keepers) {
            if (each.number() == number) {
                return each;
            }
        }
        throw new IllegalStateException("no keeper has number " + number);
    }

    private void finishCopy() {
        batch.trim();
        phase = Phase.SETTLING;
    }
}
