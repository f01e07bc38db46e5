package io.ansermq.broker.core;

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

    /** One turn, after what was committed has become visible; returns 0 when there was nothing to do. */
    int doWork(long nowEpochMs);

    /** Whether {@link #doWork} would find nothing to do, apart from what depends on the time. */
    boolean isIdle();

    /** There is a new destination. */
    void destinationAdded(DestinationState destination);

    /** A connection is gone. */
    void closed(ClientLink link);
}
