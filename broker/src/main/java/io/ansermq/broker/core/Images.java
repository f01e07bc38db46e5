package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.LedgerImage;
import io.ansermq.broker.ledger.Settings;
import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TransactionAcks;
import io.ansermq.broker.ledger.TransactionSends;
import io.ansermq.broker.ledger.TransactionSnapshot;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.protocol.TransactionRecord;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.image.EntryTypes;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import io.ansermq.store.index.QueueIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Saves the state from time to time, so that a restart reads little of the log, and loads it. Owned by the core agent.
 *
 * <p>An image is filled a slice per turn of core, so that no turn is long. It may mix older and newer entries: every
 * record may be folded twice, and replay begins at the position the image began with.
 */
final class Images {

    private static final int CATALOG_ENTRY = EntryTypes.FIRST_FREE;
    private static final int LEDGER_ENTRY = EntryTypes.FIRST_FREE + 1;

    private static final int TIMERS_ENTRY = EntryTypes.FIRST_FREE + 2;
    private static final int TRANSACTION_ENTRY = EntryTypes.FIRST_FREE + 3;
    private static final int ROCKETMQ_ENTRY = EntryTypes.FIRST_FREE + 4;
    private static final int LARGE_MESSAGE_ENTRY = EntryTypes.FIRST_FREE + 5;
    private static final int PRODUCER_ENTRY = EntryTypes.FIRST_FREE + 6;
    private static final int WAIT_ENTRY = EntryTypes.FIRST_FREE + 11;
    private static final byte SETTING_PART = 1;
    private static final byte OFFSETS_PART = 2;

    private static final int SLICE = 256;
    private static final int CATALOG_BYTES = 64 * 1024;
    /** Log bytes after which an image is due even before the interval has passed. */
    private static final long DUE_BYTES = 1L << 30;

    /** How often the state is saved when segments wait for it. */
    private static final long HURRY_NS = 500_000_000L;

    private enum Phase {
        IDLE,
        CATALOG,
        TRANSACTIONS,
        LEDGERS,
        TIMERS,
        QUEUES,
        PUBLISHING
    }

    private final CommitLog log;
    private final Registry registry;
    private final QueueIndex index;
    private final MessageKeys keys;
    private final Timers timers;
    private final ControlFold fold;
    private final TxTable transactions;
    private final Settings settings;
    private final GroupOffsets offsets;
    private final Moves moves;
    private final LargeMessages largeMessages;
    private final Producers producers;
    private final Waits waits;
    private final long intervalNs;

    private Phase phase = Phase.IDLE;
    private @Nullable ImageWriter image;
    private QueueIndex.@Nullable Snapshot queues;
    private Catalog.@Nullable Snapshot catalog;
    private @Nullable TransactionSnapshot transactionWalk;
    private List<LaneLedger> ledgers = List.of();
    private List<TimerHour> hours = List.of();
    private ByteBuffer buffer = ByteBuffer.allocate(CATALOG_BYTES);
    private int next;
    private long lastNs;
    private long lastPosition;
    private boolean timed;
    private boolean waitsForMoves;
    private boolean hurry;

    Images(
            final CommitLog log,
            final Registry registry,
            final QueueIndex index,
            final MessageKeys keys,
            final Timers timers,
            final ControlFold fold,
            final TxTable transactions,
            final Settings settings,
            final GroupOffsets offsets,
            final Moves moves,
            final LargeMessages largeMessages,
            final Producers producers,
            final Waits waits,
            final long intervalMs) {
        this.log = log;
        this.registry = registry;
        this.index = index;
        this.keys = keys;
        this.timers = timers;
        this.fold = fold;
        this.transactions = transactions;
        this.settings = settings;
        this.offsets = offsets;
        this.moves = moves;
        this.largeMessages = largeMessages;
        this.producers = producers;
        this.waits = waits;
        this.intervalNs = intervalMs * 1_000_000L;
    }

