package io.ansermq.broker.core;

import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.broker.ledger.Settings;
import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.TransactionRecord;
import io.ansermq.store.commitlog.CommitLog;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folds control records into the state, by one and the same code whether they were committed a moment ago or are
 * replayed. Every record carries absolute values, so folding one twice changes nothing. Owned by the core agent.
 */
final class ControlFold implements ControlRecord.Visitor {

    private final Registry registry;
    private final Timers timers;
    private final Arrivals arrivals;
    private final TxTable transactions;
    private final Settings settings;
    private final GroupOffsets offsets;
    private final CommitLog log;
    private final List<Retained> keepers;
    private final LargeMessages largeMessages;
    private final Producers producers;
    private final Waits waits;
    private final Runs runs;
    private final MessageKeys keys;
    private @Nullable Dispatcher dispatcher;
    private long recordPosition;
    private @Nullable Settlement settlement;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    /** @param keepers those whose messages MOVED records tell of */
    ControlFold(
            final Registry registry,
            final Timers timers,
            final Arrivals arrivals,
            final TxTable transactions,
            final Settings settings,
            final GroupOffsets offsets,
            final CommitLog log,
            final List<Retained> keepers,
            final LargeMessages largeMessages,
            final Producers producers,
            final Waits waits,
            final Runs runs,
            final MessageKeys keys) {
        this.registry = registry;
        this.timers = timers;
        this.arrivals = arrivals;
        this.transactions = transactions;
        this.settings = settings;
        this.offsets = offsets;
        this.log = log;
        this.keepers = keepers;
        this.largeMessages = largeMessages;
        this.producers = producers;
        this.waits = waits;
        this.runs = runs;
        this.keys = keys;
    }

    /** From now on changes wake subscriptions: replay is over. */
    void attach(final Dispatcher live, final Settlement counts, final Expirations expirations) {
        dispatcher = live;
        settlement = counts;
        arrivals.attach(live, expirations);
    }

    /** Reads a committed record back from the log and folds it. */
    void applyCommitted(final long position, final int size) {
        if (buffer.capacity() < size) {
            buffer = ByteBuffer.allocateDirect(Integer.highestOneBit(size) * 2);
        }
        buffer.clear();
        if (!log.read(position, size, buffer, 0)) {
            throw new IllegalStateException("the control record at log position " + position + " cannot be read back");
        }
        buffer.limit(size);
        fold(position, buffer);
    }

    /** Folds the record between the buffer's position and limit, which stands at {@code position} in the log. */
    void fold(final long position, final ByteBuffer record) {
        recordPosition = position;
        ControlRecord.decode(record, record.position(), this);
    }

    @Override
    public void epoch(final long epoch, final long previousEnd) {
        runs.began(epoch, previousEnd);
    }

    @Override
    public void producer(final int number, final String session, final long sequence) {
        producers.fold(number, session, sequence);
    }

    @Override
    public void catalog(final CatalogRecord change) {
        registry.apply(change, recordPosition);
        if (dispatcher != null && change instanceof CatalogRecord.Subscription made) {
            final SubscriptionState subscription = registry.kept(made.id());
            // A consumer group begins with messages that are there; its first consumer came before its record.
            if (subscription != null && subscription.hasConsumers()) {
                dispatcher.wake(subscription);
            }
        }
    }

    @Override
    public void fired(
            final long hour,
            final long number,
            final long sentAt,
            final long position,
            final int sizeBytes,
            final int destination,
            final int lane,
            final long offset,
            final int expirySec,
            final long tagsCode,
            final int bits) {
        timers.fired(hour, number);
        final DestinationState to = registry.destination(destination);
        if (to != null) {
            final Lane in = registry.laneForWrite(to, lane);
            arrivals.enter(in, offset, position, sizeBytes, expirySec, tagsCode, bits, sentAt);
            keys.committedLater(in, position, sizeBytes, recordPosition);
            to.messagesIn++;
        }
    }

    @Override
    public void acknowledged(final long ledger, final int reason, final long first, final long last) {
        if (Timers.isLedger(ledger)) {
            timers.settled(ledger, first, last);
            return;
        }
        final LaneLedger under = registry.ledger(ledger);
        if (under != null) {
            under.ledger.done(first, last);
        }
    }

