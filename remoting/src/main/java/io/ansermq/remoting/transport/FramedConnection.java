package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Pong;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Connection} whatever carries its bytes: frames, requests, heartbeats and its end. What carries them calls the
 * {@code on...} methods and is told by the abstract ones.
 *
 * <p>Everything but the fields grouped as shared is confined to the connection's event loop. Other threads put what they
 * write into a queue that the event loop drains, with at most one wake-up for any number of writes.
 */
abstract class FramedConnection implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final AtomicLong NEXT_ID = new AtomicLong(1);
    private static final String OPEN = "";

    /** How long the last answers may take to leave when a connection is closed in an orderly way. */
    private static final long LINGER_MS = 2_000;

    // Shared.
    private final long id = NEXT_ID.getAndIncrement();
    private final ScheduledExecutorService eventLoop;
    private final ByteBufAllocator alloc;
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

    /**
     * Does nothing until {@link #onActive}.
     *
     * @param eventLoop a single thread
     * @param ready who waits for that, or for why it came to nothing
     */
    FramedConnection(
            final ScheduledExecutorService eventLoop,
            final ByteBufAllocator alloc,
            final SocketAddress remote,
            final TransportOptions options,
            final LongSupplier nanoClock,
            final Function<Connection, ConnectionHandler> handlers,
            final @Nullable CompletableFuture<Connection> ready) {
        this.eventLoop = eventLoop;
        this.alloc = alloc;
        this.remoteAddress = remote;
        this.remote = AddressText.of(remote);
        this.nanoClock = nanoClock;
        this.handlers = handlers;
        this.ready = ready;
        this.idleTimeoutMs = options.idleTimeoutMs();
        final Events events = new Events();
        this.splitter = new FrameSplitter(alloc, options.maxFrameBytes(), events);
        this.output = new OutputBatch(this);
        this.pending = new PendingRequests(eventLoop, nanoClock, this.remote);
        this.silence = new SilenceTimer(eventLoop, nanoClock, events);
    }

    // What the carrier of the bytes does, on the event loop.

    /** Takes bytes that leave with the next {@link #flushCarrier}, and takes over their reference. */
    abstract void transmit(ByteBuf bytes);

    abstract void flushCarrier();

    /** Lets leave what was transmitted, then closes, which ends with {@link #onInactive}. */
    abstract void endCarrier();

    /** Closes at once, which ends with {@link #onInactive}; what has not left may be lost. */
    abstract void closeCarrier();

    /** Whether what the peer sends is read. */
    abstract boolean isAutoRead();

    /** Completes when the connection is closed and its handler knows. */
    final CompletableFuture<Void> gone() {
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
    public void write(final RemotingCommand command) {
        if (!isOpen()) {
            command.release();
        } else if (inEventLoop()) {
            send(command);
        } else {
            handOver(command);
        }
    }

    @Override
    public void writeFrame(final ByteBuf encodedFrames) {
        if (!inEventLoop()) {
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
        if (inEventLoop()) {
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
    public void schedule(final Runnable task, final long delayMs) {
        try {
            var unused = eventLoop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        } catch (final RejectedExecutionException e) {
            LOG.debug("Connection {} to {}: event loop has ended", id, remote);
        }
    }

    @Override
    public ByteBufAllocator alloc() {
        return alloc;
    }

    @Override
    public void close(final String reason) {
        if (closeReason.compareAndSet(OPEN, reason.isEmpty() ? "closed" : reason)) {
            if (inEventLoop()) {
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

    // What the carrier of the bytes calls, on the event loop.

    /** It is there; before anything else. */
    final void onActive() {
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

    /** Something was read, whose reference it takes over. */
    final void onRead(final ByteBuf bytes) {
        reading = true;
        try {
            splitter.feed(bytes);
        } catch (final RuntimeException | Error e) {
            fail(e);
        }
    }

    /** That was all for now. */
    final void onReadComplete() {
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

    final void onWritable(final boolean writable) {
        if (handler != null && !closing) {
            try {
                handler.onWritable(this, writable);
            } catch (final RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /** The peer is not silent, it was not listened to. */
    final void onListening() {
        silence.received();
    }

    /** It is gone; last of all. */
    final void onInactive() {
        closeReason.compareAndSet(OPEN, "closed by the peer");
        closing = true;
        failReady(closedException());
        silence.stop();
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

    final boolean isClosing() {
        return closing;
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
            flushCarrier();
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
        endCarrier();
        var unused = eventLoop.schedule(this::closeCarrier, LINGER_MS, TimeUnit.MILLISECONDS);
    }

    /** Closes at once without a farewell, for nothing more can be said to this peer. */
    final void abandon(final String reason) {
        closing = true;
        closeReason.compareAndSet(OPEN, reason);
        splitter.close();
        closeCarrier();
    }

    /** Closes at once, since something went wrong. */
    final void fail(final Throwable cause) {
        if (closing) {
            closeCarrier();
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
        flushCarrier();
        closeCarrier();
    }

    /** Tells who waits for it to become active that it will not. */
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

    /** What a frame leads to, and what long silence does. */
    private final class Events implements FrameSplitter.Sink, SilenceTimer.Actions {
        @Override
        public void frame(final ByteBuf in, final int index, final int length) {
            final RemotingCommand command = RemotingCodec.decode(in, index, length);
            final ControlHeader control = command.control();
            if (control instanceof Ping) {
                send(RemotingCommand.control(new Pong(), command.opaque()));
            } else if (command.isResponse() && isOurs(command.opaque())) {
                if (!pending.answer(command)) {
                    command.release(); // nobody waits for it any more
                }
            } else if (!(control instanceof Pong) && handler != null) {
                handler.onCommand(FramedConnection.this, command);
            } else {
                command.release();
            }
        }

        @Override
        public boolean isListening() {
            return isAutoRead();
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
