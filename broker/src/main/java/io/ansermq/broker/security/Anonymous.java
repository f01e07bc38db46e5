package io.ansermq.broker.security;

import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** From where clients may connect without a user. */
public enum Anonymous {
    /** From nowhere. */
    NONE,
    /** From this machine, and from inside the broker's own process. */
    LOOPBACK,
    /** From everywhere. */
    ALL;

    /** Whether this client needs no user. */
    public boolean admits(final SocketAddress remote) {
        return switch (this) {
            case NONE -> false;
            case LOOPBACK ->
                remote instanceof LocalAddress
                        || (remote instanceof InetSocketAddress inet
                                && !inet.isUnresolved()
                                && inet.getAddress().isLoopbackAddress());
            case ALL -> true;
        };
    }
}
