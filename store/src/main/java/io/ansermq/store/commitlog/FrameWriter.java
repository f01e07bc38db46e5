package io.ansermq.store.commitlog;

import com.lmax.disruptor.RingBuffer;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/**
 * Lays out records in frames. Owned by {@code core}: records are copied into staging memory here, and the log agent
 * checksums and writes them; nothing that a record was made from is referenced after {@link #commit}.
 *
 * <p>Per record: {@link #reserve}, fill {@link #slot()}, {@link #commit}. Per turn: {@link #seal}, also before waiting for
 * room: an open frame is not written. A frame is all or nothing after a crash; {@link #together} keeps records that belong
 * together in one. Nothing here allocates.
 *
 * <p>After the store has stopped on a failure, sealed frames are no longer taken, so room ends soon.
 */
public final class FrameWriter {
    private final RingBuffer<FrameSlot> ring;
    private final StagingRing staging;
    private final ByteBuffer memory;
    private final ByteBuffer slot;
    private final StoreOptions options;
    private final SegmentSizes sizes;
    private final LongSupplier epochMs;
    private final LogTurn log;
    private final int epoch;

    // Sealed so far.
    private long end;
    private long segmentStart;
    private long segmentEnd;
    private long sequence;
    private long storeEpochMs;

    // The open frame: it exists once it has a record. Its place is fixed when its first record is reserved.
    private long openAddress;
    private int openIndex;
    private int openBytes;
    private int openRecords;
    private boolean openDurable;
    /** How far the open frame may grow for records that must stay together; 0 when there are none. */
    private int togetherBytes;

    private int reservedBytes;

    FrameWriter(
            final RingBuffer<FrameSlot> ring,
            final StagingRing staging,
            final StoreOptions options,
            final LongSupplier epochMs,
            final LogTurn log,
            final LogTail tail) {
        this.ring = ring;
        this.staging = staging;
        this.memory = staging.view();
        this.slot = staging.view();
        this.options = options;
        this.sizes = new SegmentSizes(options);
        this.epochMs = epochMs;
        this.log = log;
        this.epoch = tail.epoch();
        this.end = tail.position();
        this.segmentStart = tail.segmentStart();
        this.segmentEnd = tail.segmentEnd();
        this.sequence = tail.nextSequence();
        this.storeEpochMs = tail.storeEpochMs();
    }

    /**
     * Makes room for one record behind the committed ones. A record that was reserved but not committed is forgotten.
     *
     * @return false when staging memory or the LOG ring is full: nothing changed, and the log's {@code onProgress} runs
     *     once there is room again
     * @throws IllegalArgumentException when the record is larger than {@code StoreOptions.maxRecordBytes}
     */
    public boolean reserve(final int recordBytes) {
        if (recordBytes <= 0 || recordBytes > options.maxRecordBytes()) {
            throw new IllegalArgumentException(
                    "a record of " + recordBytes + " bytes; the log takes 1 to " + options.maxRecordBytes());
        }
        if (!tryReserve(recordBytes)) {
            // The log may have made room since; if not, it will see that it is asked to tell.
            staging.starve();
            if (!tryReserve(recordBytes)) {
                reservedBytes = 0;
                return false;
            }
        }
        reservedBytes = recordBytes;
        final int from = openIndex + openBytes;
        slot.clear().position(from).limit(from + recordBytes);
        return true;
    }

    /**
     * Makes sure that the records reserved and committed next land in one frame, as long as their sizes add up to no more
     * than {@code totalBytes} and nothing is sealed in between: after a crash either all of them are there or none.
     *
     * @return false when staging memory or the LOG ring is full, as {@link #reserve}: nothing changed
     * @throws IllegalArgumentException when they are larger than a record may be
     */
    public boolean together(final int totalBytes) {
        if (!reserve(totalBytes)) {
            return false;
        }
        reservedBytes = 0;
        togetherBytes = openBytes + totalBytes;
        return true;
    }

    private boolean tryReserve(final int recordBytes) {
        if (openRecords == 0 && togetherBytes == 0) {
            return openFrame(recordBytes);
        }
        final int grownBytes = openBytes + recordBytes;
        final int heldBytes = grownBytes + FrameLayout.MAX_CLOSING_BYTES;
        if (grownBytes <= Math.max(options.maxFrameBytes(), togetherBytes)
                && FrameLayout.aligned(grownBytes) <= segmentEnd - end
                && staging.contiguous(openAddress, heldBytes)) {
            return staging.hasRoom(openAddress, heldBytes);
        }
        return openFrame(recordBytes);
    }

