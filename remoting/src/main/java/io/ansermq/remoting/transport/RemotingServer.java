package io.ansermq.remoting.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Function;

/** A port that accepts connections. Thread safe. */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // an outline; the bodies follow
public final class RemotingServer implements AutoCloseable {

    private RemotingServer() {}

    /**
     * Listens on {@code address}: TCP for an {@link java.net.InetSocketAddress} (port 0: the system chooses), inside
     * this JVM for a {@link io.netty.channel.local.LocalAddress}.
     *
     * @param handlers makes the handler of each connection, on its event loop, before anything is read
     * @throws IOException in one clear line, when the address cannot be listened on
     */
    public static RemotingServer bind(
            final SocketAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        throw new UnsupportedOperationException("not built yet");
    }

    /** The address that clients can connect to, with the port that the system chose. */
    public SocketAddress localAddress() {
        throw new UnsupportedOperationException("not built yet");
    }

    /** Stops listening, closes all connections and ends the threads; waits a few seconds for all that. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("not built yet");
    }
}
