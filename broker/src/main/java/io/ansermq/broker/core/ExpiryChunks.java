package io.ansermq.broker.core;

import java.util.Arrays;

/**
 * When the first message of each {@value #CHUNK} of a lane expires: so little memory, that nobody has to look at all
 * messages to find those whose time is over. Owned by the core agent.
 */
final class ExpiryChunks {

    /** Offsets of one chunk. */
    static final int CHUNK = 1024;

    /** What stands for "no message of this chunk expires"; seconds are unsigned. */
    private static final int NEVER = -1;

    private static final int[] NONE = {};

    private long firstChunk;
    private int[] seconds = NONE;
    private int count;

    /** Nothing is known of the offsets from {@code first} to below {@code end}: they have to be looked at. */
    void unknown(final long first, final long end) {
        for (long offset = first; offset < end; offset += CHUNK - offset % CHUNK) {
            note(offset, 0);
        }
    }

    /** The message at this offset expires in this second, or at some time after it. */
    void note(final long offset, final int second) {
        final long chunk = offset / CHUNK;
        if (count == 0) {
            firstChunk = chunk;
        }
        final int at = (int) (chunk - firstChunk);
        if (at < 0) {
            return;
        }
        if (at >= seconds.length) {
            final int before = seconds.length;
            seconds = Arrays.copyOf(seconds, Math.max(4, Math.max(at + 1, 2 * before)));
            Arrays.fill(seconds, before, seconds.length, NEVER);
        }
        count = Math.max(count, at + 1);
        if (Integer.compareUnsigned(second, seconds[at]) < 0) {
            seconds[at] = second;
        }
    }

    /** Forgets what is known of a chunk; whoever looks at its messages notes it anew. */
    void forget(final long chunk) {
        final int at = (int) (chunk - firstChunk);
        if (at >= 0 && at < count) {
            seconds[at] = NEVER;
        }
    }

    /** Forgets the chunks that lie wholly below an offset. */
    void releaseBelow(final long offset) {
        final int gone = (int) Math.min(count, Math.max(0, offset / CHUNK - firstChunk));
        if (gone > 0) {
            System.arraycopy(seconds, gone, seconds, 0, count - gone);
            Arrays.fill(seconds, count - gone, count, NEVER);
            firstChunk += gone;
            count -= gone;
        }
    }

    /** The first chunk from {@code chunk} on in which a message may have expired before {@code second}; -1 when none is. */
    long nextDue(final long chunk, final long second) {
        for (int at = (int) Math.max(0, chunk - firstChunk); at < count; at++) {
            if (seconds[at] != NEVER && Integer.toUnsignedLong(seconds[at]) <= second) {
                return firstChunk + at;
            }
        }
        return -1;
    }

    /** Whether no message expires. */
    boolean isEmpty() {
        for (int at = 0; at < count; at++) {
            if (seconds[at] != NEVER) {
                return false;
            }
        }
        return true;
    }
}