    /** Starts a new frame for a record, behind the open frame if there is one and in the next segment if need be. */
    private boolean openFrame(final int recordBytes) {
        // First find out whether all of it can be done: seal, pad, and seal the new frame later without failing.
        final boolean open = openRecords > 0;
        final int openLength = open ? closedLength() : 0;
        final long base = end + openLength;
        final boolean rolls = FrameLayout.aligned(FrameLayout.HEADER_BYTES + recordBytes) > segmentEnd - base;
        final boolean pads = rolls && base < segmentEnd;
        final int slots = 1 + (open ? 1 : 0) + (pads ? 1 : 0);
        if (!ring.hasAvailableCapacity(slots)) {
            return false;
        }
        long from = open ? openAddress + openLength : staging.head();
        long padAddress = from;
        if (pads) {
            padAddress = staging.place(from, FrameLayout.HEADER_BYTES);
            if (padAddress == StagingRing.NO_ROOM) {
                return false;
            }
            from = padAddress + FrameLayout.HEADER_BYTES;
        }
        final long address =
                staging.place(from, FrameLayout.HEADER_BYTES + recordBytes + FrameLayout.MAX_CLOSING_BYTES);
        if (address == StagingRing.NO_ROOM) {
            return false;
        }

        if (open) {
            close(epochMs.getAsLong());
        }
        if (pads) {
            pad(padAddress);
        }
        if (open || pads) {
            log.sealed();
        }
        if (rolls) {
            final int length = sizes.after((int) (segmentEnd - segmentStart));
            segmentStart = segmentEnd;
            segmentEnd += length;
        }
        openAddress = address;
        openIndex = staging.index(address);
        openBytes = FrameLayout.HEADER_BYTES;
        openDurable = false;
        togetherBytes = 0;
        return true;
    }

    /** The largest record that {@link #reserve} takes. */
    public int maxRecordBytes() {
        return options.maxRecordBytes();
    }

    /** Where the reserved record will stand in the log. */
    public long position() {
        return end + openBytes;
    }

    /** The reserved bytes, from position to limit, to be filled completely. One and the same buffer each time. */
    public ByteBuffer slot() {
        return slot;
    }

    /**
     * Makes the reserved record the next one of the open frame, which takes the highest level of its records.
     *
     * @throws IllegalStateException when nothing is reserved, or when the record's first four bytes, its length, do not
     *     say what was reserved
     */
    public void commit(final FlushLevel level) {
        final int at = openIndex + openBytes;
        if (reservedBytes == 0 || memory.getInt(at) != reservedBytes) {
            throw new IllegalStateException(
                    reservedBytes == 0
                            ? "no record is reserved"
                            : "a record of " + reservedBytes + " bytes says that it has " + memory.getInt(at));
        }
        openBytes += reservedBytes;
        openRecords++;
        openDurable |= level == FlushLevel.DURABLE;
        reservedBytes = 0;
    }

    /**
     * Closes the open frame, if there is one, and has it written: by the log agent soon, or at once by this thread, in which
     * case the watermarks have moved when this returns.
     */
    public void seal(final long nowEpochMs) {
        togetherBytes = 0;
        if (openRecords > 0) {
            log.sealedLast(close(nowEpochMs));
        }
    }

    /** Publishes the open frame, which has records; returns its length. */
    private int close(final long nowEpochMs) {
        togetherBytes = 0;
        final int length = closedLength();
        for (int i = openBytes; i < length; i++) {
            memory.put(openIndex + i, (byte) 0);
        }
        storeEpochMs = Math.max(storeEpochMs, nowEpochMs);
        FrameLayout.putHeader(memory, openIndex, length, epoch, end, sequence, storeEpochMs, openRecords, 0);
        publish(openAddress, length, end + length, openDurable);
        openRecords = 0;
        reservedBytes = 0;
        return length;
    }

    /** The end of all sealed frames. */
    public long end() {
        return end;
    }

    private int closedLength() {
        return FrameLayout.closedLength(openBytes, segmentEnd - end);
    }

    private void pad(final long address) {
        final int length = (int) (segmentEnd - end);
        FrameLayout.putHeader(
                memory, staging.index(address), length, epoch, end, sequence, storeEpochMs, 0, FrameLayout.PAD);
        publish(address, FrameLayout.HEADER_BYTES, segmentEnd, false);
    }

    private void publish(final long address, final int bytes, final long endPosition, final boolean durable) {
        final long next = ring.next();
        final FrameSlot frame = ring.get(next);
        frame.position = end;
        frame.endPosition = endPosition;
        frame.index = staging.index(address);
        frame.bytes = bytes;
        frame.endAddress = address + bytes;
        frame.durable = durable;
        staging.seal(frame.endAddress);
        end = endPosition;
        sequence++;
        ring.publish(next);
    }
}