    /** Takes in what an image holds. */
    void load(final ImageReader from) {
        from.forEach((type, payload) -> {
            if (type == CATALOG_ENTRY) {
                registry.catalog().load(payload);
            } else if (type == ROCKETMQ_ENTRY) {
                loadFacts(payload);
            } else if (type == LARGE_MESSAGE_ENTRY) {
                largeMessages.load(payload);
            } else if (type == PRODUCER_ENTRY) {
                producers.load(payload);
            } else if (type == WAIT_ENTRY) {
                waits.load(payload);
            }
        });
        registry.showAll();
        registry.openLanes();
        from.forEach((type, payload) -> {
            if (type == LEDGER_ENTRY) {
                // One that is unknown belongs to a subscription that was created later than the image began: replay has
                // it.
                registry.restore(LedgerImage.decode(payload));
            } else if (type == TIMERS_ENTRY) {
                final Ledger done = LedgerImage.decode(payload);
                timers.restore(done, payload.getLong());
            }
        });
        from.forEach((type, payload) -> {
            if (type == TRANSACTION_ENTRY) {
                fold.fold(from.position(), payload);
            }
        });
        lastPosition = from.position();
    }

    private void loadFacts(final ByteBuffer payload) {
        final byte part = payload.get();
        switch (part) {
            case SETTING_PART -> settings.load(payload);
            case OFFSETS_PART -> offsets.load(payload);
            default ->
                throw new IllegalArgumentException("the state image has a part " + part
                        + " that this version does not know: start the version that wrote it");
        }
    }

    boolean isBusy() {
        return phase != Phase.IDLE && phase != Phase.PUBLISHING;
    }

    /** Segments wait for newer images while the disk fills up: saves the state more often. */
    void hurry(final boolean now) {
        hurry = now;
    }

    /** Whether an image is due as soon as no move is under way: no more of them should begin. */
    boolean waitsForMoves() {
        return waitsForMoves;
    }

    /** One slice of work; returns 0 when nothing is due. */
    int doWork(final long nowNs, final long appliedPosition) {
        switch (phase) {
            case IDLE -> {
                return begin(nowNs, appliedPosition);
            }
            case CATALOG -> addCatalog();
            case TRANSACTIONS -> addTransactions();
            case LEDGERS -> addLedgers();
            case TIMERS -> addTimers();
            case QUEUES -> addQueues();
            case PUBLISHING -> {
                if (!current().isDone()) {
                    return 0;
                }
                phase = Phase.IDLE;
            }
        }
        return 1;
    }

    private int begin(final long nowNs, final long appliedPosition) {
        if (!timed) {
            timed = true;
            lastNs = nowNs;
        }
        final long grown = appliedPosition - lastPosition;
        waitsForMoves = false;
        final long waitNs = hurry ? Math.min(intervalNs, HURRY_NS) : intervalNs;
        if (grown <= 0 || (nowNs - lastNs < waitNs && grown < DUE_BYTES)) {
            return 0;
        }
        if (!moves.isEmpty()) {
            waitsForMoves = true;
            return 0;
        }
        lastNs = nowNs;
        lastPosition = appliedPosition;
        image = log.beginImage(appliedPosition);
        catalog = registry.catalog().snapshot();
        phase = Phase.CATALOG;
        return 1;
    }

    private ImageWriter current() {
        return Objects.requireNonNull(image);
    }

    private void addCatalog() {
        final Catalog.Snapshot walk = Objects.requireNonNull(catalog);
        if (buffer.capacity() < walk.neededBytes()) {
            buffer = ByteBuffer.allocate(walk.neededBytes());
        }
        buffer.clear();
        final boolean more = walk.addTo(buffer);
        current().add(CATALOG_ENTRY, buffer.flip());
        if (!more) {
            catalog = null;
            ledgers = new ArrayList<>();
            registry.keptLedgers().forEach(ledgers::add);
            addFacts();
            transactionWalk = transactions.snapshot();
            largeMessages.entries().forEach(entry -> current().add(LARGE_MESSAGE_ENTRY, entry));
            producers.entries().forEach(entry -> current().add(PRODUCER_ENTRY, entry));
            waits.entries().forEach(entry -> current().add(WAIT_ENTRY, entry));
            next = 0;
            phase = Phase.TRANSACTIONS;
        }
    }

    private void addTransactions() {
        if (!Objects.requireNonNull(transactionWalk).addTo(new TransactionEntries(), SLICE)) {
            transactionWalk = null;
            phase = Phase.LEDGERS;
        }
    }

