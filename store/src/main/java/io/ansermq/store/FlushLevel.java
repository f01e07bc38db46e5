package io.ansermq.store;

/** What must have happened to a record before it counts as committed. */
public enum FlushLevel {
    /** The record is in the file as the operating system sees it: it survives the death of the process. */
    WRITTEN,
    /** The record was forced to the device: it survives the loss of power. */
    DURABLE
}
