package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TransactionAcks;
import io.ansermq.broker.ledger.TransactionSends;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.protocol.TransactionRecord;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what transactions leave in the log, each step in one frame. Owned by the core agent.
 *
 * <p>Every method returns false when the log has no room now: then nothing has happened, and {@link #hasRoom} says when it
 * is worth another try.
 */
final class TransactionWriter {

    /** What a send takes in the record of a commit, about. */
    static final int SEND_BYTES = 32;

    /** What a send takes in a record at most, see {@link TransactionRecord}. */
    private static final int MAX_SEND_BYTES = 64;

    /** Too much for the log's longest record, whatever room there is. */
    static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1;

        private TooLargeException(final long bytes, final int limit) {
            super("its end would take " + bytes + " bytes of the log at once, the limit is " + limit
                    + "; use smaller transactions");
        }
    }

    private final FrameWriter writer;
    private final Effects effects;
    private final Registry registry;
    private final Timers timers;
    private final Sequencer sequencer;
    private final SequencedPosition last;
    private final int maxRecordBytes;
    private int neededBytes;

    TransactionWriter(
            final FrameWriter writer,
            final Effects effects,
            final Registry registry,
            final Timers timers,
            final Sequencer sequencer,
            final SequencedPosition last,
            final int maxRecordBytes) {
        this.writer = writer;
        this.effects = effects;
        this.registry = registry;
        this.timers = timers;
        this.sequencer = sequencer;
        this.last = last;
        this.maxRecordBytes = maxRecordBytes;
    }

    /** Whether what found no room would find it now. */
    boolean hasRoom() {
        return writer.reserve(neededBytes);
    }

    private boolean together(final long bytes) throws TooLargeException {
        if (bytes > maxRecordBytes) {
            throw new TooLargeException(bytes, maxRecordBytes);
        }
        neededBytes = (int) bytes;
        return writer.together(neededBytes);
    }

    private boolean reserve(final int bytes) {
        neededBytes = bytes;
        return writer.reserve(bytes);
    }

    /**
     * Writes a TX_COMMIT and, behind it in the same frame, messages that become visible with it.
     *
     * @param sends messages that are in the log already; they get their offsets here
     * @param runs where the messages of {@code records} go; their destinations exist
     */
    boolean commit(
            final TransactionId id,
            final int flags,
            final TransactionSends sends,
            final TransactionAcks acks,
            final List<RecordRun> runs,
            final @Nullable ByteBuf records,
            final FlushLevel level,
            final long nowEpochMs)
            throws TooLargeException {
        final Map<Lane, long[]> next = new HashMap<>();
        final Map<TimerHour, long[]> nextInHours = new HashMap<>();
        takeOffsets(sends, next, nextInHours);
        final int size = TransactionRecord.sizeOf(id, nowEpochMs, flags, sends, acks);
        if (!together((long) size + (records == null ? 0 : records.readableBytes()))) {
            return false;
        }
        next.forEach((lane, offset) -> lane.nextOffset = offset[0]);
        nextInHours.forEach((hour, number) -> hour.nextNumber(number[0]));
        final int from = effects.size();
        mustReserve(size);
        TransactionRecord.encode(writer.slot(), ControlRecord.TX_COMMIT, id, nowEpochMs, flags, sends, acks);
        control(size, level);
        if (records != null) {
            int index = records.readerIndex();
            for (final RecordRun run : runs) {
                final DestinationState to = registry.existing(run.destination());
                for (int i = 0; i < run.count(); i++) {
                    final int recordBytes = records.getInt(index);
                    mustReserve(recordBytes);
                    sequencer.place(records, index, recordBytes, null, 0, to, nowEpochMs);
                    index += recordBytes;
                }
            }
        }
        effects.tie(from);
        return true;
    }

    /**
     * The offsets that these messages would get now, in their order, or their numbers in the hours of their delivery times;
     * lanes and hours are not changed.
     */
    private void takeOffsets(
            final TransactionSends sends, final Map<Lane, long[]> next, final Map<TimerHour, long[]> nextInHours) {
        for (int i = 0; i < sends.size(); i++) {
            final DestinationState to = registry.destination(sends.destination(i));
            final long dueEpochMs = sends.dueEpochMs(i);
            if (dueEpochMs != 0 && timers.mustWait(dueEpochMs)) {
                final long[] number =
                        nextInHours.computeIfAbsent(timers.hourOf(dueEpochMs), hour -> new long[] {hour.nextNumber()});
                sends.offset(i, number[0]++);
            } else if (to != null) {
                sends.dueNow(i);
                final Lane lane = registry.laneForWrite(to, sends.lane(i));
                final long[] offset = next.computeIfAbsent(lane, each -> new long[] {each.nextOffset});
                sends.offset(i, offset[0]++);
            }
        }
    }

    /** Writes the rest of a transaction's messages, which stay invisible, and a TX_PREPARE, in one frame. */
    boolean prepare(
            final Transaction transaction,
            final TransactionAcks acks,
            final List<RecordRun> runs,
            final @Nullable ByteBuf records,
            final FlushLevel level,
            final long nowEpochMs)
            throws TooLargeException {
        final TransactionId id = transaction.id();
        final TransactionSends sends = transaction.sends();
        int count = 0;
        for (final RecordRun run : runs) {
            count += run.count();
        }
        final long bound = TransactionRecord.sizeOf(id, nowEpochMs, 0, sends, acks) + (long) count * MAX_SEND_BYTES;
        if (!together(bound + (records == null ? 0 : records.readableBytes()))) {
            return false;
        }
        if (records != null) {
            int index = records.readerIndex();
            for (final RecordRun run : runs) {
                final DestinationState to = registry.existing(run.destination());
                for (int i = 0; i < run.count(); i++) {
                    final int recordBytes = records.getInt(index);
                    mustReserve(recordBytes);
                    sequencer.placeHalf(records, index, recordBytes, to, sends, nowEpochMs);
                    index += recordBytes;
                }
            }
        }
        final int size = TransactionRecord.sizeOf(id, nowEpochMs, 0, sends, acks);
        mustReserve(size);
        TransactionRecord.encode(writer.slot(), ControlRecord.TX_PREPARE, id, nowEpochMs, 0, sends, acks);
        control(size, level);
        return true;
    }

    /** Writes one message of a transaction, which stays invisible. */
    boolean half(
            final ByteBuf records,
            final int index,
            final DestinationState to,
            final TransactionSends sends,
            final long nowEpochMs) {
        final int recordBytes = records.getInt(index);
        if (!reserve(recordBytes)) {
            return false;
        }
        sequencer.placeHalf(records, index, recordBytes, to, sends, nowEpochMs);
        return true;
    }

    /** Writes a TX_ABORT or TX_FORGET. */
    boolean end(
            final int kind, final TransactionId id, final int flags, final FlushLevel level, final long nowEpochMs) {
        final int size = TransactionRecord.sizeOf(id, nowEpochMs, flags);
        if (!reserve(size)) {
            return false;
        }
        TransactionRecord.encode(writer.slot(), kind, id, nowEpochMs, flags);
        control(size, level);
        return true;
    }

    private void mustReserve(final int bytes) {
        if (!writer.reserve(bytes)) {
            throw new IllegalStateException("the log promised room for " + bytes + " bytes and has none");
        }
    }

    private void control(final int size, final FlushLevel level) {
        final long position = writer.position();
        writer.commit(level);
        effects.add(Effects.Kind.CONTROL, position).size = size;
        last.set(position);
    }
}
