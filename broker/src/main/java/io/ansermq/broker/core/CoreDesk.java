package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.broker.ledger.Settings;
import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.store.commitlog.CommitLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a {@link CoreGuest} may see and do. Owned by the core agent: nothing here may be called by another thread. */
public final class CoreDesk {

    /** What the broker itself asks for, as a client would. */
    record Own(
            ClientLink from, ControlHeader header, @Nullable ByteBuf records) {}

    private final Registry registry;
    private final CatalogWriter catalog;
    private final Facts facts;
    private final Outgoing outgoing;
    private final CommitLog log;
    private final StoredTimes storedTimes;
    private final Dispatcher dispatcher;
    private final MessageKeys keys;
    private final TxTable transactions;
    private final Replacements replacements;
    private final Timers timers;
    private final ArrayDeque<Own> own = new ArrayDeque<>();
    private @Nullable StatusReport status;

    CoreDesk(
            final Registry registry,
            final CatalogWriter catalog,
            final Facts facts,
            final Outgoing outgoing,
            final CommitLog log,
            final Dispatcher dispatcher,
            final MessageKeys keys,
            final TxTable transactions,
            final Timers timers,
            final Replacements replacements) {
        this.registry = registry;
        this.catalog = catalog;
        this.facts = facts;
        this.outgoing = outgoing;
        this.log = log;
        this.storedTimes = new StoredTimes(log);
        this.dispatcher = dispatcher;
        this.keys = keys;
        this.transactions = transactions;
        this.replacements = replacements;
        this.timers = timers;
    }

    /** Who knows how the broker is; once, when the broker is put together. */
    void report(final StatusReport report) {
        status = report;
    }

    /** How the broker is, without its destinations. */
    public BrokerFigures figures() {
        return Objects.requireNonNull(status).figures(0);
    }

    /** All destinations, oldest first. */
    public List<DestinationState> destinations() {
        return registry.destinations();
    }

    /** The destination with this topic text, or null. */
    public @Nullable DestinationState destination(final String topic) {
        return registry.destinationOfTopic(topic);
    }

    /**
     * Makes sure that there is a destination with this topic text. It is there when everything written so far is stored,
     * see {@link #whenStored}.
     *
     * @return why that cannot be; null when it can
     */
    public @Nullable String createTopic(final String topic) {
        return create(registry.catalog().decideTopicText(topic, MessageLayout.LANES, LaneOrder.PRIORITY));
    }

    /**
     * As {@link #createTopic(String)}, with so many queues, none of which comes before another; one that was made like
     * this with fewer queues gets more.
     */
    public @Nullable String createTopic(final String topic, final int queues) {
        final Catalog.Decision decision = registry.catalog().decideTopicText(topic, queues, LaneOrder.FAIR);
        if (decision instanceof Catalog.Known known) {
            final CatalogRecord.Destination larger = Catalog.withMoreLanes(known.destination(), queues);
            if (larger != null) {
                catalog.change(() -> List.of(larger));
            }
        }
        return create(decision);
    }

    private @Nullable String create(final Catalog.Decision decision) {
        if (decision instanceof Catalog.Refused refused) {
            return refused.text();
        }
        if (decision instanceof Catalog.Create create) {
            registry.admit(create);
            catalog.create(create);
        }
        return null;
    }

    /** Finds or makes a queue that is shared, see {@link Catalog#decideSharedQueue}; changes nothing yet. */
    public Catalog.Decision decideSharedQueue(final String name, final int streams) {
        return registry.catalog().decideSharedQueue(name, streams);
    }

    /** Has what was decided recorded; it is there when everything written so far is stored. */
    public void create(final Catalog.Create creation) {
        create((Catalog.Decision) creation);
    }

    /** Why a destination cannot be deleted now; null when it was decided, and is gone when everything so far is stored. */
    public @Nullable String delete(final DestinationState destination) {
        if (registry.isConsumed(destination)) {
            return "'" + destination.name + "' has consumers: close them first";
        }
        registry.admitGone(destination);
        catalog.change(() -> List.of(new CatalogRecord.DestinationGone(destination.id, destination.topic)));
        return null;
    }

