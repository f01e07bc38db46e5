package io.ansermq.broker.core;

import java.util.function.LongSupplier;

/**
 * What the core agent needs to know from the broker's options.
 *
 * @param brokerName for reports
 * @param storeHost address and port of this broker as the record layout holds them
 * @param destinations what is configured by the name of a destination
 * @param autoCreate whether a client may create a destination by naming it
 * @param imageIntervalMs how often the state is saved
 * @param cleaner when and how fast old segments are cleaned
 * @param disk how much of the disk may be used
 * @param maxBodyBytes the longest body of a message that comes in parts
 * @param unreadMs how long a connection may stay that does not read what is written to it
 */
public record CoreSettings(
        String brokerName,
        LongSupplier storeHost,
        DestinationSettings destinations,
        boolean autoCreate,
        long imageIntervalMs,
        CleanerSettings cleaner,
        DiskSettings disk,
        long maxBodyBytes,
        long unreadMs) {}
