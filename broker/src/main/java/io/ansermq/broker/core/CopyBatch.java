package io.ansermq.broker.core;

import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.ReadOutcome;
import io.ansermq.store.files.Background;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Messages to be copied, on their way from core, which chooses them, to {@code aux}, which reads them, and back: old
 * segments are cold, and core must not wait for a disk. One owner at a time, see {@link #isWithAux()}.
 */
final class CopyBatch implements Background.Task {

    /** A batch is full when it has so many bytes or messages, or a little more. */
    private static final int BYTES = 1 << 20;

    private static final int RECORDS = 4096;

    private final CommitLog log;
    private final Runnable whenRead;

    private int[] keepers = new int[64];
    private long[] keys = new long[64];
    private long[] offsets = new long[64];
    private long[] positions = new long[64];
    private int[] sizes = new int[64];
    private int count;
    private int bytes;
    private ByteBuffer copies = ByteBuffer.allocate(0);
    private ReadOutcome[] outcomes = new ReadOutcome[64];
    private volatile boolean withAux;

    /** @param whenRead runs on {@code aux} when the batch is core's again */
    CopyBatch(final CommitLog log, final Runnable whenRead) {
        this.log = log;
        this.whenRead = whenRead;
    }

    boolean isWithAux() {
        return withAux;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int size() {
        return count;
    }

    boolean isFull() {
        return bytes >= BYTES || count >= RECORDS;
    }

    /** Bytes of all messages. */
    int bytes() {
        return bytes;
    }

    void add(final int keeper, final long key, final long offset, final long position, final int size) {
        if (count == keys.length) {
            keepers = Arrays.copyOf(keepers, 2 * count);
            keys = Arrays.copyOf(keys, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
            positions = Arrays.copyOf(positions, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            outcomes = Arrays.copyOf(outcomes, 2 * count);
        }
        keepers[count] = keeper;
        keys[count] = key;
        offsets[count] = offset;
        positions[count] = position;
        sizes[count] = size;
        count++;
        bytes += size;
    }

    /** Hands the batch to {@code aux}. */
    void read(final Background background) {
        withAux = true;
        background.wake();
    }

    /** Aux. */
    @Override
    public boolean doWork() {
        if (!withAux) {
            return false;
        }
        if (copies.capacity() < bytes) {
            copies = ByteBuffer.allocate(Math.max(BYTES, bytes));
        }
        copies.clear();
        int at = 0;
        for (int i = 0; i < count; i++) {
            outcomes[i] = keepers[i] == Retained.PARTS
                    ? readPart(positions[i], sizes[i], at)
                    : log.readIntact(positions[i], sizes[i], copies, at);
            at += sizes[i];
        }
        withAux = false;
        whenRead.run();
        return true;
    }

    /** Parts of large bodies are control records; the keeper has looked that one begins there. */
    private ReadOutcome readPart(final long position, final int size, final int at) {
        final ReadOutcome outcome = log.check(position, size);
        return outcome == ReadOutcome.READ && !log.read(position, size, copies, at) ? ReadOutcome.GONE : outcome;
    }

    /** The number of who keeps the message. */
    int keeper(final int i) {
        return keepers[i];
    }

    long key(final int i) {
        return keys[i];
    }

    long offset(final int i) {
        return offsets[i];
    }

    long position(final int i) {
        return positions[i];
    }

    int size(final int i) {
        return sizes[i];
    }

    boolean isDamaged(final int i) {
        return outcomes[i] == ReadOutcome.DAMAGED;
    }

    /** Whether a message could not be read. */
    boolean isMissing(final int i) {
        return outcomes[i] != ReadOutcome.READ;
    }

    /** The bytes of a message that starts at {@code at}, which is the sum of the sizes before it. */
    ByteBuffer copy(final int i, final int at) {
        return copies.slice(at, sizes[i]);
    }

    void clear() {
        count = 0;
        bytes = 0;
    }

    /** Gives the memory of the copies back. */
    void trim() {
        copies = ByteBuffer.allocate(0);
    }
}
