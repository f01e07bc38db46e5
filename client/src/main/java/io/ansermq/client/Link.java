package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader.Connected;
import io.ansermq.remoting.transport.Connection;

/** One connection of a session, from the broker's welcome to its end. Thread safe. */
final class Link {
    private final Connection connection;
    private final Connected greeting;
    private final int number;
    private final LargeBodies largeBodies;
    private volatile boolean closed;

    /** @param number the session's connections are numbered from 1 on */
    Link(final Connection connection, final Connected greeting, final int number, final ClientOptions options) {
        this.connection = connection;
        this.greeting = greeting;
        this.number = number;
        largeBodies = new LargeBodies(
                connection, greeting.maxMessageBytes(), options.maxLargeMessageBytes(), options.requestTimeoutMs());
    }

    Connection connection() {
        return connection;
    }

    Connected greeting() {
        return greeting;
    }

    int number() {
        return number;
    }

    LargeBodies largeBodies() {
        return largeBodies;
    }

    /** The connection is gone. */
    void closed() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** The broker and its address, for messages. */
    @Override
    public String toString() {
        return "broker '" + greeting.brokerName() + "' at " + connection.remote();
    }
}
