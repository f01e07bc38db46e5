package io.ansermq.broker.core;

import io.ansermq.broker.core.Producers.Producer;
import io.ansermq.broker.ledger.TransactionSends;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives messages their place: lane offset (a number in the hour of its delivery time, if it has to wait), log position, store time; copies them into the open frame and leaves an
 * effect for the moment they are committed. Owned by the core agent.
 *
 * <p>A Send that does not fit into the staging buffer stays here half done; core takes no other command until it is
 * through, so order is kept and the pressure reaches the network.
 */
final class Sequencer {

    private final FrameWriter writer;
    private final Effects effects;
    private final Registry registry;
    private final Timers timers;
    private final LongSupplier storeHost;
    private final SequencedPosition last;
    private final LargeMessages largeMessages;
    private final Producers producers;

    private @Nullable ClientLink link;
    private @Nullable ByteBuf body;
    private @Nullable DestinationState destination;
    private int index;
    private long sequence;
    private int remaining;

    /** @param storeHost address and port of this broker as the record layout holds them */
    Sequencer(
            final FrameWriter writer,
            final Effects effects,
            final Registry registry,
            final Timers timers,
            final LongSupplier storeHost,
            final SequencedPosition last,
            final LargeMessages largeMessages,
            final Producers producers) {
        this.writer = writer;
        this.effects = effects;
        this.registry = registry;
        this.timers = timers;
        this.storeHost = storeHost;
        this.last = last;
        this.largeMessages = largeMessages;
        this.producers = producers;
    }

    /** Whether a Send waits for room. */
    boolean isBusy() {
        return body != null;
    }

    /** Whether the next record of the Send under way would find room now. */
    boolean hasRoom() {
        return body != null && writer.reserve(body.getInt(index));
    }

    /** Refuses a Send, as soon as those before it are committed: the answer to it settles them too. */
    void refuse(final ClientLink from, final Send send, final int error, final String text) {
        final Effects.Effect effect = effects.add(Effects.Kind.ACTION, last.get());
        effect.link = from;
        effect.action = () -> {
            from.refused(send.firstSequence(), send.count(), error, text);
            from.settled(send.firstSequence() + send.count() - 1);
        };
    }

    /** Starts a Send; the body now belongs to the sequencer. */
    void begin(final ClientLink from, final Send send, final ByteBuf records) {
        final DestinationState to = registry.destination(send.destination());
        if (to == null || to.isEnding()) {
            refuse(from, send, ErrorCodes.DESTINATION, "the destination does not exist any more: it was deleted");
            from.consumed(records.readableBytes());
            records.release();
            return;
        }
        final String refusal = from.sendRights.refusal(from.access(), to);
        if (refusal != null) {
            refuse(from, send, ErrorCodes.AUTHORIZATION, refusal);
            from.consumed(records.readableBytes());
            records.release();
            return;
        }
        link = from;
        body = records;
        destination = to;
        index = records.readerIndex();
        sequence = send.firstSequence();
        remaining = send.count();
    }

    /**
     * Sequences what is left of the Send under way.
     *
     * @return false when the log has no room now; call again later
     */
    boolean proceed(final long nowEpochMs) {
        final ByteBuf records = body;
        if (records == null) {
            return true;
        }
        final ClientLink from = Objects.requireNonNull(link);
        final DestinationState to = Objects.requireNonNull(destination);
        final Producer producer = from.producer;
        if (producer != null && producer.number() == 0 && !name(producer)) {
            return false;
        }
        while (remaining > 0) {
            final int size = records.getInt(index);
            if (producer == null) {
                if (!writer.reserve(size)) {
                    return false;
                }
                place(records, index, size, from, sequence, to, nowEpochMs);
            } else if (producer.isSettled(sequence)) {
                settleAgain(from, sequence);
            } else if (!placeOf(producer, records, size, from, to, nowEpochMs)) {
                return false;
            }
            index += size;
            sequence++;
            remaining--;
        }
        body = null;
        link = null;
        destination = null;
        from.consumed(records.readableBytes());
        records.release();
        return true;
    }

    /** Gives a producer a number, and records whose it is. */
    private boolean name(final Producer producer) {
        final int number = producers.nextNumber();
        if (!writer.reserve(ControlRecord.sizeOfProducer(number, producer.session(), 0))) {
            return false;
        }
        record(producer, number, 0);
        producers.named(producer, number);
        return true;
    }

    private void record(final Producer producer, final int number, final long stored) {
        final long position = writer.position();
        ControlRecord.encodeProducer(writer.slot(), number, producer.session(), stored);
        writer.commit(FlushLevel.WRITTEN);
        last.set(position);
    }

    /** A client that follows the protocol does not send again what is stored. */
    private void settleAgain(final ClientLink from, final long number) {
        final Effects.Effect effect = effects.add(Effects.Kind.ACTION, last.get());
        effect.link = from;
        effect.action = () -> from.settled(number);
    }

