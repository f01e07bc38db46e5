package io.ansermq.remoting.transport;

/**
 * Decides when a connection has been silent for too long. Knows no clock and no timer: it is told the time. Not thread
 * safe; confined to one event loop.
 */
final class SilenceWatch {

    /** How many heartbeats a peer may miss. */
    private static final int MISSED_HEARTBEATS = 3;

    private final boolean pings;
    private final long pingAfterNs;
    private final long closeAfterNs;
    private long lastSentNs;
    private long lastReceivedNs;

    private SilenceWatch(final boolean pings, final long pingAfterNs, final long closeAfterNs, final long nowNs) {
        this.pings = pings;
        this.pingAfterNs = pingAfterNs;
        this.closeAfterNs = closeAfterNs;
        this.lastSentNs = nowNs;
        this.lastReceivedNs = nowNs;
    }

    /** Pings after {@code intervalNs} without sending, closes after three times that without receiving. */
    static SilenceWatch heartbeat(final long intervalNs, final long nowNs) {
        return new SilenceWatch(true, intervalNs, MISSED_HEARTBEATS * intervalNs, nowNs);
    }

    /** Closes after {@code timeoutNs} without receiving. */
    static SilenceWatch idleTimeout(final long timeoutNs, final long nowNs) {
        return new SilenceWatch(false, Long.MAX_VALUE, timeoutNs, nowNs);
    }

    void sent(final long nowNs) {
        lastSentNs = nowNs;
    }

    void received(final long nowNs) {
        lastReceivedNs = nowNs;
    }

    /** What is to be done now. */
    Action act(final long nowNs) {
        if (nowNs - lastReceivedNs >= closeAfterNs) {
            return Action.CLOSE;
        }
        return pings && nowNs - lastSentNs >= pingAfterNs ? Action.PING : Action.NOTHING;
    }

    /** When to ask again, if nothing happens until then. */
    long untilNextActionNs(final long nowNs) {
        final long untilClose = closeAfterNs - (nowNs - lastReceivedNs);
        final long untilPing = pings ? pingAfterNs - (nowNs - lastSentNs) : Long.MAX_VALUE;
        return Math.max(0, Math.min(untilClose, untilPing));
    }

    /** The longest silence of the peer that is accepted. */
    long closeAfterNs() {
        return closeAfterNs;
    }

    /** What silence asks for. */
    enum Action {
        NOTHING,
        PING,
        CLOSE
    }
}
