package io.ansermq.broker.core;

/** What core does each turn for messages that are not simply delivered and acknowledged. Owned by the core agent. */
final class Misfits {

    private final DeadLetters deadLetters;
    private final Waits waits;
    private final Expirations expirations;

    Misfits(final DeadLetters deadLetters, final Waits waits, final Expirations expirations) {
        this.deadLetters = deadLetters;
        this.waits = waits;
        this.expirations = expirations;
    }

    /** A turn begins. */
    void turn(final long nowNs, final long wallEpochMs) {
        waits.turn(nowNs, wallEpochMs);
        expirations.turn(wallEpochMs);
    }

    /** Sweeps, moves and gives back; returns 0 when there was nothing to do. */
    int doWork(final long nowNs, final long nowEpochMs, final Dispatcher dispatcher) {
        return waits.giveBack(dispatcher) + expirations.sweep(nowNs) + deadLetters.write(nowEpochMs);
    }

    /** Whether a turn would find nothing to do. */
    boolean isIdle(final long nowNs) {
        return !deadLetters.hasWork() && !expirations.isBusy() && waits.nextInNs(nowNs) > 0;
    }

    /** How long until there is something to do if nothing else happens. */
    long nextInNs(final long nowNs) {
        return waits.nextInNs(nowNs);
    }
}
