package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.broker.ledger.Subscription;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.FrameWriter;
import io.ansermq.store.commitlog.ReadOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves messages from one destination to another: to a dead letter queue, to an expiry queue, and back. Owned by the core
 * agent.
 *
 * <p>A message that is to be moved is held in its ledger, so nobody else gets it. The copy and the record that the original
 * is done stand in one frame: after a crash the message is in one of the two places, never in both and never in none.
 */
final class DeadLetters {

    /** Why a message is moved; the numbers stand in ACK records. */
    enum Reason {
        EXPIRED(2, "expired"),
        DELIVERIES(3, "deliveries"),
        RETRIED(4, "retried"),
        MOVED(5, "moved");

        final int number;
        final String text;

        Reason(final int number, final String text) {
            this.number = number;
            this.text = text;
        }
    }

    /** A message on its way. */
    private record Move(LaneLedger from, long offset, Reason reason, DestinationKind kind, String to, int deliveries)
            implements Step {}

    /** What is done when all before it is written. */
    private record Then(Runnable action) implements Step {}

    /** What waits, in order. */
    private sealed interface Step {}

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    /** Messages of one turn of core, and their bytes. */
    private static final int MOVES_PER_TURN = 64;

    private static final int BYTES_PER_TURN = 4 << 20;

    private final CommitLog log;
    private final FrameWriter writer;
    private final Effects effects;
    private final SequencedPosition last;
    private final Registry registry;
    private final CatalogWriter catalog;
    private final LargeMessages largeMessages;

    private final ArrayDeque<Step> moves = new ArrayDeque<>();
    private final RangeSet range = new RangeSet();
    private ByteBuffer record = ByteBuffer.allocate(64 << 10);
    private boolean blocked;
    private long expired;
    private long dead;

    DeadLetters(
            final CommitLog log,
            final Effects effects,
            final SequencedPosition last,
            final Registry registry,
            final CatalogWriter catalog,
            final LargeMessages largeMessages) {
        this.log = log;
        this.writer = log.writer();
        this.effects = effects;
        this.last = last;
        this.registry = registry;
        this.catalog = catalog;
        this.largeMessages = largeMessages;
    }

    /** Messages since the start whose time was over. */
    long expired() {
        return expired;
    }

    /** Messages since the start that were delivered too often. */
    long dead() {
        return dead;
    }

    /** How many are on their way. */
    int waiting() {
        return moves.size();
    }

    /** One more message has expired; whoever drops it says so. */
    void countExpired() {
        expired++;
    }

    /** Moves a message whose time is over to the expiry queue of its destination. */
    void expire(final LaneLedger from, final long offset) {
        expired++;
        move(from, offset, Reason.EXPIRED, DestinationKind.QUEUE, from.lane.destination.policy.expiryQueue());
    }

    /** Moves a message that was delivered too often to the dead letter queue of its destination. */
    void bury(final LaneLedger from, final long offset) {
        dead++;
        final DestinationState destination = from.lane.destination;
        LOG.info(
                "message {} of lane {} of {} '{}' was delivered {} times and never acknowledged: it goes to {}",
                offset,
                from.lane.number,
                destination.kind == DestinationKind.QUEUE ? "queue" : "topic",
                destination.name,
                from.ledger.deliveries(offset),
                destination.policy.deadLetterQueue().isEmpty()
                        ? "nowhere, as dead-letter-queue says"
                        : "queue '" + destination.policy.deadLetterQueue() + "'");
        move(from, offset, Reason.DELIVERIES, DestinationKind.QUEUE, destination.policy.deadLetterQueue());
    }

    /** Moves a message out of a dead letter queue to this destination. */
    void retry(final LaneLedger from, final long offset, final DestinationKind kind, final String to) {
        move(from, offset, Reason.RETRIED, kind, to);
    }

    /** Moves a message, as it is, to this destination. */
    void move(final LaneLedger from, final long offset, final DestinationKind kind, final String to) {
        move(from, offset, Reason.MOVED, kind, to);
    }

    /** Has an action run once all moves so far are in the log's open frame or before it. */
    void whenWritten(final Runnable action) {
        moves.add(new Then(action));
    }

    private void move(
            final LaneLedger from,
            final long offset,
            final Reason reason,
            final DestinationKind kind,
            final String to) {
        final int deliveries = from.ledger.deliveries(offset);
        from.ledger.hold(offset, offset);
        moves.add(new Move(from, offset, reason, kind, to, deliveries));
    }

    /** Whether a turn would find something to do. */
    boolean hasWork() {
        return !moves.isEmpty() && !blocked;
    }

    /** Writes some of the moves that wait into the open frame; returns how many. */
    int write(final long nowEpochMs) {
        blocked = false;
        int count = 0;
        int bytes = 0;
        while (!moves.isEmpty() && count < MOVES_PER_TURN && bytes < BYTES_PER_TURN) {
            final int written = take(moves.element(), nowEpochMs);
            if (written < 0) {
                blocked = true;
                return count;
            }
            moves.remove();
            count++;
            bytes += written;
        }
        return count;
    }

