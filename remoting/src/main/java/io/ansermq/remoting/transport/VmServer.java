package io.ansermq.remoting.transport;

import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Accepts connections inside this JVM. Thread safe. */
final class VmServer extends RemotingServer {

    private static final ConcurrentMap<LocalAddress, VmServer> LISTENING = new ConcurrentHashMap<>();
    private static final AtomicLong CLIENTS = new AtomicLong();

    private final LocalAddress address;
    private final TransportOptions options;
    private final Function<Connection, ConnectionHandler> handlers;
    private final VmLoops loops;

    private VmServer(
            final LocalAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers) {
        this.address = address;
        this.options = options;
        this.handlers = handlers;
        this.loops = new VmLoops(options.name() + "-io", options.ioThreads());
    }

    static RemotingServer bind(
            final LocalAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        final VmServer server = new VmServer(address, options, handlers);
        if (LISTENING.putIfAbsent(address, server) != null) {
            throw cannotListen(address, new BindException("in use"));
        }
        return server;
    }

    /** Makes a connection to the server that listens on {@code address}, whose other end is a client's. */
    static Connection connect(
            final LocalAddress address,
            final TransportOptions options,
            final long timeoutMs,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        final VmLoops clients = VmLoops.ofClients(options.ioThreads());
        if (clients.isInside()) {
            throw new IllegalStateException("a client's event loop cannot wait for a connection");
        }
        final CompletableFuture<Connection> ready = new CompletableFuture<>();
        final VmConnection client = new VmConnection(clients.next(), address, options, handlers, ready);
        final VmServer server = LISTENING.get(address);
        if (server == null || !server.accept(client)) {
            throw RemotingClient.cannotConnect(
                    address, "no broker of that name runs in this JVM: start it first", null);
        }
        return RemotingClient.await(ready, () -> client.execute(client::closeCarrier), address, timeoutMs);
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    boolean isInside() {
        return loops.isInside();
    }

    @Override
    void stopListening(final boolean wait) {
        LISTENING.remove(address, this);
    }

    @Override
    void endThreads(final boolean wait) {
        loops.end(wait ? CLOSE_TIMEOUT_MS : 0);
    }

    /** Whether it could still be accepted. */
    private boolean accept(final VmConnection client) {
        final LocalAddress remote = new LocalAddress("client-" + CLIENTS.incrementAndGet());
        final VmConnection connection = new VmConnection(loops.next(), remote, options, handlers, null);
        VmConnection.join(connection, client);
        if (!keep(connection)) {
            return false;
        }
        connection.begin();
        client.begin();
        return true;
    }
}
