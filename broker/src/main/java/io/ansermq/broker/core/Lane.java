package io.ansermq.broker.core;

import io.ansermq.store.index.Queue;

/**
 * One lane of a destination: a sequence of messages with offsets of their own. Owned by the core agent.
 *
 * <p>{@link #nextOffset} runs ahead of the index's end by the messages that are sequenced but not committed.
 */
final class Lane {
    final DestinationState destination;
    final int number;
    final Queue index;
    /** The offset that the next sequenced message takes. */
    long nextOffset;

    Lane(final DestinationState destination, final int number, final Queue index) {
        this.destination = destination;
        this.number = number;
        this.index = index;
        this.nextOffset = index.end();
    }
}
