package io.ansermq.broker.core;

/**
 * A keeper of messages: something in the broker's state that still needs records of the log and knows where they stand.
 * The lanes with their subscriptions are one ({@link WantedMessages}); timers and prepared transactions are others. All
 * methods are called by the core agent, {@link #movedAgain} by the thread that replays the log.
 *
 * <p>{@link Retention} asks for {@link #oldestWanted()}; the {@link Cleaner} walks over what is wanted, has a copy of what
 * stands in old segments appended in a MOVED record, and tells by {@link #moved} where it stands from then on. The bytes
 * of a copy are those of the original: also its position field, which still says where the message was first stored.
 */
interface Retained {

    /** Numbers of keepers in MOVED records. Never reused. */
    int LANES = 0;

    int TIMERS = 1;
    int TRANSACTIONS = 2;
    int PARTS = 3;

    /** The number of this keeper. */
    int number();

    /** A log position at or below those of all wanted records; {@link Long#MAX_VALUE} when none is wanted. Must be quick. */
    long oldestWanted();

    /** Begins a walk over all wanted records. What comes in while it lasts may be left out. */
    Walk walk();

    /**
     * Whether a record is still wanted and stands there; asked right before a copy of it is appended.
     *
     * @param key as told to the visitor
     */
    boolean isWanted(long key, long offset, long position);

    /**
     * A record has a durable copy: it is to be read at {@code to} from now on. Nothing happens when it is not wanted any
     * more or does not stand at {@code from}.
     */
    void moved(long key, long offset, long from, long to);

    /**
     * The same in a replay. A keeper whose places stand in an index file must not look whether the record stands at {@code
     * from}: the file was written to when the record was moved, and a loss of power may have torn what was written, half
     * of a position from before and half from after. Later moves of the same record follow in the replay.
     */
    default void movedAgain(final long key, final long offset, final long from, final long to) {
        moved(key, offset, from, to);
    }

    /** A walk in slices, so that no turn of core is long. */
    interface Walk {
        /**
         * Tells the visitor of more wanted records, after looking at up to so many entries.
         *
         * @return true when the walk is complete
         */
        boolean advance(int entries, Visitor visitor);
    }

    /** Takes what a walk finds. */
    @FunctionalInterface
    interface Visitor {
        /**
         * One wanted record.
         *
         * @param key with {@code offset}, what names the record to its keeper
         * @return false to end this slice of the walk behind the record
         */
        boolean wanted(long key, long offset, long position, int size);
    }
}
