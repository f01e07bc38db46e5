package io.ansermq.remoting.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A port for TCP. Thread safe. */
final class ChannelServer extends RemotingServer {

    private static final int BACKLOG = 1024;

    private final TransportOptions options;
    private final Function<Connection, ConnectionHandler> handlers;
    private final IoEventLoopGroup eventLoops;
    private final Channel channel;

    private ChannelServer(
            final Transport transport,
            final SocketAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        this.options = options;
        this.handlers = handlers;
        this.eventLoops = transport.newEventLoops(options.ioThreads(), options.name() + "-io");
        this.channel = listen(transport, address);
    }

    static RemotingServer bind(
            final Transport transport,
            final SocketAddress address,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        return new ChannelServer(transport, address, options, handlers);
    }

    @Override
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    @Override
    boolean isInside() {
        return Transport.isInside(eventLoops);
    }

    @Override
    void stopListening(final boolean wait) {
        final ChannelFuture listening = channel.close();
        if (wait) {
            listening.awaitUninterruptibly(CLOSE_TIMEOUT_MS);
        }
    }

    @Override
    void endThreads(final boolean wait) {
        final Future<?> ended = eventLoops.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        if (wait) {
            ended.awaitUninterruptibly(CLOSE_TIMEOUT_MS);
        }
    }

    private Channel listen(final Transport transport, final SocketAddress address) throws IOException {
        final ChannelFuture bound = new ServerBootstrap()
                .group(eventLoops)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel accepted) {
                        accept(accepted);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            endThreads(false);
            throw cannotListen(address, bound.cause());
        }
        return bound.channel();
    }

    private void accept(final Channel accepted) {
        ChannelSetup.configure(accepted);
        options.encryption().install(accepted, accepted.remoteAddress());
        final ChannelConnection connection =
                new ChannelConnection(accepted, accepted.remoteAddress(), options, SystemClock.NANOS, handlers, null);
        final boolean inTime = keep(connection);
        accepted.pipeline().addLast(connection.channelHandler());
        if (!inTime) {
            connection.close("the server is closing");
        }
    }
}
