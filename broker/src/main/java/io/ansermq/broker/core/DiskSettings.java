package io.ansermq.broker.core;

/**
 * How much of the disk the log may take, and what happens on the way there.
 *
 * @param quotaBytes the most that log and queue index may take; 0 for what the disk has
 * @param cleanPercent from here on old segments are cleaned without delay
 * @param forgetPercent from here on messages that nothing but time keeps are given up
 * @param blockPercent from here on producers are blocked
 * @param minFreeBytes with less free on the disk producers are blocked
 * @param waitMs how long a blocked send waits for room before it is refused
 * @param waitingBytes the most that blocked sends may hold; beyond it the oldest are refused at once
 */
public record DiskSettings(
        long quotaBytes,
        int cleanPercent,
        int forgetPercent,
        int blockPercent,
        long minFreeBytes,
        long waitMs,
        long waitingBytes) {}
