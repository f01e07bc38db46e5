package io.ansermq.store.image;

/** The entry types that belong to the store; other owners of state number theirs from {@link #FIRST_FREE}. */
public final class EntryTypes {
    /** Directories of queues. */
    public static final int QUEUE_DIRECTORIES = 1;

    /** How many blocks of the queue index were ever given out. */
    public static final int QUEUE_BLOCKS = 3;

    /** What the key index holds. */
    public static final int KEY_INDEX = 2;

    /** The smallest type that the store leaves to others. */
    public static final int FIRST_FREE = 16;

    private EntryTypes() {}
}