    /** A record that waits for its delivery time has no room for the producer's stamp: a record beside it says it. */
    private boolean placeOf(
            final Producer producer,
            final ByteBuf records,
            final int size,
            final ClientLink from,
            final DestinationState to,
            final long nowEpochMs) {
        if (!timers.mustWait(SendPrefix.deliverAtEpochMs(records, index))) {
            if (!writer.reserve(size)) {
                return false;
            }
            place(records, index, size, from, sequence, to, nowEpochMs);
            return true;
        }
        final int beside = ControlRecord.sizeOfProducer(producer.number(), producer.session(), sequence);
        if (!writer.together(size + beside) || !writer.reserve(size)) {
            return false;
        }
        place(records, index, size, from, sequence, to, nowEpochMs);
        if (!writer.reserve(beside)) {
            throw new IllegalStateException("there was room for two records together");
        }
        record(producer, producer.number(), sequence);
        return true;
    }

    /**
     * Puts the record at {@code from} into the room that is reserved for it.
     *
     * @param sender who is told when it is stored, or null
     * @param number the number of the send at that client
     */
    void place(
            final ByteBuf records,
            final int from,
            final int size,
            final @Nullable ClientLink sender,
            final long number,
            final DestinationState to,
            final long nowEpochMs) {
        final long position = writer.position();
        final ByteBuffer slot = writer.slot();
        final int at = slot.position();
        records.getBytes(from, slot);
        largeMessages.record(slot, at, position);
        final int laneNumber = to.laneFor(slot.getInt(at + MessageLayout.QUEUE_ID));
        final int sysFlag = slot.getInt(at + MessageLayout.SYS_FLAG) & ~MessageLayout.SYS_FLAG_DELAYED;
        final boolean persistent = (sysFlag & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0;
        final long deliverAtEpochMs = SendPrefix.deliverAtEpochMs(slot, at);

        final Effects.Effect effect;
        final long offset;
        if (timers.mustWait(deliverAtEpochMs)) {
            final TimerHour hour = timers.hourOf(deliverAtEpochMs);
            offset = hour.takeNumber();
            effect = effects.add(Effects.Kind.TIMER, position);
            effect.hour = hour;
            effect.dueEpochMs = deliverAtEpochMs;
            effect.destination = to.id;
            effect.laneNumber = laneNumber;
            slot.putInt(at + MessageLayout.SYS_FLAG, sysFlag | MessageLayout.SYS_FLAG_DELAYED);
            slot.putLong(at + MessageLayout.PREPARED_POSITION, deliverAtEpochMs);
        } else {
            final Lane lane = registry.laneForWrite(to, laneNumber);
            offset = lane.nextOffset++;
            effect = effects.add(Effects.Kind.MESSAGE, position);
            effect.lane = lane;
            slot.putInt(at + MessageLayout.SYS_FLAG, sysFlag);
            if (sender != null && sender.producer != null) {
                slot.putLong(
                        at + MessageLayout.PREPARED_POSITION,
                        MessageLayout.producerStamp(sender.producer.number(), number));
            }
        }
        effect.size = size;
        effect.offset = offset;
        effect.tagsCode = SendPrefix.tagsCode(slot, at);
        effect.expirySec = SendPrefix.expirySec(slot, at);
        effect.bits = EntryBits.of(sysFlag);
        effect.link = sender;
        effect.sequence = number;

        slot.putInt(at + MessageLayout.QUEUE_ID, laneNumber);
        slot.putLong(at + MessageLayout.QUEUE_OFFSET, offset);
        slot.putLong(at + MessageLayout.POSITION, position);
        slot.putLong(at + MessageLayout.STORE_TIMESTAMP, nowEpochMs);
        slot.putLong(at + MessageLayout.STORE_HOST, storeHost.getAsLong());
        writer.commit(persistent ? to.flush : FlushLevel.WRITTEN);
        last.set(position);
    }

    /**
     * Puts a record that stays invisible until its transaction is committed into the room that is reserved for it, and
     * notes in {@code sends} what the commit will need.
     */
    void placeHalf(
            final ByteBuf records,
            final int from,
            final int size,
            final DestinationState to,
            final TransactionSends sends,
            final long nowEpochMs) {
        final long position = writer.position();
        final ByteBuffer slot = writer.slot();
        final int at = slot.position();
        records.getBytes(from, slot);
        largeMessages.record(slot, at, position);
        final int sysFlag = slot.getInt(at + MessageLayout.SYS_FLAG);
        sends.add(
                position,
                size,
                to.id,
                to.laneFor(slot.getInt(at + MessageLayout.QUEUE_ID)),
                0,
                SendPrefix.expirySec(slot, at),
                SendPrefix.tagsCode(slot, at),
                EntryBits.INDIRECT | EntryBits.HALF | EntryBits.of(sysFlag),
                SendPrefix.deliverAtEpochMs(slot, at));

        slot.putInt(
                at + MessageLayout.SYS_FLAG,
                (sysFlag & ~MessageLayout.SYS_FLAG_TRANSACTION_MASK) | MessageLayout.SYS_FLAG_TRANSACTION_PREPARED);
        slot.putLong(at + MessageLayout.QUEUE_OFFSET, 0);
        slot.putLong(at + MessageLayout.POSITION, position);
        slot.putLong(at + MessageLayout.STORE_TIMESTAMP, nowEpochMs);
        slot.putLong(at + MessageLayout.STORE_HOST, storeHost.getAsLong());
        writer.commit(FlushLevel.WRITTEN);
        last.set(position);
    }

    /** Forgets a Send under way; at the end of the broker's life only. */
    void abandon() {
        if (body != null) {
            body.release();
            body = null;
        }
    }
}
