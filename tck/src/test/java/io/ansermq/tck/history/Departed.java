package io.ansermq.tck.history;

/**
 * A consumer began to leave while the broker stayed: what it holds and did not acknowledge may go to others.
 *
 * @param at         the moment on the history's own clock, before the leaving could have any effect
 * @param consumer   which consumer
 * @param openedAt   when it had come
 * @param brokerLife the life of the broker in which it was connected
 */
public record Departed(long at, String consumer, long openedAt, int brokerLife) {}
