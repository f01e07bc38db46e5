package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Pong;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Connection} over a Netty channel, and the last handler in that channel's pipeline.
 *
 * <p>Everything but the fields grouped as shared is confined to the channel's event loop. Other threads put what they
 * write into a queue that the event loop drains, with at most one wake-up for any number of writes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails in the channel arrives at exceptionCaught
final class ChannelConnection extends ChannelInboundHandlerAdapter implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final AtomicLong NEXT_ID = new AtomicLong(1);
    private static final String OPEN = "";

    /** How long the last answers may take to leave when a connection is closed in an orderly way. */
    private static final long LINGER_MS = 2_000;

    /**
     * The last thing that travels inside the JVM before an orderly end, upon which the peer closes: a local channel
     * that is closed at once drops what its peer has not read yet, as a socket would not.
     */
    private static final Object GOODBYE = new Object();

    // Shared.
    private final long id = NEXT_ID.getAndIncrement();
    private final Channel channel;
    private final EventLoop eventLoop;
    private final SocketAddress remoteAddress;
    private final String remote;
    private final LongSupplier nanoClock;
    private final AtomicReference<String> closeReason = new AtomicReference<>(OPEN);
    private final AtomicLong issuedOpaques = new AtomicLong();
    private final Queue<Object> handedOver = new ConcurrentLinkedQueue<>(); // RemotingCommand or Request
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final Runnable drainTask = this::drain;
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    // Event loop.
    private final @Nullable CompletableFuture<Connection> ready;
    private final Function<Connection, ConnectionHandler> handlers;
    private final long idleTimeoutMs;
    private final long unreadTimeoutMs;
    private final FrameSplitter splitter;
    private final OutputBatch output;
    private final PendingRequests pending;
    private final SilenceTimer silence;
    private final Runnable flushTask = this::flush;
    private @Nullable ConnectionHandler handler;
    private @Nullable Throwable closeCause;
    private boolean closing;
    private boolean reading;
    private boolean flushWanted;
    private @Nullable Future<?> unreadTimer;

    /**
     * Does nothing until the channel is active.
     *
     * @param ready who waits for that, or for why it came to nothing
     */
    ChannelConnection(
            final Channel channel,
            final SocketAddress remote,
            final TransportOptions options,
            final LongSupplier nanoClock,
            final Function<Connection, ConnectionHandler> handlers,
            final @Nullable CompletableFuture<Connection> ready) {
        this.channel = channel;
        this.eventLoop = channel.eventLoop();
        this.remoteAddress = remote;
        this.remote = Transport.describe(remote);
        this.nanoClock = nanoClock;
        this.handlers = handlers;
        this.ready = ready;
        this.idleTimeoutMs = options.idleTimeoutMs();
        this.unreadTimeoutMs = options.unreadTimeoutMs();
        this.splitter = new FrameSplitter(channel.alloc(), options.maxFrameBytes(), this::onFrame);
        this.output = new OutputBatch(channel);
        this.pending = new PendingRequests(eventLoop, nanoClock, this.remote);
        this.silence = new SilenceTimer(eventLoop, nanoClock, new OnSilence());
    }

    /** Completes when the connection is closed and its handler knows. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
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
    public void write(final RemotingCommand command) {
        if (!isOpen()) {
            command.release();
        } else if (eventLoop.inEventLoop()) {
            send(command);
        } else {
            handOver(command);
        }
    }

    @Override
    public void writeFrame(final ByteBuf encodedFrames) {
        if (!eventLoop.inEventLoop()) {
            encodedFrames.release();
            throw new IllegalStateException("encoded frames are written on the connection's event loop only");
        }
        if (closing) {
            encodedFrames.release();
            return;
        }
        output.addBytes(encodedFrames);
        flushLater();
    }

    @Override
    public CompletableFuture<RemotingCommand> request(final RemotingCommand command, final long timeoutMs) {
        final long deadlineNs = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        final Request request = new Request(command.withOpaque(nextOpaque()), timeoutMs, deadlineNs);
        if (eventLoop.inEventLoop()) {
            start(request);
        } else {
            handOver(request);
        }
        return request;
    }

    @Override
    public void startHeartbeat(final long intervalMs) {
        if (intervalMs <= 0) {
            throw new IllegalArgumentException("a heartbeat every " + intervalMs + " ms");
        }
        execute(() -> {
            if (!closing) {
                silence.heartbeat(intervalMs);
            }
        });
    }

    @Override
    public void execute(final Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (final RejectedExecutionException e) {
            LOG.debug("Connection {} to {}: event loop has ended", id, remote);
        }
    }

    @Override
    public boolean inEventLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void schedule(final Runnable task, final long delayMs) {
        try {
            var unused = eventLoop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        } catch (final RejectedExecutionException e) {
            LOG.debug("Connection {} to {}: event loop has ended", id, remote);
        }
    }

    @Override
    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    @Override
    public void setAutoRead(final boolean autoRead) {
        channel.config().setAutoRead(autoRead);
        if (autoRead) {
            execute(silence::received);
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void close(final String reason) {
        if (closeReason.compareAndSet(OPEN, reason.isEmpty() ? "closed" : reason)) {
            if (eventLoop.inEventLoop()) {
                closeGracefully();
            } else {
                execute(this::closeGracefully);
            }
        }
    }

    @Override
    public boolean isOpen() {
        return closeReason().isEmpty();
    }

    @Override
    public String closeReason() {
        return Objects.requireNonNull(closeReason.get());
    }

    @Override
    public String toString() {
        return "connection " + id + " to " + remote;
    }

    // What Netty calls.

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        try {
            handler = handlers.apply(this);
        } catch (final RuntimeException e) {
            if (ready != null && ready.completeExceptionally(e)) {
                close("there is no handler for it");
            } else {
                fail(e);
            }
            return;
        }
        if (idleTimeoutMs > 0) {
            silence.idleTimeout(idleTimeoutMs);
        }
        if (ready != null) {
            ready.complete(this);
        }
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        if (message == GOODBYE) {
            channel.close();
            return;
        }
        reading = true;
        try {
            splitter.feed((ByteBuf) message);
        } catch (final RuntimeException | Error e) {
            fail(e);
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        silence.received();
        if (handler != null && !closing) {
            try {
                handler.onReadComplete(this);
            } catch (final RuntimeException | Error e) {
                fail(e);
            }
        }
        reading = false;
        flush();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        watchUnread();
        if (handler != null && !closing) {
            try {
                handler.onWritable(this, channel.isWritable());
            } catch (final RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /** While the peer leaves unread what was written, a timer runs. */
    private void watchUnread() {
        if (unreadTimer != null) {
            unreadTimer.cancel(false);
            unreadTimer = null;
        }
        if (unreadTimeoutMs > 0 && !closing && !channel.isWritable()) {
            unreadTimer = eventLoop.schedule(this::unread, unreadTimeoutMs, TimeUnit.MILLISECONDS);
        }
    }

    private void unread() {
        if (!closing && !channel.isWritable()) {
            LOG.warn(
                    "Closing {}: its peer has left {} bytes unread for {} ms",
                    this,
                    channel.unsafe().outboundBuffer() == null
                            ? 0
                            : channel.unsafe().outboundBuffer().totalPendingWriteBytes(),
                    unreadTimeoutMs);
            // Nothing more can be said to it, so there is no use in a farewell.
            closing = true;
            closeReason.compareAndSet(OPEN, "the peer did not read for " + unreadTimeoutMs + " ms");
            splitter.close();
            channel.close();
        }
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
        closeReason.compareAndSet(OPEN, "closed by the peer");
        closing = true;
        failReady(closedException());
        silence.stop();
        if (unreadTimer != null) {
            unreadTimer.cancel(false);
        }
        splitter.close();
        output.discard();
        drain();
        pending.failAll(closedException());
        try {
            if (handler != null) {
                handler.onClosed(this, closeCause);
            }
        } catch (final RuntimeException | Error e) {
            LOG.error("{}: the handler failed when it heard of the end", this, e);
        } finally {
            gone.complete(null);
        }
    }

    // Reading.

    private void onFrame(final ByteBuf in, final int index, final int length) {
        final RemotingCommand command = RemotingCodec.decode(in, index, length);
        final ControlHeader control = command.control();
        if (control instanceof Ping) {
            send(RemotingCommand.control(new Pong(), command.opaque()));
        } else if (command.isResponse() && isOurs(command.opaque())) {
            if (!pending.answer(command)) {
                command.release(); // nobody waits for it any more
            }
        } else if (!(control instanceof Pong) && handler != null) {
            handler.onCommand(this, command);
        } else {
            command.release();
        }
    }

    // Writing.

    private void send(final RemotingCommand command) {
        if (closing) {
            command.release();
            return;
        }
        output.add(command);
        flushLater();
    }

    private void start(final Request request) {
        if (closing) {
            request.command().release();
            request.completeExceptionally(closedException());
            return;
        }
        pending.add(request);
        try {
            send(request.command());
        } catch (final IllegalArgumentException e) {
            pending.remove(request);
            request.completeExceptionally(e);
        }
    }

    private void handOver(final Object commandOrRequest) {
        handedOver.add(commandOrRequest);
        if (!drainScheduled.getAndSet(true)) {
            try {
                eventLoop.execute(drainTask);
            } catch (final RejectedExecutionException e) {
                drainScheduled.set(false);
                dropHandedOver();
            }
        }
    }

    private void drain() {
        // Before the queue is emptied: what is added from here on brings another drain with it.
        drainScheduled.set(false);
        for (Object next = handedOver.poll(); next != null; next = handedOver.poll()) {
            if (next instanceof Request request) {
                start(request);
                continue;
            }
            try {
                send((RemotingCommand) next);
            } catch (final IllegalArgumentException e) {
                fail(e);
            }
        }
    }

    /** For when the event loop is gone, and with it the connection. */
    private void dropHandedOver() {
        for (Object next = handedOver.poll(); next != null; next = handedOver.poll()) {
            if (next instanceof Request request) {
                request.command().release();
                request.completeExceptionally(closedException());
            } else {
                ((RemotingCommand) next).release();
            }
        }
    }

    /** While a batch is being read, its end is the end of the turn; else the end of the event loop's tasks is. */
    private void flushLater() {
        if (!flushWanted) {
            flushWanted = true;
            if (!reading) {
                eventLoop.execute(flushTask);
            }
        }
    }

    private void flush() {
        if (flushWanted) {
            flushWanted = false;
            output.push();
            channel.flush();
            silence.sent();
        }
    }

    private int nextOpaque() {
        int opaque;
        do {
            opaque = (int) issuedOpaques.incrementAndGet() & Integer.MAX_VALUE;
        } while (opaque == 0);
        return opaque;
    }

    /** Whether this may be the number of a {@link #request} of this connection. */
    private boolean isOurs(final int opaque) {
        return opaque > 0 && opaque <= issuedOpaques.get();
    }

    // Closing.

    private void closeGracefully() {
        if (closing) {
            return;
        }
        drain();
        closing = true;
        splitter.close();
        output.push();
        if (channel instanceof LocalChannel) {
            channel.writeAndFlush(GOODBYE);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        eventLoop.schedule(() -> channel.close(), LINGER_MS, TimeUnit.MILLISECONDS);
    }

    private void fail(final Throwable cause) {
        if (closing) {
            channel.close();
            return;
        }
        closing = true;
        closeCause = cause;
        failReady(cause);
        final boolean first = closeReason.compareAndSet(OPEN, reasonOf(cause));
        if (first) {
            log(cause);
        }
        splitter.close();
        output.push(); // answers to what came before, as far as they leave at once
        channel.flush();
        channel.close();
    }

    /** Tells who waits for the channel to become active that it will not. */
    private void failReady(final Throwable cause) {
        if (ready != null) {
            ready.completeExceptionally(cause);
        }
    }

    private static String reasonOf(final Throwable cause) {
        if (cause instanceof MalformedFrameException) {
            return "malformed frame: " + cause.getMessage();
        }
        return cause instanceof IOException ? String.valueOf(cause.getMessage()) : "internal error: " + cause;
    }

    private void log(final Throwable cause) {
        if (cause instanceof MalformedFrameException || cause instanceof SSLException) {
            LOG.warn("Closed {}: {}", this, closeReason());
        } else if (cause instanceof IOException) {
            LOG.debug("Closed {}: {}", this, closeReason());
        } else {
            LOG.error("Closed {}: {}", this, closeReason(), cause);
        }
    }

    private IOException closedException() {
        return new IOException("the connection to " + remote + " is closed: " + closeReason());
    }

    /** What long silence leads to. */
    private final class OnSilence implements SilenceTimer.Actions {
        @Override
        public boolean isListening() {
            return channel.config().isAutoRead();
        }

        @Override
        public void ping() {
            send(RemotingCommand.control(new Ping(), 0));
        }

        @Override
        public void silent(final long silenceMs) {
            fail(new IOException("nothing was heard from the peer for " + silenceMs + " ms"));
        }
    }
}
