package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader;

/**
 * Who lives in core besides the Jakarta Messaging world: the state that RocketMQ clients work with. All methods are called
 * by the core agent and must be quick; who does not override one has nothing to do there.
 */
public interface CoreGuest {

    /** Nobody. */
    CoreGuest NOBODY = new CoreGuest() {};

    /** Moves in, when the broker has recovered its state, which the desk shows. */
    default void attach(final CoreDesk desk) {}

    /** One turn, after what was committed has become visible; returns 0 when there was nothing to do. */
    default int doWork(final long nowEpochMs) {
        return 0;
    }

    /** Whether {@link #doWork} would find nothing to do, apart from what depends on the time. */
    default boolean isIdle() {
        return true;
    }

    /**
     * A client asks for something that core itself knows nothing of.
     *
     * @return whether this guest has seen to it, the answer included
     */
    default boolean request(final ClientLink link, final ControlHeader header, final int opaque) {
        return false;
    }

    /** There is a new destination. */
    default void destinationAdded(final DestinationState destination) {}

    /** A connection is gone. */
    default void closed(final ClientLink link) {}
}
