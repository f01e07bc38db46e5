package io.ansermq.store.index;

/** The index of one queue: entries for the offsets from {@link #start()} to {@link #end()}. Owned by {@code core}. */
@SuppressWarnings("DoNotCallSuggester")
public final class Queue {
    Queue() {}

    /** {@code destinationId << 16 | lane}. */
    public long key() {
        throw new UnsupportedOperationException();
    }

    /** The oldest offset that has an entry; equals {@link #end()} when there is none. */
    public long start() {
        throw new UnsupportedOperationException();
    }

    /** The offset that comes next. */
    public long end() {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds the entry of the next offset. A lower offset is ignored: it comes from a replay. A queue without entries may
     * start anywhere above its end.
     *
     * @param bits 16 bits of the caller's
     * @throws IllegalStateException when an offset is left out
     */
    public void append(
            final long offset,
            final long position,
            final int size,
            final int expirySec,
            final long tagsCode,
            final int bits) {
        throw new UnsupportedOperationException();
    }

    /** Where the message stands in the log. */
    public long position(final long offset) {
        throw new UnsupportedOperationException();
    }

    /** The message's length in the log. */
    public int size(final long offset) {
        throw new UnsupportedOperationException();
    }

    /** When the message expires, as given. */
    public int expirySec(final long offset) {
        throw new UnsupportedOperationException();
    }

    /** The hash of the message's tag. */
    public long tagsCode(final long offset) {
        throw new UnsupportedOperationException();
    }

    /** The caller's 16 bits. */
    public int bits(final long offset) {
        throw new UnsupportedOperationException();
    }

    /** Forgets all entries below an offset, at most up to {@link #end()}. */
    public void releaseBelow(final long offset) {
        throw new UnsupportedOperationException();
    }
}
