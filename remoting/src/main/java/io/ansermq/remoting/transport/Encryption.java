package io.ansermq.remoting.transport;

import io.netty.channel.Channel;
import java.net.SocketAddress;

/** What stands between the socket and the frames of a connection. Immutable and thread safe. */
public interface Encryption {

    /** Frames travel as they are. */
    Encryption NONE = (channel, remote) -> {};

    /**
     * Puts its handlers into the pipeline of a new channel, in front of everything else. Called on the channel's event
     * loop, for TCP alone: inside a JVM nobody listens.
     *
     * @param remote the address that is connected to, as it was written; on a server, where the peer is
     */
    void install(Channel channel, SocketAddress remote);
}
