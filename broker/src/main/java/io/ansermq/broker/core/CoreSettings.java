package io.ansermq.broker.core;

import io.ansermq.store.FlushLevel;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the core agent needs to know from the broker's options.
 *
 * @param brokerName for reports
 * @param storeHost address and port of this broker as the record layout holds them
 * @param flush the level of persistent messages by destination name; the empty name is the broker's own
 * @param policy what becomes of messages that cannot be delivered, by destination name
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
        Function<String, FlushLevel> flush,
        Function<String, DestinationPolicy> policy,
        boolean autoCreate,
        long imageIntervalMs,
        CleanerSettings cleaner,
        DiskSettings disk,
        long maxBodyBytes,
        long unreadMs) {}