    /** The destination of this number, or null. */
    public @Nullable DestinationState destination(final int id) {
        return registry.destination(id);
    }

    /** Ends the destination with this topic text, with all its messages; false when there is none. */
    public boolean deleteTopic(final String topic) {
        final DestinationState state = registry.destinationOfTopic(topic);
        final CatalogRecord.Destination known =
                state == null ? null : registry.catalog().destination(state.id);
        if (known == null) {
            return false;
        }
        registry.catalog().admitGone(known);
        catalog.change(() -> List.of(new CatalogRecord.DestinationGone(known.id(), known.topic())));
        return true;
    }

    /**
     * Visits the log positions of messages that may have this key or unique id, newest first; the caller looks at the
     * messages, which may be gone.
     */
    public void findKey(
            final String topic,
            final String key,
            final long beginEpochMs,
            final long endEpochMs,
            final LongConsumer positions) {
        final DestinationState destination = registry.destinationOfTopic(topic);
        if (destination != null) {
            keys.find(destination, key, beginEpochMs, endEpochMs, positions);
        }
    }

    /** A lane of a destination, made when it is not there yet. */
    public Lane lane(final DestinationState destination, final int number) {
        return registry.laneForWrite(destination, number);
    }

    /** Whether a message of a lane is to be seen by anyone: it has not expired, is not void and not damaged. */
    public boolean isVisible(final Lane lane, final long offset) {
        return !dispatcher.isOver(lane.index, offset, lane.index.position(offset));
    }

    /** The settings; changed by {@link #set} alone. */
    public Settings settings() {
        return facts.settings();
    }

    /** Sets a value for good; an empty one removes it. Visible when it is stored. */
    public void set(final String name, final String value) {
        facts.set(name, value);
    }

    /** The offsets of consumer groups. */
    public GroupOffsets offsets() {
        return facts.offsets();
    }

    /** Has the offsets that were told written to the log in this turn. */
    public void writeOffsets() {
        facts.writeOffsets();
    }

    /** Runs an action on core once everything that was asked for so far is stored and visible. */
    public void whenStored(final Runnable action) {
        facts.whenStored(() -> GuardedGuest.run("what was to be done once a change is stored", action));
    }

    /**
     * Where the message stands that waits under this number, which its sender was told as its offset, for this delivery
     * time; -1 when none does (any more).
     */
    public long delayedAt(final long dueEpochMs, final long number) {
        return timers.positionOf(dueEpochMs, number);
    }

    /** Hands out the messages that wait for their time to come to one destination. */
    public void forEachDelayed(final DestinationState destination, final DelayedVisitor visitor) {
        timers.forEachWaiting(destination.id, visitor);
    }

    /** Whether a message of a lane waits for somebody, or may yet, and nobody has it. */
    public boolean isWaiting(final Lane lane, final long offset) {
        return replacements.isWaiting(lane, offset);
    }

    /**
     * Puts a copy in the place of a message of a lane that {@link #isWaiting}; after a crash there is one of the two.
     *
     * @param copy see {@link #copy}; its reference is taken over
     * @param done is told null when that is stored, else why it cannot be
     */
    public void replace(
            final DestinationState destination,
            final ByteBuf copy,
            final Lane lane,
            final long offset,
            final Consumer<@Nullable Failure> done) {
        replacements.inLane(destination, copy, lane, offset, guarded(done));
    }

    /** The same for a message that {@link #forEachDelayed} told of. */
    public void replaceDelayed(
            final DestinationState destination,
            final ByteBuf copy,
            final long dueEpochMs,
            final long number,
            final Consumer<@Nullable Failure> done) {
        replacements.delayed(destination, copy, dueEpochMs, number, guarded(done));
    }

    private static Consumer<@Nullable Failure> guarded(final Consumer<@Nullable Failure> done) {
        return refusal -> GuardedGuest.run("telling what became of an update", () -> done.accept(refusal));
    }

