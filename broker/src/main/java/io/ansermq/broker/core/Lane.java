package io.ansermq.broker.core;

import io.ansermq.store.index.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One lane of a destination: a sequence of messages with offsets of their own. Owned by the core agent.
 *
 * <p>{@link #nextOffset} runs ahead of the index's end by the messages that are sequenced but not committed.
 */
public final class Lane {
    private static final int FORGOTTEN_AT_ONCE = 65_536;

    final DestinationState destination;
    final int number;
    final Queue index;
    /** The offset that the next sequenced message takes. */
    long nextOffset;
    /** Which messages expire when; null when none does. */
    @Nullable
    ExpiryChunks expiry;
    /**
     * Messages from this offset on are kept though no subscription wants them: all of a topic that RocketMQ clients made or
     * that has a retention time of its own, until {@link #keepFrom} raises it.
     */
    long keptFrom;

    /** Who waits for the next message, or null. */
    private @Nullable Runnable reader;

    Lane(final DestinationState destination, final int number, final Queue index) {
        this.destination = destination;
        this.number = number;
        this.index = index;
        this.nextOffset = index.end();
        this.keptFrom = destination.shared || destination.isRetained() ? 0 : Long.MAX_VALUE;
    }

    /** Its number, the queue id of RocketMQ. */
    public int number() {
        return number;
    }

    /** Whose lane it is. */
    public DestinationState destination() {
        return destination;
    }

    /** The oldest offset that there is. */
    public long start() {
        return index.start();
    }

    /** One past the newest offset that there is. */
    public long end() {
        return index.end();
    }

    /** Where the message stands in the log; the offset must be from {@link #start} to below {@link #end}. */
    public long position(final long offset) {
        return index.position(offset);
    }

    /** The bytes of the message in the log. */
    public int size(final long offset) {
        return index.size(offset);
    }

    /** The hash of the message's tag, 0 without one. */
    public long tagsCode(final long offset) {
        // The upper half is that of a group, or the sign.
        return (int) index.tagsCode(offset);
    }

    /** Messages below this offset need not be kept any longer unless a subscription wants them. Never moves down. */
    public void keepFrom(final long offset) {
        if (keptFrom != Long.MAX_VALUE) {
            keptFrom = Math.max(keptFrom, offset);
        }
    }

    /**
     * Messages that stand below a position of the log need not be kept for their age any longer. Looks at a bounded number of
     * them; the rest has its turn in the next call.
     */
    void forgetBelow(final long position) {
        if (keptFrom != Long.MAX_VALUE) {
            long offset = Math.max(keptFrom, index.start());
            final long end = Math.min(index.end(), offset + FORGOTTEN_AT_ONCE);
            while (offset < end && index.position(offset) < position) {
                offset++;
            }
            keepFrom(offset);
        }
    }

    /** From now on the messages there are and all later ones are kept, as on a topic that RocketMQ clients made. */
    public void keepAll() {
        keptFrom = Math.min(keptFrom, index.start());
    }

    /** Has {@code wake} run, once, when there is a new message. */
    public void whenMessage(final Runnable wake) {
        reader = wake;
    }

    void wakeReader() {
        final Runnable wake = reader;
        if (wake != null) {
            reader = null;
            wake.run();
        }
    }
}
