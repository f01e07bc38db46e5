package io.ansermq.store.commitlog;

/** What became of an attempt to read a record. */
public enum ReadOutcome {
    /** The record was copied, and it is what was written. */
    READ,
    /** The range is no longer in the log, or not yet written; nothing was copied. */
    GONE,
    /** The disk does not give back what was written; nothing was copied, and nothing of the record may be used. */
    DAMAGED
}