    /** Takes a message that waits for its time out for good: it is never delivered. False when it is too late; stored as {@link #set} is. */
    public boolean cancelDelayed(final long dueEpochMs, final long number) {
        final boolean waits = timers.cancel(dueEpochMs, number);
        if (waits) {
            facts.cancelled(Timers.ledgerOf(dueEpochMs), number);
        }
        return waits;
    }

    /** This client is about to be told something: has it flushed at the end of the turn. */
    public void touch(final ClientLink link) {
        outgoing.touch(link);
    }

    /** Whether the connection is gone. */
    public boolean isGone(final ClientLink link) {
        return link.gone;
    }

    /** Sends records as if {@code from} had sent them; takes over the reference of {@code records}. */
    public void send(final ClientLink from, final Send send, final ByteBuf records) {
        own.add(new Own(from, send, records));
    }

    /** Asks for something as if {@code from} had asked for it, in the next turn; without an answer. */
    public void request(final ClientLink from, final ControlHeader header) {
        own.add(new Own(from, header, null));
    }

    /** The same for what comes with records, whose reference is taken over. */
    public void request(final ClientLink from, final ControlHeader header, final @Nullable ByteBuf records) {
        own.add(new Own(from, header, records));
    }

    /** All transactions that have not ended. */
    public Collection<Transaction> transactions() {
        return transactions.all();
    }

    /**
     * A copy of a message for another destination, ready to be sent by the broker itself: the same body and history.
     *
     * @param position where the original stands in the log
     * @param lane where the copy is to go
     * @param properties changes its properties; null leaves them as they are
     * @return null when the original cannot be read
     */
    public @Nullable ByteBuf copy(
            final long position,
            final int size,
            final DestinationState to,
            final int lane,
            final @Nullable UnaryOperator<Map<String, String>> properties) {
        final ByteBuffer original = ByteBuffer.allocate(size);
        if (!log.isIntact(position, size) || !log.read(position, size, original, 0)) {
            return null;
        }
        final byte[] own = new byte[MessageLayout.propertiesLength(original, 0)];
        original.get(MessageLayout.propertiesOffset(original, 0), own);
        final byte[] changed =
                properties == null ? own : text(properties.apply(MessageProperties.toMap(own, 0, own.length)));
        final byte[] topic = to.topic.getBytes(StandardCharsets.UTF_8);
        final ByteBuffer copy = ByteBuffer.allocate(RecordCopy.sizeOf(original, topic, changed));
        RecordCopy.write(original, copy, topic, changed, lane, 0, 0, 0);
        final ByteBuf record = Unpooled.wrappedBuffer(copy);
        final int at = MessageLayout.propertiesOffset(copy, 0);
        SendPrefix.note(
                record,
                0,
                MessageProperties.hasGroup(copy, at, changed.length)
                        ? MessageProperties.groupedCode(copy, at, changed.length)
                        : MessageProperties.tagsCode(copy, at, changed.length),
                Expiry.lastSecond(copy, at, changed.length),
                DeliveryTime.epochMs(copy, at, changed.length));
        return record;
    }

    private static byte[] text(final Map<String, String> properties) {
        final MessageProperties.Builder text = new MessageProperties.Builder();
        properties.forEach(text::put);
        return text.toBytes();
    }

    /** Reads a part of a record into {@code to} from its index 0 on; false when it is no longer there, or damaged. */
    public boolean read(final long position, final int length, final ByteBuffer to) {
        return log.isIntact(position, length) && log.read(position, length, to, 0);
    }

    /** When messages were stored. */
    public StoredTimes storedTimes() {
        return storedTimes;
    }

    /** The position of the oldest byte that the log has. */
    public long logStart() {
        return log.start();
    }

    /** The position up to which the log is committed. */
    public long logEnd() {
        return log.watermarks().committed();
    }

    @Nullable
    Own nextOwn() {
        return own.poll();
    }

    boolean hasOwn() {
        return !own.isEmpty();
    }

    /** Gives back what was not sent; at the end of the broker's life. */
    void drop() {
        for (Own next = own.poll(); next != null; next = own.poll()) {
            if (next.records() != null) {
                next.records().release();
            }
        }
    }
}
