package io.ansermq.client;

/**
 * Notices that an application does not take what was delivered for it: looks four times a second, as long as anything waits.
 * Confined to the event loop.
 */
final class IdleWatch {
    private static final int LOOK_MS = 250;

    /** Idle is who would need so many times half a second for what waits, at the rate of the last one. */
    private static final int PATIENCE = 16;

    /** The subscriber that is watched. */
    interface Watched {
        /** How many deliveries wait for the application. */
        long unhanded();

        /** A number that goes up with each delivery that is handed to the application. */
        long handed();

        /** It is idle. */
        void idle();

        /** Has something run on the event loop later. */
        void later(Runnable task, int delayMs);
    }

    private final Watched watched;

    /** Counts up when a look that is due is not wanted any more. */
    private int round;

    private boolean watching;
    private boolean lookedTwice;
    private long handedBefore;
    private long handedAtLast;

    IdleWatch(final Watched watched) {
        this.watched = watched;
    }

    /** Something was delivered. */
    void delivered() {
        if (!watching) {
            watching = true;
            lookedTwice = false;
            handedBefore = watched.handed();
            handedAtLast = handedBefore;
            lookLater();
        }
    }

    /** Nothing is delivered any more, or by another event loop. */
    void stop() {
        round++;
        watching = false;
    }

    private void lookLater() {
        final int current = round;
        watched.later(
                () -> {
                    if (current == round) {
                        look();
                    }
                },
                LOOK_MS);
    }

    private void look() {
        final long unhanded = watched.unhanded();
        if (unhanded == 0) {
            watching = false;
            return;
        }
        final long handed = watched.handed();
        if (lookedTwice && (handed - handedBefore) * PATIENCE < unhanded) {
            watching = false;
            watched.idle();
            if (watched.unhanded() > 0) {
                delivered();
            }
            return;
        }
        lookedTwice = true;
        handedBefore = handedAtLast;
        handedAtLast = handed;
        lookLater();
    }
}
