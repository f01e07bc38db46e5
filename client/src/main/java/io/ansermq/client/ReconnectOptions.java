package io.ansermq.client;

/**
 * How a session comes back after its connection is lost: how often it tries, and how long it waits between. One attempt
 * tries all addresses once. Each delay is the one before times {@code multiplier}, up to {@code maxDelayMs}, and then
 * somewhere between half of that and all of it, so that a thousand clients do not come back in one moment.
 *
 * @param attempts how many attempts after a loss before the session ends; 0 for none, -1 for as many as it takes
 * @param startupAttempts how many more attempts at first connecting, after the first one; -1 for as many as it takes
 * @param firstDelayMs the delay before the first attempt after a loss
 * @param delayMs the delay between the first attempt and the second
 * @param multiplier by how much a delay is longer than the one before, at least 1
 * @param maxDelayMs the longest delay
 * @param randomize whether each attempt begins with any of the addresses, instead of with the first
 */
public record ReconnectOptions(
        int attempts,
        int startupAttempts,
        int firstDelayMs,
        int delayMs,
        double multiplier,
        int maxDelayMs,
        boolean randomize) {

    /** Never: a lost connection is the end. */
    public static final ReconnectOptions NONE = new ReconnectOptions(0, 0, 1, 1, 1, 1, false);

    /** For ever, with the delays that the JMS options have when none is set. */
    public static final ReconnectOptions DEFAULT = new ReconnectOptions(-1, 10, 10, 50, 2, 5_000, false);

    /** Checks. */
    public ReconnectOptions {
        if (attempts < -1 || startupAttempts < -1) {
            throw new IllegalArgumentException("a number of attempts is -1 (for ever), 0 (none) or more");
        }
        if (firstDelayMs < 0 || delayMs < 0 || maxDelayMs < 1 || !(multiplier >= 1)) {
            throw new IllegalArgumentException(
                    "delays are times of 0 ms or more, the longest of 1 ms or more, and their"
                            + " multiplier is 1 or more");
        }
    }

    /** Whether a lost connection is not the end. */
    public boolean enabled() {
        return attempts != 0;
    }

    /**
     * How long to wait before an attempt.
     *
     * @param attempt its number, from 1 on
     * @param random from 0 (inclusive) to 1 (exclusive)
     */
    long delayBeforeMs(final int attempt, final double random) {
        final double planned = attempt == 1 ? firstDelayMs : delayMs * Math.pow(multiplier, attempt - 2);
        return (long) (Math.min(planned, maxDelayMs) * (0.5 + random / 2));
    }
}
