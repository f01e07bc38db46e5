package io.ansermq.tck.transactions;

/** Where a transaction of two resources may be interrupted, in the order in which it comes there. */
enum Phase {
    /** Messages are sent and received, rows inserted; nothing is ended. */
    WORKED,
    BEFORE_FIRST_PREPARE,
    BETWEEN_PREPARES,
    /** The manager has decided, and not told anybody. */
    BEFORE_FIRST_COMMIT,
    BETWEEN_COMMITS,
    AFTER_COMMITS,
    /** Reached when one resource has voted against, or the application has. */
    BEFORE_FIRST_ROLLBACK,
    BETWEEN_ROLLBACKS
}
