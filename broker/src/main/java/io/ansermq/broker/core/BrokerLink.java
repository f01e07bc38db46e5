package io.ansermq.broker.core;

import io.ansermq.broker.security.Access;
import io.ansermq.remoting.protocol.ControlHeader;

/**
 * A client that is the broker itself: what it sends on behalf of others. It may do everything and has no network behind it;
 * those below say what becomes of its sends. Owned by the core agent.
 */
public abstract class BrokerLink extends ClientLink {

    /** One that may do everything. */
    protected BrokerLink() {
        admitted(Access.UNLIMITED);
    }

    @Override
    public long id() {
        return 0;
    }

    @Override
    public String remote() {
        return "the broker";
    }

    @Override
    public void settled(final long sequence) {
        // Each message has its own outcome.
    }

    @Override
    public void answer(final int opaque, final ControlHeader header) {
        // What it asks for needs no answer.
    }

    @Override
    public void consumed(final int bytes) {
        // Bounded by the clients on whose behalf it sends.
    }

    @Override
    public void flush() {
        // There is no network behind it.
    }
}
