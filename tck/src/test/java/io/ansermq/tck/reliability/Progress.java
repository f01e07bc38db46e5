package io.ansermq.tck.reliability;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts what went well, so that a kill can be timed by work done and a standstill is noticed. Thread safe. */
final class Progress {
    private long steps;
    private long wanted = Long.MAX_VALUE;

    /** One more message was answered or received. */
    synchronized void step() {
        steps++;
        if (steps >= wanted) {
            notifyAll();
        }
    }

    /**
     * Waits for so many further steps.
     *
     * @return how many there were when the wait ended, which is fewer when the time was up before
     */
    synchronized long await(long further, Duration atMost) throws InterruptedException {
        final long before = steps;
        final long deadlineNs = System.nanoTime() + atMost.toNanos();
        wanted = before + further;
        try {
            while (steps < wanted) {
                final long remainingNs = deadlineNs - System.nanoTime();
                if (remainingNs <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(remainingNs, 1_000_000));
            }
            return steps - before;
        } finally {
            wanted = Long.MAX_VALUE;
        }
    }
}
