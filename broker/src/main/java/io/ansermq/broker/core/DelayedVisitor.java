package io.ansermq.broker.core;

/** Is shown messages that wait for their delivery time. */
@FunctionalInterface
public interface DelayedVisitor {

    /**
     * One message.
     *
     * @param dueEpochMs a time of the hour in which it is due: with {@code number} what it is known by
     * @param position where its record stands in the log
     * @param size bytes of the record
     * @return whether to go on
     */
    boolean visit(long dueEpochMs, long number, long position, int size);
}
