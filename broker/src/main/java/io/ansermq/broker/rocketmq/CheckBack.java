package io.ansermq.broker.rocketmq;

/**
 * When producers are asked what became of their half messages.
 *
 * @param afterMs the age of a half message at the first question, unless it says otherwise
 * @param intervalMs how long after that each further one comes
 * @param most how many there are before the message is given up
 */
public record CheckBack(long afterMs, long intervalMs, int most) {}
