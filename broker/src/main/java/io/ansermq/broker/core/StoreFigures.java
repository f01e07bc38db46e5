package io.ansermq.broker.core;

/**
 * How the broker is at one instant. Immutable.
 *
 * @param messagesIn messages that came since the start
 * @param timersPending messages that wait for their delivery time
 * @param timersFired messages whose delivery time came since the start
 * @param diskUsedBytes what log and index take
 * @param diskCapacityBytes what they can take
 * @param sendsWaiting sends that wait for room on the disk
 * @param sendsRefused messages that were refused for want of room since the start
 * @param unforcedBytes bytes that are written and not forced to disk yet
 * @param uncommittedBytes bytes that are written and not visible yet
 */
public record StoreFigures(
        long messagesIn,
        long timersPending,
        long timersFired,
        long diskUsedBytes,
        long diskCapacityBytes,
        int sendsWaiting,
        long sendsRefused,
        long unforcedBytes,
        long uncommittedBytes) {}
