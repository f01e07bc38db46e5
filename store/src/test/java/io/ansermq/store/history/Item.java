package io.ansermq.store.history;

import io.ansermq.store.FlushLevel;

/**
 * A record that was put into the log: a message, or the fact that the messages of a queue below an offset are no longer wanted.
 *
 * @param end where it ends in the log
 * @param group the number of the records that must stay together, 0 for none
 * @param floor whether it is such a fact
 * @param queue the queue that it belongs to
 * @param offset its place in the queue
 */
record Item(long position, long end, byte[] bytes, int group, boolean floor, int queue, long offset, FlushLevel level) {
    @Override
    public String toString() {
        return (floor ? "floor of queue " : "queue ") + queue + " offset " + offset + " at [" + position + ", " + end
                + ") " + level + (group == 0 ? "" : " group " + group);
    }
}
