package io.ansermq.ra;

import java.io.Serializable;

/**
 * When to try again.
 *
 * @param firstMs the wait before the second attempt, in milliseconds; doubled with each further one
 * @param longestMs the longest wait
 * @param attempts how many attempts in a row there are; negative for no limit
 */
record Backoff(long firstMs, long longestMs, int attempts) implements Serializable {

    /** The wait after so many attempts in a row have failed. */
    long waitMs(final int failed) {
        final int doublings = Math.min(Math.max(0, failed - 1), 30);
        return Math.max(1, Math.min(longestMs, firstMs << doublings));
    }

    boolean mayTryAgain(final int failed) {
        return attempts < 0 || failed < attempts;
    }
}
