package io.ansermq.broker.core;

/**
 * The log position of the last record that was sequenced: what an answer must wait for when it depends on everything
 * before it. Owned by the core agent.
 */
final class SequencedPosition {
    private long position = -1;

    void set(final long newest) {
        position = newest;
    }

    /** -1 before the first record: committed from the start. */
    long get() {
        return position;
    }
}
