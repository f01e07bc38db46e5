package io.ansermq.broker.core;

import io.ansermq.broker.ledger.TxTable;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.files.Background;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes to producers before the disk is full. Owned by the core agent.
 *
 * <p>The capacity is the quota, or what the log and the queue index take plus what the file system has left. At
 * {@code cleanPercent} of it the {@link Cleaner} and the {@link Retention} stop waiting for their time, at
 * {@code forgetPercent} messages that only their age keeps are given up, at
 * {@code blockPercent} sends have to wait: consumers go on, and so do acknowledgements, rollbacks and the cleaner, in the
 * rest, which is theirs alone. Whoever writes counts the bytes: what is used is known exactly in every turn, only what
 * others leave on the disk is asked for, a few times a second. What the records will take that end the transactions under way
 * counts as used, so that there is room for them when everything else is full.
 *
 * <p>A send that finds the gate closed is held, in order, and sequenced when the gate opens. After {@code waitMs} it is
 * refused, with a text that says what the disk holds and for whom, so that its client hears it within its send timeout and
 * knows that the message was not stored. Holding costs a look at the oldest one per turn.
 */
final class DiskGate {

    private static final Logger LOG = LoggerFactory.getLogger(DiskGate.class);

    private static final long ASK_INTERVAL_NS = 500_000_000L;
    /** Asked more often while it matters. */
    private static final long ASK_SOON_NS = 100_000_000L;
    /** The gate opens so far below the limit at which it closes, so that it does not flutter. */
    private static final int REOPEN_PERCENT = 2;

    private static final int MIB_SHIFT = 20;

    /** A send that waits. */
    record Held(ClientLink link, Send send, ByteBuf body, long deadlineNs) {}

    private final CommitLog log;
    private final Background background;
    private final DiskWatch watch;
    private final DiskSettings settings;
    private final Retention retention;
    private final TxTable transactions;
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    private boolean closed;
    private boolean cleaning;
    private long heldBytes;
    private long askedNs;
    private long indexBytes;
    private long usedBytes;
    /** What the ends of transactions will take, which nobody else gets. */
    private long endsBytes;

    private long capacityBytes;
    private long refused;

    /**
     * A gate that is open.
     *
     * @param retention says who keeps the oldest messages
     * @param transactions those under way, which need room to end
     */
    DiskGate(
            final CommitLog log,
            final DiskWatch watch,
            final DiskSettings settings,
            final Retention retention,
            final TxTable transactions) {
        this.log = log;
        this.background = log.background();
        this.watch = watch;
        this.settings = settings;
        this.retention = retention;
        this.transactions = transactions;
        background.register(watch);
    }

    /** A turn of core begins. */
    void turn(final long nowNs, final long queueIndexBytes) {
        indexBytes = queueIndexBytes;
        if (nowNs - askedNs >= (cleaning ? ASK_SOON_NS : ASK_INTERVAL_NS)) {
            askedNs = nowNs;
            watch.request(background);
            endsBytes = transactions.sends() * TransactionWriter.SEND_BYTES;
        }
        measure();
        final boolean little = watch.usableBytes() < settings.minFreeBytes();
        final int limit = closed ? settings.blockPercent() - REOPEN_PERCENT : settings.blockPercent();
        final boolean full = little || isAbove(limit);
        if (full != closed) {
            closed = full;
            if (full) {
                LOG.warn("producers are blocked: {}", reason());
            } else {
                LOG.info("producers go on: {} of {} MiB are used", mib(usedBytes), mib(capacityBytes));
            }
        }
        final boolean nowCleaning = full || isAbove(settings.cleanPercent());
        if (nowCleaning && !cleaning) {
            LOG.warn(
                    "the disk is filling up, old messages are cleaned out without delay: {} of {} MiB are used,"
                            + " producers will be blocked at {} %; oldest messages kept by {}",
                    mib(usedBytes), mib(capacityBytes), settings.blockPercent(), retention.pinnedBy());
        }
        if (nowCleaning != cleaning) {
            log.scarce(nowCleaning);
        }
        cleaning = nowCleaning;
    }

    private void measure() {
        usedBytes = log.writer().end() - log.start() + indexBytes + endsBytes;
        final long possible = watch.possibleBytes() + indexBytes;
        capacityBytes = Math.max(1, settings.quotaBytes() == 0 ? possible : Math.min(possible, settings.quotaBytes()));
    }

    private boolean isAbove(final int percent) {
        return usedBytes / 100.0 > capacityBytes / 10_000.0 * percent;
    }

    /** Whether sends have to wait now. */
    boolean isClosed() {
        return closed;
    }

    /** Whether a send must queue up: the gate is closed, or others wait in front of it. */
    boolean mustWait() {
        return closed || !held.isEmpty();
    }

    /** Whether cleaning must not wait. */
    boolean isCleaning() {
        return cleaning;
    }

    /** Whether messages that nothing but time keeps must go. */
    boolean isForgetting() {
        return closed || isAbove(settings.forgetPercent());
    }

    /** Bytes that the log can still take. */
    long roomBytes() {
        return Math.max(0, capacityBytes - usedBytes);
    }

    long usedBytes() {
        return usedBytes;
    }

    long capacityBytes() {
        return capacityBytes;
    }

    /** How many messages were refused for want of room. */
    long refused() {
        return refused;
    }

    /** How many sends wait. */
    int waiting() {
        return held.size();
    }

    /** Holds a send until there is room or its time is up; the body belongs to the gate now. */
    void hold(final ClientLink link, final Send send, final ByteBuf body, final long nowNs) {
        held.add(new Held(link, send, body, nowNs + settings.waitMs() * 1_000_000L));
        heldBytes += body.readableBytes();
    }

    /** The next send that may go on, which belongs to the caller now, or null. */
    @Nullable
    Held nextReady() {
        return closed ? null : take();
    }

    /** The next send that must not wait any longer, which belongs to the caller now, or null. */
    @Nullable
    Held nextOverdue(final long nowNs) {
        final Held first = held.peekFirst();
        final boolean overdue =
                first != null && closed && (nowNs - first.deadlineNs() >= 0 || heldBytes > settings.waitingBytes());
        if (!overdue) {
            return null;
        }
        refused += first.send().count();
        return take();
    }

    private @Nullable Held take() {
        final Held first = held.pollFirst();
        if (first != null) {
            heldBytes -= first.body().readableBytes();
        }
        return first;
    }

    /** Why sends are refused, for their clients. */
    String reason() {
        final StringBuilder text = new StringBuilder("the disk is full: log and index take ")
                .append(mib(usedBytes))
                .append(" of ")
                .append(mib(capacityBytes))
                .append(" MiB");
        if (watch.usableBytes() < settings.minFreeBytes()) {
            text.append(", the disk has ")
                    .append(mib(watch.usableBytes()))
                    .append(" MiB left and must have ")
                    .append(mib(settings.minFreeBytes()));
        }
        return text.append(", the limit is ")
                .append(settings.blockPercent())
                .append(" %; oldest messages kept by ")
                .append(retention.pinnedBy())
                .append(": consume or delete them, or give the broker more room")
                .toString();
    }

    private static long mib(final long bytes) {
        return bytes >> MIB_SHIFT;
    }

    /** Releases what waits; at the end of the broker's life. */
    void drop() {
        for (Held each = take(); each != null; each = take()) {
            each.body().release();
        }
    }
}
