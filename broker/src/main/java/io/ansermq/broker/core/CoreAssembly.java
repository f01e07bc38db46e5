package io.ansermq.broker.core;

import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.broker.ledger.Settings;
import io.ansermq.broker.ledger.Subscription;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.remoting.security.SystemRandom;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.Files;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.index.KeyIndex;
import io.ansermq.store.index.QueueIndex;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the core agent together from an opened log: loads the newest image, replays the log behind it, and wires the parts.
 * Used once, by the thread that starts the broker.
 */
public final class CoreAssembly implements Closeable {

    private final CommitLog log;
    private final Inbox inbox;
    private final Connections connections = new Connections();
    private final LongSupplier epochMs;
    private final CoreSettings settings;
    private final StoreOptions options;
    private final TopicTable topics = new TopicTable();
    private final QueueIndex index;
    private final KeyIndex keyIndex;
    private final MessageKeys keys;
    private final Registry registry;
    private final Timers timers;
    private final Arrivals arrivals = new Arrivals();
    private final Forwarding forwarding;
    private final UnreadableDeliveries unreadable;
    private final Files files;
    private final Path directory;
    private final LargeParts largeParts;
    private final LargeMessages largeMessages;
    private final Producers producers;
    private final Runs runs = new Runs();
    private final Settings values = new Settings();
    private final GroupOffsets offsets = new GroupOffsets();
    private final TxTable txTable = new TxTable();
    private final Waits waits;
    private final Moves moves;
    private final WantedMessages wanted;
    private final List<Retained> keepers;
    private final ControlFold fold;
    private final Images images;

    private final Effects effects = new Effects();
    private final Outgoing outgoing = new Outgoing();
    private final SequencedPosition last = new SequencedPosition();

    /** The level of the records that are not messages. */
    private final FlushLevel controlLevel;

    private @Nullable FiguresDesk figures;

    /** @param directory the data directory of the log, for its indexes */
    public CoreAssembly(
            final CommitLog log,
            final Files files,
            final Path directory,
            final StoreOptions options,
            final Inbox inbox,
            final LongSupplier epochMs,
            final CoreSettings settings) {
        this.log = log;
        this.inbox = inbox;
        this.epochMs = epochMs;
        this.producers = new Producers(epochMs);
        this.settings = settings;
        this.options = options;
        final ImageReader image = log.image();
        index = QueueIndex.open(files, directory, options, image, log.background());
        keyIndex = KeyIndex.open(files, directory, options, image, log.background());
        keys = new MessageKeys(keyIndex, log);
        registry = new Registry(index, topics, settings.destinations());
        timers = new Timers(index, registry);
        this.files = files;
        this.directory = directory;
        unreadable = new UnreadableDeliveries(inbox);
        forwarding = new Forwarding(2 * settings.unreadMs());
        largeParts = new LargeParts(log, forwarding);
        largeMessages = new LargeMessages(largeParts);
        waits = new Waits(registry);
        moves = new Moves(largeMessages);
        wanted = new WantedMessages(registry, forwarding);
        keepers = List.of(wanted, timers, new KeptTransactions(txTable), largeParts);
        controlLevel = settings.destinations().flush("");
        fold = new ControlFold(
                registry,
                timers,
                arrivals,
                txTable,
                values,
                offsets,
                log,
                keepers,
                largeMessages,
                producers,
                waits,
                runs,
                keys);
        images = new Images(
                log,
                registry,
                index,
                keys,
                timers,
                fold,
                txTable,
                values,
                offsets,
                moves,
                largeMessages,
                producers,
                waits,
                settings.imageIntervalMs());
    }

    /** The topic texts of destinations, for network threads. */
    public TopicTable topics() {
        return topics;
    }

    /** Where network threads report deliveries that they cannot make. */
    public UnreadableDeliveries unreadable() {
        return unreadable;
    }

    /** Where messages went that were moved while they were delivered, for network threads. */
    public Forwarding forwarding() {
        return forwarding;
    }

    /** Where the broker's figures can be asked for, once it is recovered. */
    public FiguresDesk figures() {
        return Objects.requireNonNull(figures, "the core agent is not recovered yet");
    }

    /**
     * Recovers the state and returns the agent that goes on from it.
     *
     * @throws StoreException when the log is damaged where it must not be
     */
    public Core recover() {
        return recover(CoreGuest.NOBODY);
    }

