package io.ansermq.remoting.transport;

import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens connections. All clients of this process share a few daemon threads, which end when unused. Thread safe. */
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
        return address instanceof LocalAddress local
                ? VmServer.connect(local, options, timeoutMs, handlers)
                : ChannelClient.connect(Transport.of(address), address, options, timeoutMs, handlers);
    }

    /**
     * Ends the threads of this process's connections, which else stay for a while after the last of these, and waits for that: for
     * containers that take these classes away. Connections that are open go on, and keep their threads.
     *
     * @return whether all threads have ended after so many milliseconds, also those by which Netty tells of the end
     */
    public static boolean endThreads(final long timeoutMs) throws InterruptedException {
        if (!ClientLoops.endSoon(timeoutMs) || !VmLoops.restClients(timeoutMs)) {
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

    /** Waits until it is ready; {@code giveUp} when that takes too long or comes to nothing. */
    static Connection await(
            final CompletableFuture<Connection> ready,
            final Runnable giveUp,
            final SocketAddress address,
            final long timeoutMs)
            throws IOException {
        try {
            return ready.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            giveUp.run();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting to " + AddressText.of(address));
        } catch (final TimeoutException e) {
            giveUp.run();
            throw cannotConnect(address, noAnswer(timeoutMs), e);
        } catch (final ExecutionException e) {
            giveUp.run();
            throw cannotConnect(address, why(e.getCause(), timeoutMs), e.getCause());
        }
    }

    private static String why(final @Nullable Throwable cause, final long timeoutMs) {
        if (cause instanceof ConnectTimeoutException) {
            return noAnswer(timeoutMs);
        }
        if (cause instanceof ConnectException) {
            return "nothing listens there: start the broker, or check host and port";
        }
        return cause == null ? "it failed" : String.valueOf(cause.getMessage());
    }

    private static String noAnswer(final long timeoutMs) {
        return "no answer within " + timeoutMs + " ms: check host and port, and the firewalls on the way";
    }

    static IOException cannotConnect(final SocketAddress address, final String why, final @Nullable Throwable cause) {
        return new IOException("cannot connect to " + AddressText.of(address) + ": " + why, cause);
    }
}
