package io.ansermq.remoting.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens connections. All clients of this process share a few daemon threads, which end when unused. Thread safe. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that is given up may close when it likes
public final class RemotingClient {

    private RemotingClient() {}

    /**
     * Connects to {@code address} and waits until that is done: by TCP for an {@link java.net.InetSocketAddress},
     * inside this JVM for a {@link io.netty.channel.local.LocalAddress}.
     *
     * @param handlers makes the handler of the connection, on its event loop, before anything is read
     * @throws IOException whose text names the address and the next step
     * @throws IllegalStateException on an event loop of a client, which would wait for itself
     */
    public static Connection connect(
            final SocketAddress address,
            final TransportOptions options,
            final long timeoutMs,
            final Function<Connection, ConnectionHandler> handlers)
            throws IOException {
        return connect(Transport.of(address), address, options, timeoutMs, handlers);
    }

    /**
     * Ends the threads of this process's connections, which else stay for a while after the last of these, and waits for that: for
     * containers that take these classes away. Connections that are open go on, and keep their threads.
     *
     * @return whether all threads have ended after so many milliseconds, also those by which Netty tells of the end
     */
    public static boolean endThreads(final long timeoutMs) throws InterruptedException {
        if (!ClientLoops.endSoon(timeoutMs)) {
            return false;
        }
        try {
            return GlobalEventExecutor.INSTANCE.awaitInactivity(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (IllegalStateException e) {
            return true; // it has never been needed
        }
    }

    /**
     * Drops what the calling thread keeps for the sake of speed: for containers whose threads outlive these classes, and would
     * keep them. The next call makes it anew.
     */
    public static void forgetThread() {
        FastThreadLocal.removeAll();
    }

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
        return await(ready, channel, address, timeoutMs);
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
                        ChannelSetup.configure(channel, transport);
                        if (transport.isTcp()) {
                            options.encryption().install(channel, address);
                        }
                        channel.pipeline()
                                .addLast(new ChannelConnection(
                                        channel, address, options, System::nanoTime, handlers, ready));
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

    private static Connection await(
            final CompletableFuture<Connection> ready,
            final Channel channel,
            final SocketAddress address,
            final long timeoutMs)
            throws IOException {
        try {
            return ready.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting to " + Transport.describe(address));
        } catch (final TimeoutException e) {
            channel.close();
            throw cannotConnect(address, noAnswer(timeoutMs), e);
        } catch (final ExecutionException e) {
            channel.close();
            throw cannotConnect(address, why(e.getCause(), address, timeoutMs), e.getCause());
        }
    }

    /** Looks the host up on the caller's thread: an event loop must not wait for a name server. */
    private static SocketAddress resolve(final SocketAddress address) throws IOException {
        if (!(address instanceof InetSocketAddress inet) || !inet.isUnresolved()) {
            return address;
        }
        final InetSocketAddress resolved = new InetSocketAddress(inet.getHostString(), inet.getPort());
        if (resolved.isUnresolved()) {
            throw cannotConnect(
                    address, "the host is unknown: check its spelling and the name service of this machine", null);
        }
        return resolved;
    }

    private static String why(final @Nullable Throwable cause, final SocketAddress address, final long timeoutMs) {
        if (cause instanceof ConnectTimeoutException) {
            return noAnswer(timeoutMs);
        }
        if (cause instanceof ConnectException) {
            return address instanceof InetSocketAddress
                    ? "nothing listens there: start the broker, or check host and port"
                    : "no broker of that name runs in this JVM: start it first";
        }
        return cause == null ? "it failed" : String.valueOf(cause.getMessage());
    }

    private static String noAnswer(final long timeoutMs) {
        return "no answer within " + timeoutMs + " ms: check host and port, and the firewalls on the way";
    }

    private static IOException cannotConnect(
            final SocketAddress address, final String why, final @Nullable Throwable cause) {
        return new IOException("cannot connect to " + Transport.describe(address) + ": " + why, cause);
    }
}
