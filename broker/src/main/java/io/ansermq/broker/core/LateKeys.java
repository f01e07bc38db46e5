package io.ansermq.broker.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Messages that can be seen and whose keys are still to be added, in order: those of a large commit. Owned by the core agent. */
final class LateKeys {
    private static final int FIRST_CAPACITY = 1024;

    /** So many take core one to two milliseconds. */
    private static final int MESSAGES_PER_TURN = 2048;

    /** Which part of a long queue is done in a turn. */
    private static final int LONG_QUEUE_SHARE = 16;

    private @Nullable Lane[] lanes = new Lane[0];
    private long[] positions = new long[0];
    private int[] sizes = new int[0];
    private long[] seenAt = new long[0];
    private int head;
    private int tail;

    boolean isEmpty() {
        return head == tail;
    }

    void add(final Lane lane, final long position, final int size, final long seen) {
        if (tail == lanes.length) {
            makeRoom();
        }
        lanes[tail] = lane;
        positions[tail] = position;
        sizes[tail] = size;
        seenAt[tail] = seen;
        tail++;
    }

    int size() {
        return tail - head;
    }

    int capacity() {
        return lanes.length;
    }

    /**
     * How many of them are a turn's: a few, and more when the queue is long, so that it comes to an end however quickly messages
     * come: it is never longer than what sixteen turns bring.
     */
    int share() {
        return Math.min(size(), Math.max(MESSAGES_PER_TURN, size() / LONG_QUEUE_SHARE));
    }

    private void makeRoom() {
        if (head > tail / 2) {
            final int size = size();
            System.arraycopy(lanes, head, lanes, 0, size);
            System.arraycopy(positions, head, positions, 0, size);
            System.arraycopy(sizes, head, sizes, 0, size);
            System.arraycopy(seenAt, head, seenAt, 0, size);
            Arrays.fill(lanes, size, tail, null);
            head = 0;
            tail = size;
            return;
        }
        final int capacity = Math.max(FIRST_CAPACITY, 2 * tail);
        lanes = Arrays.copyOf(lanes, capacity);
        positions = Arrays.copyOf(positions, capacity);
        sizes = Arrays.copyOf(sizes, capacity);
        seenAt = Arrays.copyOf(seenAt, capacity);
    }

    /** Of the first one, which there must be. */
    Lane lane() {
        final Lane lane = lanes[head];
        if (lane == null) {
            throw new IllegalStateException("there is no message whose keys are to be added");
        }
        return lane;
    }

    long position() {
        return positions[head];
    }

    int sizeBytes() {
        return sizes[head];
    }

    long seenAt() {
        return seenAt[head];
    }

    /** A queue that is empty gives its memory back: large commits are rare. */
    void removeFirst() {
        lanes[head] = null;
        head++;
        if (head == tail && tail > FIRST_CAPACITY) {
            lanes = new Lane[0];
            positions = new long[0];
            sizes = new int[0];
            seenAt = new long[0];
        }
        if (head == tail) {
            head = 0;
            tail = 0;
        }
    }
}