    /** The same with a guest, who moves in when the state is recovered. */
    public Core recover(final CoreGuest newcomer) {
        restore();
        final CatalogWriter catalog = new CatalogWriter(log.writer(), effects, last, controlLevel);
        heal(catalog);
        final DeadLetters deadLetters = new DeadLetters(log, effects, last, registry, catalog, largeMessages);
        final Redelivery redelivery = new Redelivery(deadLetters, waits);
        final Settlement settlement =
                new Settlement(log.writer(), effects, last, catalog, redelivery, waits, controlLevel);
        final Expirations expirations = new Expirations(log, settlement, deadLetters);
        for (final Lane lane : registry.lanes()) {
            expirations.unknown(lane);
        }
        final SetAside setAside = new SetAside(registry, settlement, log, files, directory);
        final Dispatcher dispatcher = new Dispatcher(
                settlement,
                expirations,
                deadLetters,
                outgoing,
                new MessageReader(log, setAside),
                log.writer().end());
        fold.attach(dispatcher, settlement, expirations);
        final Facts facts = new Facts(log.writer(), effects, last, controlLevel, values, offsets);
        final Temporaries temporaries =
                new Temporaries(registry, facts, Integer.toHexString(SystemRandom.INSTANCE.nextInt() | 1 << 31));
        unreadable.attach(setAside, dispatcher);
        final Cleaner cleaner = cleaner(setAside);
        final Retention retention = new Retention(log, registry, keys, keepers, cleaner, largeMessages);
        final DiskGate gate = gate(retention);
        final StatusReport status = new StatusReport(
                settings.brokerName(),
                registry,
                temporaries,
                timers,
                deadLetters,
                log,
                gate,
                cleaner,
                setAside,
                dispatcher);
        figures = new FiguresDesk(inbox, status);
        final DeadLetterDesk letters =
                new DeadLetterDesk(registry, log, settlement, deadLetters, expirations, outgoing);
        final Paused paused = new Paused(registry, facts, dispatcher);
        paused.recover();
        final Requests requests = new Requests(
                letters,
                connections,
                paused,
                registry,
                catalog,
                settlement,
                temporaries,
                dispatcher,
                outgoing,
                status,
                producers,
                runs,
                txTable,
                settings.autoCreate());
        final Sequencer sequencer = new Sequencer(
                log.writer(), effects, registry, timers, settings.storeHost(), last, largeMessages, producers);
        final Replacements replacements =
                new Replacements(log.writer(), effects, last, sequencer, timers, dispatcher, gate);
        final CoreDesk desk =
                new CoreDesk(registry, catalog, facts, outgoing, log, dispatcher, keys, txTable, timers, replacements);
        newcomer.attach(desk);
        final CoreGuest guest = new GuardedGuest(newcomer);
        registry.attach(guest);
        final AdminDesk admin = new AdminDesk(
                registry,
                catalog,
                facts,
                settlement,
                outgoing,
                connections,
                new StoredTimes(log),
                letters,
                paused,
                guest);
        final Transactions transactions = new Transactions(
                txTable,
                new TransactionWriter(
                        log.writer(), effects, registry, timers, sequencer, last, options.maxRecordBytes()),
                effects,
                registry,
                settlement,
                requests,
                dispatcher,
                outgoing,
                last,
                controlLevel,
                options.maxRecordBytes() / TransactionWriter.SEND_BYTES,
                gate);
        desk.report(status);
        return new Core(
                log,
                inbox,
                epochMs,
                effects,
                sequencer,
                replacements,
                transactions,
                new Parts(log.writer(), effects, last, largeMessages, largeParts, outgoing, settings.maxBodyBytes()),
                largeMessages,
                settlement,
                new Applier(effects, fold, arrivals, keys, outgoing),
                timers,
                new Misfits(deadLetters, waits, expirations),
                last,
                dispatcher,
                outgoing,
                requests,
                admin,
                connections,
                new Upkeep(log, index, gate, images, retention, cleaner, moves, forwarding, facts),
                gate,
                facts,
                desk,
                producers,
                guest,
                this);
    }