    @Override
    public void withdrawn(final int destination, final int lane, final long offset) {
        final DestinationState of = registry.destination(destination);
        final Lane in = of == null ? null : of.lane(lane);
        if (of == null || in == null || !in.index.contains(offset)) {
            return;
        }
        in.index.mark(offset, EntryBits.WITHDRAWN);
        for (final SubscriptionState each : of.subscriptions()) {
            final LaneLedger under = each.ledger(lane);
            if (under != null) {
                under.ledger.done(offset, offset);
            }
        }
    }

    @Override
    public void delivered(final long ledger, final long first, final long last, final int deliveries) {
        final LaneLedger under = registry.ledger(ledger);
        if (under != null) {
            for (long offset = first; offset <= last; offset++) {
                under.ledger.recordDeliveries(offset, deliveries);
            }
        }
    }

    /** Only in replay: live, they wait from the moment on that they came back. */
    @Override
    public void waiting(final long ledger, final long dueEpochMs, final long first, final long last) {
        if (dispatcher == null) {
            waits.replay(ledger, dueEpochMs, first, last);
        }
    }

    @Override
    public void highWater(final long ledger, final long highWater) {
        final LaneLedger under = registry.ledger(ledger);
        if (under == null) {
            return;
        }
        under.ledger.highWater(highWater);
        if (dispatcher != null) {
            final SubscriptionState subscription = under.subscription;
            dispatcher.wake(subscription);
            for (int waiting = subscription.whenReserved.size(); waiting > 0; waiting--) {
                subscription.whenReserved.remove().run();
            }
        }
    }

    @Override
    public void groupOffset(final String group, final String topic, final int queue, final long offset) {
        offsets.apply(group, topic, queue, offset);
    }

    @Override
    public void setting(final String name, final String value) {
        settings.apply(name, value);
    }

    @Override
    public void transaction(final int kind, final TransactionRecord record) {
        if (kind == ControlRecord.TX_ABORT) {
            giveBack(transactions.undecided(record.id()));
        }
        if (dispatcher == null) {
            transactions.replay(kind, record);
        } else {
            transactions.logged(kind, record);
        }
        if (kind == ControlRecord.TX_COMMIT) {
            record.forEach(this::arrived, (ledger, first, last) -> acknowledged(ledger, 0, first, last));
        } else if (kind == ControlRecord.TX_PREPARE && dispatcher == null) {
            record.forEach(Transaction.NO_SENDS, this::held);
        }
    }

    /** A message of a transaction that is committed. */
    private void arrived(
            final long position,
            final int sizeBytes,
            final int destination,
            final int lane,
            final long offset,
            final int expirySec,
            final long tagsCode,
            final int bits,
            final long dueEpochMs) {
        if (dueEpochMs != 0) {
            timers.hourOf(dueEpochMs)
                    .add(offset, position, sizeBytes, expirySec, tagsCode, bits, dueEpochMs, lane, destination);
            return;
        }
        final DestinationState to = registry.destination(destination);
        if (to != null) {
            final Lane in = registry.laneForWrite(to, lane);
            arrivals.enter(in, offset, position, sizeBytes, expirySec, tagsCode, bits);
            keys.committedLater(in, position, sizeBytes, recordPosition);
            to.messagesIn++;
        }
    }

    private void held(final long ledger, final long first, final long last) {
        final LaneLedger under = registry.ledger(ledger);
        if (under != null) {
            under.ledger.hold(first, last);
        }
    }

    private void giveBack(final @Nullable Transaction aborted) {
        if (aborted == null) {
            return;
        }
        for (int i = 0; i < aborted.acks().ledgers(); i++) {
            final LaneLedger under = registry.ledger(aborted.acks().ledger(i));
            if (under != null) {
                aborted.acks().ranges(i).forEach((first, last) -> giveBack(under, first, last));
            }
        }
    }

    private void giveBack(final LaneLedger under, final long first, final long last) {
        final RangeSet back = under.ledger.giveBack(first, last);
        if (dispatcher != null && settlement != null) {
            settlement.givenBack(under, back);
            dispatcher.wake(under.subscription);
        }
    }

    /** Only in replay: live, a move waits until its copy is durable, see {@link Moves}. */
    @Override
    public void moved(
            final int keeper, final long key, final long offset, final long from, final int at, final int recordBytes) {
        largeMessages.moved(from, recordPosition + at);
        for (final Retained each : keepers) {
            if (each.number() == keeper) {
                each.movedAgain(key, offset, from, recordPosition + at);
                return;
            }
        }
        throw new IllegalStateException("the control record at log position " + recordPosition
                + " moves a message of the unknown keeper " + keeper + ": it was written by another release");
    }
}