    /** Settings and group offsets; few and short next to the ledgers. */
    private void addFacts() {
        for (final String name : settings.names()) {
            addFact(SETTING_PART, settings.encode(name));
        }
        for (final GroupOffsets.Key key : offsets.keys()) {
            addFact(OFFSETS_PART, offsets.encode(key));
        }
    }

    private void addFact(final byte part, final byte[] content) {
        current()
                .add(
                        ROCKETMQ_ENTRY,
                        ByteBuffer.allocate(1 + content.length)
                                .put(part)
                                .put(content)
                                .flip());
    }

    private void addLedgers() {
        final int end = Math.min(ledgers.size(), next + SLICE);
        for (; next < end; next++) {
            add(LEDGER_ENTRY, ledgers.get(next).ledger);
        }
        if (next == ledgers.size()) {
            ledgers = List.of();
            hours = List.copyOf(timers.hours());
            next = 0;
            phase = Phase.TIMERS;
        }
    }

    private void add(final int type, final Ledger ledger) {
        encode(ledger, 0);
        current().add(type, buffer.flip());
    }

    /** Puts a ledger into the buffer, with room for more behind it. */
    private void encode(final Ledger ledger, final int moreBytes) {
        final int length = LedgerImage.sizeOf(ledger) + moreBytes;
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocate(length);
        }
        buffer.clear();
        LedgerImage.encode(ledger, buffer);
    }

    private void addTimers() {
        final int end = Math.min(hours.size(), next + SLICE);
        for (; next < end; next++) {
            final TimerHour hour = hours.get(next);
            encode(hour.ledger(), Long.BYTES);
            current().add(TIMERS_ENTRY, buffer.putLong(hour.lowest()).flip());
        }
        if (next == hours.size()) {
            hours = List.of();
            keys.snapshot(current());
            queues = index.snapshot(current());
            phase = Phase.QUEUES;
        }
    }

    private void addQueues() {
        if (Objects.requireNonNull(queues).advance(SLICE)) {
            queues = null;
            current().finish();
            phase = Phase.PUBLISHING;
        }
    }

    /**
     * Writes transactions as the records that would bring them back. What is heuristically completed has no contents any
     * more, and what is over only a name.
     */
    private final class TransactionEntries implements TransactionSnapshot.Sink {
        private static final TransactionSends NO_SENDS = new TransactionSends();
        private static final TransactionAcks NO_ACKS = new TransactionAcks();

        @Override
        public void transaction(final int kind, final Transaction transaction) {
            if (kind == ControlRecord.TX_ABORT) {
                end(kind, transaction.id(), transaction.sinceEpochMs(), TransactionRecord.FLAG_HEURISTIC);
                return;
            }
            final boolean prepared = kind == ControlRecord.TX_PREPARE;
            add(
                    kind,
                    transaction.id(),
                    transaction.sinceEpochMs(),
                    prepared ? 0 : TransactionRecord.FLAG_HEURISTIC,
                    prepared ? transaction.sends() : NO_SENDS,
                    prepared ? transaction.acks() : NO_ACKS);
        }

        @Override
        public void finished(final int kind, final TransactionId id) {
            if (kind == ControlRecord.TX_COMMIT) {
                add(kind, id, 0, 0, NO_SENDS, NO_ACKS);
            } else {
                end(kind, id, 0, 0);
            }
        }

        private void add(
                final int kind,
                final TransactionId id,
                final long epochMs,
                final int flags,
                final TransactionSends sends,
                final TransactionAcks acks) {
            final ByteBuffer entry = ByteBuffer.allocate(TransactionRecord.sizeOf(id, epochMs, flags, sends, acks));
            TransactionRecord.encode(entry, kind, id, epochMs, flags, sends, acks);
            current().add(TRANSACTION_ENTRY, entry.flip());
        }

        private void end(final int kind, final TransactionId id, final long epochMs, final int flags) {
            final ByteBuffer entry = ByteBuffer.allocate(TransactionRecord.sizeOf(id, epochMs, flags));
            TransactionRecord.encode(entry, kind, id, epochMs, flags);
            current().add(TRANSACTION_ENTRY, entry.flip());
        }
    }
}