    /** The state as it is in the newest image and the records behind it. */
    private void restore() {
        final ImageReader image = log.image();
        if (image != null) {
            images.load(image);
        }
        log.replay(new Replay());
        runs.began(log.epoch(), log.writer().end());
        registry.recovered();
        timers.recovered();
        wanted.recovered(log.writer().end());
    }

    private Cleaner cleaner(final SetAside setAside) {
        return new Cleaner(log, keepers, largeMessages, largeParts, moves, inbox::wake, settings.cleaner(), setAside);
    }

    private DiskGate gate(final Retention retention) {
        return new DiskGate(log, new DiskWatch(log), settings.disk(), retention, txTable);
    }

    /** Has core look whether consumers may still consume what they do; thread safe. */
    public void accessChanged() {
        final boolean asked = inbox.offer(nowEpochMs -> connections.checkConsumers());
        if (!asked) {
            inbox.whenRoom(this::accessChanged);
        }
    }

    /** Gives queues what the log of an earlier release may have lost of them. */
    private void heal(final CatalogWriter catalog) {
        for (final DestinationState queue : registry.incompleteQueues()) {
            final Subscription missing = registry.missingSubscription(queue);
            registry.apply(missing.toRecord(), log.writer().position());
            catalog.change(() -> List.of(missing.toRecord()));
        }
    }

    /** Closes the log and its indexes. */
    @Override
    public void close() {
        try (log;
                index;
                keyIndex) {
            // log.close() comes last: it forces what the index was derived from
        }
    }

    /** Folds the records behind the image into the registry. */
    private final class Replay implements RecordVisitor {
        private byte[] topic = new byte[128];

        @Override
        public void message(final long position, final int size, final ByteBuffer record) {
            final int at = record.position();
            largeMessages.record(record, at, position);
            if ((record.getInt(at + MessageLayout.SYS_FLAG) & MessageLayout.SYS_FLAG_DELAYED) == 0) {
                producers.fold(record.getLong(at
                        + MessageLayout.PREPARED_POSITION
                        + MessageLayout.extraHostBytes(record.getInt(at + MessageLayout.SYS_FLAG))));
            }
            final DestinationState destination = registry.destinationOf(topicOf(record, at), position);
            if (destination == null) {
                return;
            }
            final int properties = MessageLayout.propertiesOffset(record, at);
            final int length = MessageLayout.propertiesLength(record, at);
            final int sysFlag = record.getInt(at + MessageLayout.SYS_FLAG);
            if ((sysFlag & MessageLayout.SYS_FLAG_TRANSACTION_MASK) == MessageLayout.SYS_FLAG_TRANSACTION_PREPARED) {
                // Its transaction's records say what becomes of it.
                return;
            }
            final int expirySec = Expiry.lastSecond(record, properties, length);
            final int bits = EntryBits.of(sysFlag);
            final long tagsCode = (bits & EntryBits.GROUPED) == 0
                    ? MessageProperties.tagsCode(record, properties, length)
                    : MessageProperties.groupedCode(record, properties, length);
            final int lane = record.getInt(at + MessageLayout.QUEUE_ID);
            final long offset = record.getLong(at + MessageLayout.QUEUE_OFFSET);
            if ((sysFlag & MessageLayout.SYS_FLAG_DELAYED) == 0) {
                final Lane to = registry.laneForWrite(destination, lane);
                arrivals.enter(to, offset, position, size, expirySec, tagsCode, bits);
                keys.add(to, position, record, at, position);
            } else {
                final long dueEpochMs =
                        record.getLong(at + MessageLayout.PREPARED_POSITION + MessageLayout.extraHostBytes(sysFlag));
                timers.hourOf(dueEpochMs)
                        .add(offset, position, size, expirySec, tagsCode, bits, dueEpochMs, lane, destination.id);
            }
        }

        private String topicOf(final ByteBuffer record, final int at) {
            final int length = MessageLayout.topicLength(record, at);
            if (topic.length < length) {
                topic = new byte[length];
            }
            record.get(MessageLayout.topicOffset(record, at), topic, 0, length);
            return new String(topic, 0, length, StandardCharsets.UTF_8);
        }

        /** A salvaged log: offsets are missing from here on, and what stands for them is never delivered. */
        @Override
        public void lost(final long position, final long end) {
            index.fillGaps(EntryBits.DAMAGED);
        }

        @Override
        public void control(final long position, final ByteBuffer record) {
            fold.fold(position, record);
        }
    }
}
