package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader;

/**
 * Who lives in core besides the Jakarta Messaging world: the state that RocketMQ clients work with. All methods are called
 * by the core agent and must be quick.
 */
public interface CoreGuest {

    /** Nobody. */
    CoreGuest NOBODY = new CoreGuest() {
        @Override
        public int doWork(final long nowEpochMs) {
            return 0;
        }

        @Override
        public boolean isIdle() {
            return true;
        }

        @Override
        public void destinationAdded(final DestinationState destination) {}

        @Override
        public void closed(final ClientLink link) {}
    };

    /** Moves in, when the broker has recovered its state, which the desk shows. */
    default void attach(final CoreDesk desk) {}

    /** One turn, after what was committed has become visible; returns 0 when there was nothing to do. */
    int doWork(long nowEpochMs);

    /** Whether {@link #doWork} would find nothing to do, apart from what depends on the time. */
    boolean isIdle();

    /**
     * A client asks for something that core itself knows nothing of.
     *
     * @return whether this guest has seen to it, the answer included
     */
    default boolean request(final ClientLink link, final ControlHeader header, final int opaque) {
        return false;
    }

    /** There is a new destination. */
    void destinationAdded(DestinationState destination);

    /** A connection is gone. */
    void closed(ClientLink link);
}
