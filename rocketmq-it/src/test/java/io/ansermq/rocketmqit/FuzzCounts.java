package io.ansermq.rocketmqit;

/** What became of mutated requests. Not thread safe. */
final class FuzzCounts {

    private int sent;
    private int succeeded;
    private int refused;
    private int waiting;
    private int oneWay;
    private int closed;

    void add(final FuzzCounts other) {
        sent += other.sent;
        succeeded += other.succeeded;
        refused += other.refused;
        waiting += other.waiting;
        oneWay += other.oneWay;
        closed += other.closed;
    }

    void sent(final int count) {
        sent += count;
    }

    void answered(final boolean success) {
        if (success) {
            succeeded++;
        } else {
            refused++;
        }
    }

    /** Requests that wait for messages or for another client by their nature. */
    void waiting(final int count) {
        waiting += count;
    }

    /** Requests that want no answer. */
    void oneWay(final int count) {
        oneWay += count;
    }

    /** Requests whose connection was closed. */
    void closed(final int count) {
        closed += count;
    }

    int sent() {
        return sent;
    }

    int answered() {
        return succeeded + refused;
    }

    @Override
    public String toString() {
        return sent + " requests: " + succeeded + " still right, " + refused + " refused, " + waiting
                + " left waiting, " + oneWay + " one-way, " + closed + " on closed connections";
    }
}
