package io.ansermq.broker.core;

import java.util.List;

/**
 * The broker at one moment, as the core agent sees it. Immutable. Counters begin at 0 with each start; positions and sizes
 * are bytes.
 *
 * @param logWritten the log is written up to here
 * @param logDurable the log is forced to disk up to here
 * @param logCommitted what was answered ends here
 * @param messagesIn messages that came
 * @param destinationCount queues and topics there are
 * @param delayed messages that wait for their time
 * @param fired messages whose time came
 * @param temporaryDestinations temporary queues and topics there are
 * @param expired messages whose time to live ended
 * @param deadLettered messages that were delivered too often
 * @param messagesDamaged messages set aside because the disk gave them back changed
 * @param leaseLimitReached how often a lane had as many unacknowledged messages as there may be
 * @param messagesMoved messages that the cleaner copied to the end of the log
 * @param bytesMoved their bytes
 * @param disk room and who waits for it
 * @param destinations the first ones, as many as were asked for
 */
public record BrokerFigures(
        long logWritten,
        long logDurable,
        long logCommitted,
        long messagesIn,
        int destinationCount,
        long delayed,
        long fired,
        int temporaryDestinations,
        long expired,
        long deadLettered,
        long messagesDamaged,
        long leaseLimitReached,
        long messagesMoved,
        long bytesMoved,
        Disk disk,
        List<DestinationFigures> destinations) {

    /** Bytes that are written and not forced to disk yet. */
    public long unforcedBytes() {
        return logWritten - logDurable;
    }

    /** Bytes that are written and not visible yet. */
    public long uncommittedBytes() {
        return logWritten - logCommitted;
    }

    /**
     * The disk.
     *
     * @param usedBytes what log and queue index take
     * @param capacityBytes what they may take
     * @param producersBlocked whether sends have to wait for room
     * @param sendsWaiting how many do
     * @param messagesRefused messages that were refused for want of room
     * @param reason why producers are blocked, with who keeps the oldest messages; empty when they are not
     */
    public record Disk(
            long usedBytes,
            long capacityBytes,
            boolean producersBlocked,
            int sendsWaiting,
            long messagesRefused,
            String reason) {}
}
