package io.ansermq.remoting.transport;

import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A port that accepts connections. Thread safe. */
@SuppressWarnings("FutureReturnValueIgnored") // callbacks follow what the future says
public abstract class RemotingServer implements AutoCloseable {

    static final long CLOSE_TIMEOUT_MS = 5_000;

    private final Set<FramedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    RemotingServer() {}

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
        return address instanceof LocalAddress local
                ? VmServer.bind(local, options, handlers)
                : ChannelServer.bind(Transport.of(address), address, options, handlers);
    }

    /** The address that is listened on, with the port that the system chose. */
    public abstract SocketAddress localAddress();

    /** How many connections are open now. */
    public final int connectionCount() {
        return connections.size();
    }

    /** Stops listening; the connections that are open stay. Waits for that as {@link #close} does. */
    public final void stopAccepting() {
        closed = true;
        stopListening(!isInside());
    }

    /**
     * Stops listening, closes all connections and ends the threads. Waits for that, at most a few seconds; not at all
     * on a thread of its own.
     */
    @Override
    public final void close() {
        final boolean inside = isInside();
        stopAccepting();
        final List<FramedConnection> open = List.copyOf(connections);
        open.forEach(connection -> connection.close("the server is closing"));
        final CompletableFuture<Void> allGone = CompletableFuture.allOf(
                open.stream().map(FramedConnection::gone).toArray(CompletableFuture<?>[]::new));
        if (inside) {
            allGone.whenComplete((nothing, failure) -> endThreads(false));
        } else {
            await(allGone);
            endThreads(true);
        }
    }

    /** Whether the calling thread is one of its own. */
    abstract boolean isInside();

    abstract void stopListening(boolean wait);

    abstract void endThreads(boolean wait);

    /** Keeps a connection that was accepted until it is gone; false when it came after the others were closed. */
    final boolean keep(final FramedConnection connection) {
        connections.add(connection);
        connection.gone().whenComplete((nothing, failure) -> connections.remove(connection));
        // Behind the addition, so that it is closed with the others or turned away here.
        return !closed;
    }

    private static void await(final CompletableFuture<Void> future) {
        try {
            future.get(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final TimeoutException | ExecutionException e) {
            // Ending the threads closes what is left.
        }
    }

    static IOException cannotListen(final SocketAddress address, final Throwable cause) {
        final String text = String.valueOf(cause.getMessage());
        final String why;
        if (text.contains("in use")) {
            why = "it is in use: stop the other process or choose another port";
        } else if (text.contains("assign requested address")) {
            why = "this machine has no such address: choose one of its own, or 0.0.0.0 for all";
        } else if (text.contains("ermission denied")) {
            why = "that is not permitted: choose a port above 1023";
        } else if (cause instanceof UnresolvedAddressException) {
            why = "the host is unknown: check its spelling, or choose 0.0.0.0 for all addresses";
        } else {
            why = text;
        }
        final BindException failure = new BindException("cannot listen on " + AddressText.of(address) + ": " + why);
        failure.initCause(cause);
        return failure;
    }
}
