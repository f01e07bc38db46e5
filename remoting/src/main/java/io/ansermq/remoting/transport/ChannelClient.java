package io.ansermq.remoting.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Opens connections over TCP. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that is given up may close when it likes
final class ChannelClient {

    private ChannelClient() {}

    static Connection connect(
            final Transport transport,
            final SocketAddress address,
            final TransportOptions options,
            final long timeoutMs,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        final SocketAddress resolved = resolve(address);
        final ClientLoops loops = ClientLoops.acquire(transport, options.ioThreads());
        final CompletableFuture<Connection> ready = new CompletableFuture<>();
        final Channel channel;
        try {
            if (Transport.isInside(loops.group())) {
                throw new IllegalStateException("a client's event loop cannot wait for a connection");
            }
            channel = start(transport, loops, resolved, options, timeoutMs, handlers, ready);
        } catch (final RuntimeException e) {
            loops.release();
            throw e;
        }
        channel.closeFuture().addListener(closed -> loops.release());
        return RemotingClient.await(ready, channel::close, address, timeoutMs);
    }

    private static Channel start(
            final Transport transport,
            final ClientLoops loops,
            final SocketAddress address,
            final TransportOptions options,
            final long timeoutMs,
            final Function<Connection, ConnectionHandler> handlers,
            final CompletableFuture<Connection> ready) {
        final ChannelFuture connected = new Bootstrap()
                .group(loops.group())
                .channel(transport.channel())
                .disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(timeoutMs, Integer.MAX_VALUE))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        ChannelSetup.configure(channel);
                        options.encryption().install(channel, address);
                        channel.pipeline()
                                .addLast(new ChannelConnection(
                                                channel, address, options, SystemClock.NANOS, handlers, ready)
                                        .channelHandler());
                    }
                })
                .connect(address);
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                ready.completeExceptionally(done.cause());
            }
        });
        return connected.channel();
    }

    /** Looks the host up on the caller's thread: an event loop must not wait for a name server. */
    private static SocketAddress resolve(final SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress inet) || !inet.isUnresolved()) {
            return address;
        }
        final InetSocketAddress resolved = new InetSocketAddress(inet.getHostString(), inet.getPort());
        if (resolved.isUnresolved()) {
            throw RemotingClient.cannotConnect(
                    address, "the host is unknown: check its spelling and the name service of this machine", null);
        }
        return resolved;
    }
}
