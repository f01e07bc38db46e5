package io.ansermq.broker.core;

/**
 * When and how fast the log is cleaned.
 *
 * @param delayMs how long the oldest segment must have stayed because of messages that nobody settles
 * @param ratio how many times as large as what is wanted in it the log may be
 * @param bytesPerSecond how much is copied at most
 */
public record CleanerSettings(long delayMs, int ratio, long bytesPerSecond) {}
