package io.ansermq.broker.session;

/**
 * What every client session needs to know.
 *
 * @param brokerName shown to clients
 * @param maxMessageBytes the largest record taken
 * @param sendWindowBytes unanswered bytes granted to a connection
 * @param heartbeatMs interval of heartbeats
 * @param incarnation a number that no other run of a broker has
 * @param connectionMemoryBytes unconsumed bytes above which a connection is not read
 */
public record SessionSettings(
        String brokerName,
        int maxMessageBytes,
        int sendWindowBytes,
        int heartbeatMs,
        long incarnation,
        long connectionMemoryBytes) {}
