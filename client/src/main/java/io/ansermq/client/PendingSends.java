package io.ansermq.client;

import org.jspecify.annotations.Nullable;

/**
 * The unanswered sends of a session in sequence order: a ring of callbacks and record sizes that grows by doubling and
 * is bounded by the send window. Sequence numbers start at 1 and have no gaps.
 *
 * <p>Not thread safe; guarded by the lock of {@link Sender}.
 */
final class PendingSends {
    private static final int FIRST_CAPACITY = 256;

    private @Nullable SendCallback[] callbacks = new SendCallback[FIRST_CAPACITY];
    private int[] sizesBytes = new int[FIRST_CAPACITY];

    /** The oldest unanswered sequence number; equal to {@link #next} when there is none. */
    private long oldest = 1;

    private long next = 1;

    /** Encoded bytes of all unanswered sends. */
    private long bytes;

    /** The oldest unanswered sequence number. */
    long oldest() {
        return oldest;
    }

    /** The sequence number that the next send takes. */
    long next() {
        return next;
    }

    /** Encoded bytes of all unanswered sends. */
    long bytes() {
        return bytes;
    }

    /** How many sends are unanswered. */
    int count() {
        return (int) (next - oldest);
    }

    /** Adds the next send and returns its sequence number. */
    long add(final SendCallback callback, final int sizeBytes) {
        if (count() == callbacks.length) {
            grow();
        }
        final int slot = slot(next, callbacks.length);
        callbacks[slot] = callback;
        sizesBytes[slot] = sizeBytes;
        bytes += sizeBytes;
        return next++;
    }

    /**
     * Takes out the oldest sends up to and including {@code upTo}, as many as {@code into} holds.
     *
     * @return how many were taken; the first of them had the number that {@link #oldest()} told before
     */
    int take(final long upTo, final @Nullable SendCallback[] into) {
        final int taken = (int) Math.max(0, Math.min(into.length, Math.min(upTo, next - 1) - oldest + 1));
        for (int i = 0; i < taken; i++) {
            final int slot = slot(oldest + i, callbacks.length);
            into[i] = callbacks[slot];
            callbacks[slot] = null;
            bytes -= sizesBytes[slot];
        }
        oldest += taken;
        return taken;
    }

    private void grow() {
        final int capacity = callbacks.length;
        final @Nullable SendCallback[] largerCallbacks = new SendCallback[2 * capacity];
        final int[] largerSizes = new int[2 * capacity];
        for (long sequence = oldest; sequence < next; sequence++) {
            final int from = slot(sequence, capacity);
            final int to = slot(sequence, 2 * capacity);
            largerCallbacks[to] = callbacks[from];
            largerSizes[to] = sizesBytes[from];
        }
        callbacks = largerCallbacks;
        sizesBytes = largerSizes;
    }

    private static int slot(final long sequence, final int capacity) {
        return (int) (sequence & (capacity - 1));
    }
}