    /** Returns how many bytes were written; -1 when that must wait. */
    private int take(final Step step, final long nowEpochMs) {
        if (step instanceof Then then) {
            then.action().run();
            return 0;
        }
        final Move move = (Move) step;
        return move.to().isEmpty() ? drop(move) : move(move, nowEpochMs);
    }

    private int move(final Move move, final long nowEpochMs) {
        final Catalog.Decision decision = registry.catalog().decideDestination(move.kind(), move.to());
        if (decision instanceof Catalog.Create create) {
            registry.admit(create);
            catalog.create(create);
            return -1;
        }
        if (decision instanceof Catalog.Pending) {
            return -1;
        }
        final DestinationState to = decision instanceof Catalog.Known known
                ? registry.destination(known.destination().id())
                : null;
        if (to == null || !read(move)) {
            LOG.error(
                    "cannot move a message of '{}' to '{}': {}",
                    move.from().lane.destination.name,
                    move.to(),
                    decision instanceof Catalog.Refused refused ? refused.text() : "it cannot be read");
            move.from().ledger.giveBack(move.offset(), move.offset());
            return 0;
        }
        return copy(move, to, nowEpochMs);
    }

    private boolean read(final Move move) {
        final Lane lane = move.from().lane;
        final int size = lane.index.size(move.offset());
        if (record.capacity() < size) {
            record = ByteBuffer.allocate(size);
        }
        record.clear();
        return log.readIntact(lane.index.position(move.offset()), size, record, 0) == ReadOutcome.READ;
    }

    private int copy(final Move move, final DestinationState to, final long nowEpochMs) {
        final byte[] original = DeadLetterProperties.of(record);
        final byte[] properties =
                switch (move.reason()) {
                    case RETRIED -> DeadLetterProperties.back(original);
                    case MOVED -> original;
                    default -> DeadLetterProperties.aside(original, origin(move, nowEpochMs));
                };
        final byte[] topic = to.topic.getBytes(StandardCharsets.UTF_8);
        final int size = RecordCopy.sizeOf(record, topic, properties);
        final LaneLedger from = move.from();
        final boolean kept = from.subscription.kept;
        range.clear();
        range.range(move.offset(), move.offset());
        final int ackSize = kept ? ControlRecord.sizeOfAck(from.ledger.id(), range) : 0;
        if (!writer.together(size + ackSize) || !writer.reserve(size)) {
            return -1;
        }
        final Lane lane = registry.laneForWrite(to, to.laneFor(from.lane.number));
        final long position = writer.position();
        final long offset = lane.nextOffset++;
        RecordCopy.write(record, writer.slot(), topic, properties, lane.number, offset, position, nowEpochMs);
        largeMessages.record(record, 0, position);
        final boolean persistent = (record.getInt(MessageLayout.SYS_FLAG) & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0;
        writer.commit(persistent ? to.flush : FlushLevel.WRITTEN);
        final Effects.Effect message = effects.add(Effects.Kind.MESSAGE, position);
        message.tied = true;
        message.lane = lane;
        message.offset = offset;
        message.size = size;
        message.tagsCode = from.lane.index.tagsCode(move.offset());
        message.expirySec = Expiry.NEVER;
        message.bits = persistent ? 0 : EntryBits.NON_PERSISTENT;
        last.set(position);
        if (kept) {
            settled(move);
        } else {
            final Effects.Effect done = effects.add(Effects.Kind.ACTION, position);
            done.action = () -> from.ledger.done(move.offset(), move.offset());
        }
        return size + ackSize;
    }

    /** Forgets a message that has nowhere to go. */
    private int drop(final Move move) {
        final LaneLedger from = move.from();
        if (!from.subscription.kept) {
            from.ledger.done(move.offset(), move.offset());
            return 0;
        }
        range.clear();
        range.range(move.offset(), move.offset());
        return settled(move) ? 0 : -1;
    }

    private boolean settled(final Move move) {
        final long ledger = move.from().ledger.id();
        final int size = ControlRecord.sizeOfAck(ledger, range);
        if (!writer.reserve(size)) {
            return false;
        }
        final long position = writer.position();
        ControlRecord.encodeAck(writer.slot(), ledger, move.reason().number, range);
        writer.commit(FlushLevel.WRITTEN);
        effects.add(Effects.Kind.CONTROL, position).size = size;
        last.set(position);
        return true;
    }

    private static DeadLetterProperties.Origin origin(final Move move, final long nowEpochMs) {
        final SubscriptionState subscription = move.from().subscription;
        final DestinationState destination = subscription.destination;
        final boolean topic = destination.kind == DestinationKind.TOPIC;
        return new DeadLetterProperties.Origin(
                move.reason().text,
                (topic ? "topic://" : "queue://") + destination.name,
                destination.topic,
                topic ? nameOf(subscription) : "",
                nowEpochMs,
                move.deliveries());
    }

    private static String nameOf(final SubscriptionState subscription) {
        final Subscription definition = subscription.definition();
        return definition == null ? "" : definition.name();
    }
}
