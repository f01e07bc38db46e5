package io.ansermq.remoting.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.Future;
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
public final class RemotingServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final long CLOSE_TIMEOUT_MS = 5_000;
    private static final long LOCAL_QUIET_MS = 50;

    private final Transport transport;
    private final TransportOptions options;
    private final Function<Connection, ConnectionHandler> handlers;
    private final IoEventLoopGroup eventLoops;
    private final Set<ChannelConnection> connections = ConcurrentHashMap.newKeySet();
    private final Channel channel;
    private volatile boolean closed;

    private RemotingServer(
            final Transport transport,
            final SocketAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        this.transport = transport;
        this.options = options;
        this.handlers = handlers;
        this.eventLoops = transport.newEventLoops(options.ioThreads(), options.name() + "-io");
        this.channel = listen(address);
    }

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
        return bind(Transport.of(address), address, options, handlers);
    }

    static RemotingServer bind(
            final Transport transport,
            final SocketAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        return new RemotingServer(transport, address, options, handlers);
    }

    /** The address that is listened on, with the port that the system chose. */
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    /** How many connections are open now. */
    public int connectionCount() {
        return connections.size();
    }

    /**
     * Stops listening, closes all connections and ends the threads. Waits for that, at most a few seconds; not at all
     * on a thread of its own.
     */
    @Override
    public void close() {
        closed = true;
        final boolean inside = Transport.isInside(eventLoops);
        final ChannelFuture listening = channel.close();
        if (!inside) {
            listening.awaitUninterruptibly(CLOSE_TIMEOUT_MS);
        }
        final List<ChannelConnection> open = List.copyOf(connections);
        open.forEach(connection -> connection.close("the server is closing"));
        final CompletableFuture<Void> allGone = CompletableFuture.allOf(
                open.stream().map(ChannelConnection::gone).toArray(CompletableFuture<?>[]::new));
        if (inside) {
            allGone.whenComplete((nothing, failure) -> endThreads());
        } else {
            await(allGone);
            endThreads().awaitUninterruptibly(CLOSE_TIMEOUT_MS);
        }
    }

    private Future<?> endThreads() {
        // Inside the JVM the peers' ends still tell ours that they are closed, and would complain to find nobody there.
        final long quietMs = transport.isTcp() ? 0 : LOCAL_QUIET_MS;
        return eventLoops.shutdownGracefully(quietMs, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }

    private Channel listen(final SocketAddress address) throws IOException {
        final ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channel(transport.serverChannel())
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel accepted) {
                        accept(accepted);
                    }
                });
        if (transport.isTcp()) {
            bootstrap.option(ChannelOption.SO_BACKLOG, BACKLOG);
        }
        final ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            endThreads();
            throw cannotListen(address, bound.cause());
        }
        return bound.channel();
    }

    private void accept(final Channel accepted) {
        ChannelSetup.configure(accepted, transport);
        if (transport.isTcp()) {
            options.encryption().install(accepted, accepted.remoteAddress());
        }
        final ChannelConnection connection =
                new ChannelConnection(accepted, accepted.remoteAddress(), options, System::nanoTime, handlers, null);
        connections.add(connection);
        connection.gone().whenComplete((nothing, failure) -> connections.remove(connection));
        accepted.pipeline().addLast(connection);
        if (closed) {
            connection.close("the server is closing");
        }
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

    private static IOException cannotListen(final SocketAddress address, final Throwable cause) {
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
        final BindException failure = new BindException("cannot listen on " + Transport.describe(address) + ": " + why);
        failure.initCause(cause);
        return failure;
    }
}
