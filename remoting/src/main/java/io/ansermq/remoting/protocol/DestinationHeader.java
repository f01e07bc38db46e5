package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;

/** Destinations and subscriptions that clients open, make and delete. */
public sealed interface DestinationHeader extends ControlHeader {

    /**
     * C to B: the broker-wide number of a destination, creating it when {@code create}; answered by
     * {@link DestinationOpened} or {@link ConnectionHeader.Failure}.
     */
    record OpenDestination(DestinationKind kind, String name, boolean create) implements DestinationHeader {
        public static final int CODE = 0x5003;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code topic} is the topic text that records for this destination must carry. */
    record DestinationOpened(int destination, String topic) implements DestinationHeader {
        public static final int CODE = 0x5004;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the durable subscription of this name (and this connection's client ID) is to end; answered by {@link ConnectionHeader.Done}
     * or {@link ConnectionHeader.Failure}.
     */
    record Unsubscribe(String name) implements DestinationHeader {
        public static final int CODE = 0x5028;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: a new queue or topic that ends with this connection and that it alone may consume from; answered by
     * {@link DestinationOpened}, whose topic text is its name as well.
     */
    record CreateTemporary(DestinationKind kind) implements DestinationHeader {
        public static final int CODE = 0x5029;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: a destination is to end with all its messages and subscriptions; a temporary one by its own connection
     * only. Answered by {@link ConnectionHeader.Done}, or {@link ConnectionHeader.Failure} when it is in use.
     */
    record DeleteDestination(DestinationKind kind, String name) implements DestinationHeader {
        public static final int CODE = 0x502A;

        @Override
        public int code() {
            return CODE;
        }
    }
}
