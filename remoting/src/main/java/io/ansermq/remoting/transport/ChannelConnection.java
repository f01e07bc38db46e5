package io.ansermq.remoting.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection over a Netty channel, whose {@link #channelHandler} is the last one in that channel's pipeline. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails in the channel arrives at exceptionCaught
final class ChannelConnection extends FramedConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Channel channel;
    private final EventLoop eventLoop;
    private final ChannelHandler channelHandler = new Events();

    // Event loop.
    private final long unreadTimeoutMs;
    private @Nullable Future<?> unreadTimer;

    ChannelConnection(
            final Channel channel,
            final SocketAddress remote,
            final TransportOptions options,
            final LongSupplier nanoClock,
            final Function<Connection, ConnectionHandler> handlers,
            final @Nullable CompletableFuture<Connection> ready) {
        super(channel.eventLoop(), channel.alloc(), remote, options, nanoClock, handlers, ready);
        this.channel = channel;
        this.eventLoop = channel.eventLoop();
        this.unreadTimeoutMs = options.unreadTimeoutMs();
    }

    ChannelHandler channelHandler() {
        return channelHandler;
    }

    @Override
    public @Nullable X500Principal peerCertificate() {
        final SslHandler encryption = channel.pipeline().get(SslHandler.class);
        if (encryption == null) {
            return null;
        }
        try {
            return encryption.engine().getSession().getPeerPrincipal() instanceof X500Principal subject
                    ? subject
                    : null;
        } catch (final SSLPeerUnverifiedException e) {
            return null;
        }
    }

    @Override
    public boolean inEventLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void setAutoRead(final boolean autoRead) {
        channel.config().setAutoRead(autoRead);
        if (autoRead) {
            execute(this::onListening);
        }
    }

    @Override
    boolean isAutoRead() {
        return channel.config().isAutoRead();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    void transmit(final ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    void flushCarrier() {
        channel.flush();
    }

    @Override
    void endCarrier() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    void closeCarrier() {
        channel.close();
    }

    /** While the peer leaves unread what was written, a timer runs. */
    private void watchUnread() {
        stopUnreadTimer();
        if (unreadTimeoutMs > 0 && !isClosing() && !channel.isWritable()) {
            unreadTimer = eventLoop.schedule(this::unread, unreadTimeoutMs, TimeUnit.MILLISECONDS);
        }
    }

    private void stopUnreadTimer() {
        if (unreadTimer != null) {
            unreadTimer.cancel(false);
            unreadTimer = null;
        }
    }

    private void unread() {
        if (!isClosing() && !channel.isWritable()) {
            LOG.warn(
                    "Closing {}: its peer has left {} bytes unread for {} ms",
                    this,
                    channel.unsafe().outboundBuffer() == null
                            ? 0
                            : channel.unsafe().outboundBuffer().totalPendingWriteBytes(),
                    unreadTimeoutMs);
            abandon("the peer did not read for " + unreadTimeoutMs + " ms");
        }
    }

    /** What Netty tells. */
    private final class Events extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(final ChannelHandlerContext context) {
            onActive();
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            onRead((ByteBuf) message);
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            onReadComplete();
        }

        @Override
        public void channelWritabilityChanged(final ChannelHandlerContext context) {
            watchUnread();
            onWritable(channel.isWritable());
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            // A decoder in front of this one wraps what the peer did wrong.
            fail(
                    cause instanceof DecoderException && cause.getCause() instanceof SSLException encryption
                            ? new SSLException("TLS: " + TlsFailure.textOf(encryption), cause)
                            : cause);
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            stopUnreadTimer();
            onInactive();
        }
    }
}
