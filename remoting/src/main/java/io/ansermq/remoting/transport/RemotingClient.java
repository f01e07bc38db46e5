package io.ansermq.remoting.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Function;

/** Opens connections. All clients of this process share a few daemon threads, which end when unused. Thread safe. */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // an outline; the bodies follow
public final class RemotingClient {

    private RemotingClient() {}

    /**
     * Connects to {@code address} and waits until that is done: by TCP for an {@link java.net.InetSocketAddress},
     * inside this JVM for a {@link io.netty.channel.local.LocalAddress}.
     *
     * @param handlers makes the handler of the connection, on its event loop, before anything is read
     * @throws IOException whose text names the address and the next step
     */
    public static Connection connect(
            final SocketAddress address,
            final TransportOptions options,
            final long timeoutMs,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        throw new UnsupportedOperationException("not built yet");
    }
}
