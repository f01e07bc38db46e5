package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.SendingHeader;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * Records on their way into Send frames. Consecutive records for one destination are a run, and a run becomes one
 * frame. How many records a run has is known only at its end and its header is of variable length, so each run leaves
 * room for the longest header in front of it; {@link #toFrames} writes the headers and closes the gaps:
 *
 * <pre>
 *   while filling   |room|record record record|room|record|
 *   as frames          |H|record record record|H|record|
 * </pre>
 *
 * The first header is put right before its records, so that nothing moves in a batch of one run, which is the usual
 * one.
 *
 * <p>Not thread safe: filled under the lock of {@link Sender}, made into frames by the event loop that took it.
 */
final class SendBatch {
    /** Most bytes of a batch and so of a frame, unless one record alone is longer. */
    static final int MAX_BYTES = 256 * 1024;

    /** Room for frame length, header length and the header: three varints and the code take at most 27 bytes. */
    static final int HEADER_ROOM = 48;

    private final ByteBuf buffer;

    private int runs;
    private int[] destinations = new int[4];
    private int[] counts = new int[4];
    private int[] starts = new int[4];

    /** The sequence number of the first record; the others follow without gaps. */
    private long firstSequence;

    /** Takes over {@code buffer}, which must be empty. */
    SendBatch(final ByteBuf buffer) {
        this.buffer = buffer;
    }

    /** Whether a record of this length still belongs into this batch. */
    boolean takes(final int recordBytes) {
        return runs == 0 || buffer.readableBytes() + HEADER_ROOM + recordBytes <= MAX_BYTES;
    }

    /** {@link #add(Destination, int, OutgoingMessage, int, long)} with the destination's own number. */
    void add(final Destination destination, final OutgoingMessage message, final int recordBytes, final long sequence) {
        add(destination, destination.number(), message, recordBytes, sequence);
    }

    /**
     * Encodes a record behind the others. When this throws, the batch is as it was before.
     *
     * @param number of the destination, as the broker has it now
     */
    void add(
            final Destination destination,
            final int number,
            final OutgoingMessage message,
            final int recordBytes,
            final long sequence) {
        final int end = buffer.writerIndex();
        final boolean newRun = runs == 0 || destinations[runs - 1] != number;
        final int start = newRun ? end + HEADER_ROOM : end;
        try {
            buffer.ensureWritable(start - end + recordBytes).writerIndex(start);
            MessageLayout.encode(
                    buffer,
                    message.lane(),
                    0,
                    message.sysFlag(),
                    message.bornEpochMs(),
                    message.bodyCrc(),
                    message.body(),
                    0,
                    message.bodyLength(),
                    destination.topic(),
                    message.properties());
        } catch (RuntimeException | Error e) {
            buffer.writerIndex(end);
            throw e;
        }
        if (newRun) {
            startRun(number, start, sequence);
        }
        counts[runs - 1]++;
    }

    private void startRun(final int destination, final int start, final long sequence) {
        if (runs == 0) {
            firstSequence = sequence;
        }
        if (runs == destinations.length) {
            destinations = Arrays.copyOf(destinations, 2 * runs);
            counts = Arrays.copyOf(counts, 2 * runs);
            starts = Arrays.copyOf(starts, 2 * runs);
        }
        destinations[runs] = destination;
        counts[runs] = 0;
        starts[runs] = start;
        runs++;
    }

    /** Whether there is nothing to send: so after a first record that could not be encoded. */
    boolean isEmpty() {
        return runs == 0;
    }

    /** The number of its last send. */
    long lastSequence() {
        long last = firstSequence - 1;
        for (int run = 0; run < runs; run++) {
            last += counts[run];
        }
        return last;
    }

    /** Destinations have other numbers now. */
    void renumber(final IntUnaryOperator renumbered) {
        for (int run = 0; run < runs; run++) {
            destinations[run] = renumbered.applyAsInt(destinations[run]);
        }
    }

    /** The numbers of the destinations that it has records for. */
    void destinations(final IntConsumer sink) {
        for (int run = 0; run < runs; run++) {
            sink.accept(destinations[run]);
        }
    }

    /** How many bytes the batch takes now. */
    int bytes() {
        return buffer.readableBytes();
    }

    /**
     * Completes the frames of a batch that is not empty and hands over the buffer with them; the batch must not be used
     * any more.
     *
     * @param scratch an empty buffer for headers, left empty
     */
    ByteBuf toFrames(final ByteBuf scratch) {
        long sequence = firstSequence;
        int frameEnd = -1;
        for (int run = 0; run < runs; run++) {
            final int start = starts[run];
            final int length = (run + 1 < runs ? starts[run + 1] - HEADER_ROOM : buffer.writerIndex()) - start;
            encodeHeader(new SendingHeader.Send(sequence, counts[run], destinations[run]), length, scratch);
            final int headerLength = scratch.readableBytes();
            if (run == 0) {
                buffer.readerIndex(start - headerLength);
                frameEnd = start - headerLength;
            } else {
                // Moves left over itself, as ByteBuf.discardReadBytes does.
                buffer.setBytes(frameEnd + headerLength, buffer, start, length);
            }
            buffer.setBytes(frameEnd, scratch, headerLength);
            scratch.clear();
            frameEnd += headerLength + length;
            sequence += counts[run];
        }
        return buffer.writerIndex(frameEnd);
    }

    /**
     * Writes the header of a frame whose body is elsewhere; the length that counts the body stands first in a frame.
     */
    private static void encodeHeader(final ControlHeader header, final int bodyLength, final ByteBuf scratch) {
        final int mark = RemotingCodec.beginControl(header, 0, scratch);
        RemotingCodec.endFrame(scratch, mark);
        final int headerLength = scratch.readableBytes();
        if (headerLength > HEADER_ROOM) {
            throw new IllegalStateException("a Send header takes " + headerLength + " bytes, more than " + HEADER_ROOM);
        }
        scratch.setInt(mark, scratch.getInt(mark) + bodyLength);
    }

    /** Gives the buffer back unsent. */
    void release() {
        buffer.release();
    }
}
