package io.ansermq.tck.reliability;

/**
 * Which life the server is in, and whether it is up. Thread safe.
 *
 * <p>A phase number is even while the server is up and odd from just before it is killed until it is ready again, so a
 * connection that was made while one even phase lasted belongs to the life {@code phase / 2}, and a failure while it
 * lasts is no fault of the one who kills.
 */
final class BrokerPhase {
    private int phase;

    /** The phase now. */
    synchronized int now() {
        return phase;
    }

    /** The number of kills before this even phase. */
    static int life(int phase) {
        return phase / 2;
    }

    /** To be called just before the server is killed. */
    synchronized void down() {
        phase++;
        notifyAll();
    }

    /** To be called when the server can be used again. */
    synchronized void up() {
        phase++;
        notifyAll();
    }

    /** Waits until the server is up, and gives the phase. */
    synchronized int awaitUp() throws InterruptedException {
        while (phase % 2 == 1) {
            wait();
        }
        return phase;
    }
}
