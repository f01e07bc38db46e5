package io.ansermq.store.commitlog;

import com.lmax.disruptor.Sequence;

/**
 * How far the log has come: positions up to which every byte is written, forced, committed. Each only ever grows.
 * Thread safe to read; {@code log} moves them, and {@code aux} moves {@link #durable()} too.
 */
public final class Watermarks {
    // Sequences are padded: a reader that polls one of them does not slow down the agent that moves another.
    private final Sequence written = new Sequence(0);
    private final Sequence durable = new Sequence(0);
    private final Sequence committed = new Sequence(0);

    Watermarks() {}

    /** Everything below is in the segment files: readers may look at it. */
    public long written() {
        return written.get();
    }

    /** Everything below was forced to the device. */
    public long durable() {
        return durable.get();
    }

    /** The end of the longest run of frames, from the start of the log, that all reached the level they asked for. */
    public long committed() {
        return committed.get();
    }

    void written(final long position) {
        written.setVolatile(position);
    }

    /** Two agents force; the higher position stays. */
    void durable(final long position) {
        long current = durable.get();
        while (position > current && !durable.compareAndSet(current, position)) {
            current = durable.get();
        }
    }

    /** Moves the committed position up; false when it is there already. */
    boolean committed(final long position) {
        if (position <= committed.get()) {
            return false;
        }
        committed.setVolatile(position);
        return true;
    }
}
