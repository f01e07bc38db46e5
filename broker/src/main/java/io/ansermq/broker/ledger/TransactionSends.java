package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.TransactionRecord;
import java.util.Arrays;

/**
 * The messages of one transaction that lie in the log and are not visible: what commit needs to know of each, 56 bytes in
 * parallel arrays. Owned by the core agent.
 */
public final class TransactionSends implements TransactionRecord.Sends {

    private static final int INITIAL_CAPACITY = 4;

    private int size;
    private long bytes;
    private long oldest = Long.MAX_VALUE;
    /** Whether {@link #oldest} is right: not once that message was moved. */
    private boolean measured = true;

    private long[] positions = new long[INITIAL_CAPACITY];
    private int[] sizes = new int[INITIAL_CAPACITY];
    private int[] destinations = new int[INITIAL_CAPACITY];
    private int[] lanes = new int[INITIAL_CAPACITY];
    private long[] offsets = new long[INITIAL_CAPACITY];
    private int[] expirySecs = new int[INITIAL_CAPACITY];
    private long[] tagsCodes = new long[INITIAL_CAPACITY];
    private int[] bits = new int[INITIAL_CAPACITY];
    private long[] dues = new long[INITIAL_CAPACITY];

    /** No messages yet. */
    public TransactionSends() {}

    /** Adds a message. */
    public void add(
            final long position,
            final int sizeBytes,
            final int destination,
            final int lane,
            final long offset,
            final int expirySec,
            final long tagsCode,
            final int entryBits,
            final long dueEpochMs) {
        if (size == positions.length) {
            grow();
        }
        positions[size] = position;
        sizes[size] = sizeBytes;
        destinations[size] = destination;
        lanes[size] = lane;
        offsets[size] = offset;
        expirySecs[size] = expirySec;
        tagsCodes[size] = tagsCode;
        bits[size] = entryBits;
        dues[size] = dueEpochMs;
        bytes += sizeBytes;
        oldest = Math.min(oldest, position);
        size++;
    }

    private void grow() {
        final int capacity = 2 * size;
        positions = Arrays.copyOf(positions, capacity);
        sizes = Arrays.copyOf(sizes, capacity);
        destinations = Arrays.copyOf(destinations, capacity);
        lanes = Arrays.copyOf(lanes, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        expirySecs = Arrays.copyOf(expirySecs, capacity);
        tagsCodes = Arrays.copyOf(tagsCodes, capacity);
        bits = Arrays.copyOf(bits, capacity);
        dues = Arrays.copyOf(dues, capacity);
    }

    /** The offset that message {@code index} takes in its lane, or its number in the hour of its delivery time; known when the commit is sequenced. */
    public void offset(final int index, final long offset) {
        offsets[index] = offset;
    }

    /** The message's delivery time has come before its commit. */
    public void dueNow(final int index) {
        dues[index] = 0;
    }

    /** The cleaner has copied a message to another place in the log. */
    public void moved(final int index, final long newPosition) {
        measured &= positions[index] != oldest;
        positions[index] = newPosition;
    }

    /** Forgets all of them. */
    public void clear() {
        size = 0;
        bytes = 0;
        oldest = Long.MAX_VALUE;
        measured = true;
    }

    /** Bytes of all records. */
    public long bytes() {
        return bytes;
    }

    /** The lowest position, or {@link Long#MAX_VALUE} when there is none. */
    public long oldestPosition() {
        if (!measured) {
            oldest = Long.MAX_VALUE;
            for (int i = 0; i < size; i++) {
                oldest = Math.min(oldest, positions[i]);
            }
            measured = true;
        }
        return oldest;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long position(final int index) {
        return positions[index];
    }

    @Override
    public int sizeBytes(final int index) {
        return sizes[index];
    }

    @Override
    public int destination(final int index) {
        return destinations[index];
    }

    @Override
    public int lane(final int index) {
        return lanes[index];
    }

    @Override
    public long offset(final int index) {
        return offsets[index];
    }

    @Override
    public int expirySec(final int index) {
        return expirySecs[index];
    }

    @Override
    public long tagsCode(final int index) {
        return tagsCodes[index];
    }

    @Override
    public int bits(final int index) {
        return bits[index];
    }

    @Override
    public long dueEpochMs(final int index) {
        return dues[index];
    }
}
