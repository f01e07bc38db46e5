package io.ansermq.broker.core;

import java.util.ArrayDeque;

/**
 * Copies that were appended and are not yet durable. Owned by the core agent.
 *
 * <p>An index entry reaches the disk whenever the kernel likes, so it may point to a copy only when the copy can no longer
 * be lost: moves take effect at {@code durable}, not at {@code committed}. While one is under way no state image begins:
 * an image that began behind a MOVED record relies on the index to have its effect.
 */
final class Moves {

    private record Move(Retained keeper, long key, long offset, long from, long to, long end) {}

    private final ArrayDeque<Move> pending = new ArrayDeque<>();
    private final LargeMessages largeMessages;

    Moves(final LargeMessages largeMessages) {
        this.largeMessages = largeMessages;
    }

    void add(final Retained keeper, final long key, final long offset, final long from, final long to, final long end) {
        pending.add(new Move(keeper, key, offset, from, to, end));
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Whether {@link #apply} would do something. */
    boolean isDue(final long durable) {
        final Move first = pending.peekFirst();
        return first != null && first.end() <= durable;
    }

    /** Lets the moves take effect whose copies are durable; returns how many. */
    int apply(final long durable) {
        int count = 0;
        while (isDue(durable)) {
            final Move move = pending.removeFirst();
            largeMessages.moved(move.from(), move.to());
            move.keeper().moved(move.key(), move.offset(), move.from(), move.to());
            count++;
        }
        return count;
    }
}
