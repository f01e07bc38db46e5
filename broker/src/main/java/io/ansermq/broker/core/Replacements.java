package io.ansermq.broker.core;

import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages in the place of others that wait. The new message and the record that takes out the old one stand in one
 * frame: after a crash there is one of the two, never both and never none. Owned by the core agent.
 *
 * <p>That frame is forced, whatever the destination asks for: the mark of the old message in the index may reach the disk
 * at any time once it is made, and must not do so before the new one.
 */
final class Replacements {

    /** What an ACK record says of messages that were taken back before their time. */
    private static final int REASON_DROPPED = 1;

    private static final Failure TOO_LATE =
            new Failure(ErrorCodes.DESTINATION, "the message does not wait any more: a consumer has it by now");

    /** A message that waits, and the record that takes it out. */
    private sealed interface Old {
        /** Whether nobody has it; when nobody has, nobody gets it from now on. */
        boolean take();

        int recordBytes();

        void encode(ByteBuffer out);
    }

    /**
     * One to be done.
     *
     * @param copy what comes, as a client would send it
     * @param done is told null when it is stored, else why it is not
     */
    private record Replacement(DestinationState destination, ByteBuf copy, Old old, Consumer<@Nullable Failure> done) {}

    private final FrameWriter writer;
    private final Effects effects;
    private final SequencedPosition last;
    private final Sequencer sequencer;
    private final Timers timers;
    private final Dispatcher dispatcher;
    private final DiskGate gate;
    private final ArrayDeque<Replacement> waiting = new ArrayDeque<>();

    Replacements(
            final FrameWriter writer,
            final Effects effects,
            final SequencedPosition last,
            final Sequencer sequencer,
            final Timers timers,
            final Dispatcher dispatcher,
            final DiskGate gate) {
        this.writer = writer;
        this.effects = effects;
        this.last = last;
        this.sequencer = sequencer;
        this.timers = timers;
        this.dispatcher = dispatcher;
        this.gate = gate;
    }

    /** Whether a message of a lane waits for somebody, or may yet, and nobody has it. */
    boolean isWaiting(final Lane lane, final long offset) {
        boolean unfinished = lane.destination.subscriptions().isEmpty();
        for (final SubscriptionState each : lane.destination.subscriptions()) {
            final LaneLedger under = each.ledger(lane.number);
            if (under != null && under.ledger.isLeased(offset)) {
                return false;
            }
            unfinished |= under == null || under.ledger.nextUnfinished(offset) == offset;
        }
        return unfinished && !dispatcher.isOver(lane.index, offset, lane.index.position(offset));
    }

    /** Puts {@code copy}, whose reference is taken over, in the place of a message of a lane. */
    void inLane(
            final DestinationState destination,
            final ByteBuf copy,
            final Lane lane,
            final long offset,
            final Consumer<@Nullable Failure> done) {
        waiting.add(new Replacement(destination, copy, new InLane(lane, offset), done));
    }

    /** Puts {@code copy}, whose reference is taken over, in the place of a message that waits for its time. */
    void delayed(
            final DestinationState destination,
            final ByteBuf copy,
            final long dueEpochMs,
            final long number,
            final Consumer<@Nullable Failure> done) {
        waiting.add(new Replacement(destination, copy, new Delayed(dueEpochMs, number), done));
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Does what waits; false when the log has no room now. */
    boolean proceed(final long nowEpochMs) {
        for (Replacement next = waiting.peek(); next != null; next = waiting.peek()) {
            final int size = next.copy().readableBytes();
            if (gate.isClosed()) {
                next.done().accept(new Failure(ErrorCodes.RESOURCE_LIMIT, gate.reason()));
            } else if (!writer.together(size + next.old().recordBytes())) {
                return false;
            } else if (next.old().take()) {
                write(next, size, nowEpochMs);
            } else {
                next.done().accept(TOO_LATE);
            }
            waiting.remove();
            next.copy().release();
        }
        return true;
    }

    private void write(final Replacement next, final int size, final long nowEpochMs) {
        final int before = effects.size();
        reserve(size);
        sequencer.place(next.copy(), next.copy().readerIndex(), size, null, 0, next.destination(), nowEpochMs);
        final int recordBytes = next.old().recordBytes();
        reserve(recordBytes);
        final long position = writer.position();
        next.old().encode(writer.slot());
        writer.commit(FlushLevel.DURABLE);
        effects.add(Effects.Kind.CONTROL, position).size = recordBytes;
        effects.tie(before);
        effects.add(Effects.Kind.ACTION, position).action = () -> next.done().accept(null);
        last.set(position);
    }

    private void reserve(final int bytes) {
        if (!writer.reserve(bytes)) {
            throw new IllegalStateException("there was room for two records together");
        }
    }

    /** Gives back what was not done; at the end of the broker's life. */
    void drop() {
        waiting.forEach(each -> each.copy().release());
        waiting.clear();
    }

    private final class InLane implements Old {
        private final Lane lane;
        private final long offset;

        InLane(final Lane lane, final long offset) {
            this.lane = lane;
            this.offset = offset;
        }

        @Override
        public boolean take() {
            if (!lane.index.contains(offset) || !isWaiting(lane, offset)) {
                return false;
            }
            for (final SubscriptionState each : lane.destination.subscriptions()) {
                final LaneLedger under = each.ledger(lane.number);
                if (under != null) {
                    under.ledger.hold(offset, offset);
                }
            }
            return true;
        }

        @Override
        public int recordBytes() {
            return ControlRecord.sizeOfWithdrawn(lane.destination.id, lane.number, offset);
        }

        @Override
        public void encode(final ByteBuffer out) {
            ControlRecord.encodeWithdrawn(out, lane.destination.id, lane.number, offset);
        }
    }

    private final class Delayed implements Old {
        private final long dueEpochMs;
        private final long number;
        private final RangeSet numbers = new RangeSet();

        Delayed(final long dueEpochMs, final long number) {
            this.dueEpochMs = dueEpochMs;
            this.number = number;
            numbers.range(number, number);
        }

        @Override
        public boolean take() {
            return timers.cancel(dueEpochMs, number);
        }

        @Override
        public int recordBytes() {
            return ControlRecord.sizeOfAck(Timers.ledgerOf(dueEpochMs), numbers);
        }

        @Override
        public void encode(final ByteBuffer out) {
            ControlRecord.encodeAck(out, Timers.ledgerOf(dueEpochMs), REASON_DROPPED, numbers);
        }
    }
}
