package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what goes wrong in a guest with the guest: the broker goes on for everybody else. A guest changes the broker's
 * state through its desk alone, by requests that are whole or refused, so nothing is left half done. Owned by the core
 * agent.
 */
final class GuardedGuest implements CoreGuest {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedGuest.class);

    /** A turn that fails may fail again at once: its failures are told this often. */
    private static final long SILENCE_MS = 60_000;

    private final CoreGuest guest;
    private long silentUntilEpochMs;

    GuardedGuest(final CoreGuest guest) {
        this.guest = guest;
    }

    /** Runs something of a guest; what it throws is logged. */
    static void run(final String what, final Runnable action) {
        try {
            action.run();
        } catch (final RuntimeException e) {
            LOG.error("{} failed; the broker goes on without it", what, e);
        }
    }

    @Override
    public int doWork(final long nowEpochMs) {
        try {
            return guest.doWork(nowEpochMs);
        } catch (final RuntimeException e) {
            if (nowEpochMs >= silentUntilEpochMs) {
                silentUntilEpochMs = nowEpochMs + SILENCE_MS;
                LOG.error("a turn of the service for RocketMQ clients failed; the broker goes on", e);
            }
            return 0;
        }
    }

    @Override
    public boolean isIdle() {
        return guest.isIdle();
    }

    @Override
    public boolean request(final ClientLink link, final ControlHeader header, final int opaque) {
        try {
            return guest.request(link, header, opaque);
        } catch (final RuntimeException e) {
            LOG.error("{} asked for {}, which failed; the broker goes on", link.remote(), header, e);
            link.answer(opaque, new Failure(ErrorCodes.INTERNAL, "this failed in the broker, whose log says more"));
            return true;
        }
    }

    @Override
    public void destinationAdded(final DestinationState destination) {
        run("showing " + destination.name() + " to RocketMQ clients", () -> guest.destinationAdded(destination));
    }

    @Override
    public void closed(final ClientLink link) {
        run("seeing off " + link.remote(), () -> guest.closed(link));
    }
}
