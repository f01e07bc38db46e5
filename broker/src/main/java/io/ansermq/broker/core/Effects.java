package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader;
import org.jspecify.annotations.Nullable;

/**
 * What core will do once the log has committed up to a position: a queue in log order. Owned by the core agent.
 *
 * <p>Every record that core sequences leaves one effect here. Effects are preallocated and reused, so nothing is
 * allocated per message; the queue doubles when more records are in flight than ever before, which the staging buffer
 * of the log bounds.
 */
final class Effects {

    /** What an effect does when its position is committed. */
    enum Kind {
        /** Puts a message into its lane and settles its send. */
        MESSAGE,
        /** Puts a message into the hour of its delivery time and settles its send. */
        TIMER,
        /** Folds the control record at the position into the state. */
        CONTROL,
        /** Answers a client whose request depends on everything before this position. */
        ANSWER,
        /** Runs something that depends on everything before this position. */
        ACTION
    }

    /** One pending effect; only the fields of its kind mean anything. */
    static final class Effect {
        Kind kind = Kind.ANSWER;
        long position;
        int size;
        /** Whether nothing may happen between this effect and the next one. */
        boolean tied;

        @Nullable
        Lane lane;

        long offset;
        long tagsCode;
        int expirySec;
        int bits;

        @Nullable
        TimerHour hour;

        long dueEpochMs;
        int destination;
        int laneNumber;

        @Nullable
        ClientLink link;

        long sequence;
        int opaque;

        @Nullable
        ControlHeader answer;

        @Nullable
        Runnable action;

        private void clear() {
            tied = false;
            lane = null;
            hour = null;
            link = null;
            answer = null;
            action = null;
        }
    }

    private static final int INITIAL_CAPACITY = 1024;

    private Effect[] ring = newRing(INITIAL_CAPACITY);
    private int mask = INITIAL_CAPACITY - 1;
    private long head;
    private long tail;

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return (int) (tail - head);
    }

    /** A free slot at the tail, already part of the queue: the caller fills it at once. */
    Effect add(final Kind kind, final long position) {
        if (tail - head == ring.length) {
            grow();
        }
        final Effect effect = ring[(int) tail++ & mask];
        effect.kind = kind;
        effect.position = position;
        return effect;
    }

    /**
     * Ties the effects added since there were {@code from} of them: they are applied one right after the other, with no
     * delivery in between, so that what belongs together becomes visible together. Their records must be in one frame
     * ({@code FrameWriter.together}), so that they are committed together as well.
     *
     * @param from what {@link #size} was before the first of them was added
     */
    void tie(final int from) {
        for (int i = from; i < size() - 1; i++) {
            ring[(int) (head + i) & mask].tied = true;
        }
    }

    /** The oldest effect if its position lies below {@code committed}, else null. */
    @Nullable
    Effect peekCommitted(final long committed) {
        if (head == tail) {
            return null;
        }
        final Effect effect = ring[(int) head & mask];
        return effect.position < committed ? effect : null;
    }

    /** Forgets the oldest effect; its slot may be handed out again by the next {@link #add}. */
    void removeFirst() {
        ring[(int) head++ & mask].clear();
    }

    private void grow() {
        final Effect[] larger = new Effect[ring.length * 2];
        final int count = size();
        for (int i = 0; i < count; i++) {
            larger[i] = ring[(int) (head + i) & mask];
        }
        for (int i = count; i < larger.length; i++) {
            larger[i] = new Effect();
        }
        ring = larger;
        mask = larger.length - 1;
        head = 0;
        tail = count;
    }

    private static Effect[] newRing(final int capacity) {
        final Effect[] effects = new Effect[capacity];
        for (int i = 0; i < capacity; i++) {
            effects[i] = new Effect();
        }
        return effects;
    }
}
