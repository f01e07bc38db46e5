package io.ansermq.remoting.transport;

import io.netty.channel.IoEventLoopGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The event loops that all clients of this process share for TCP: made with the first connection, ended a while after the last
 * one. Thread safe; the class is the lock, and nothing else is locked under it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of unused threads
final class ClientLoops {

    /** How long unused threads stay, so that connecting again and again does not make new ones each time. */
    private static final long LINGER_MS = 3_000;

    private static final Map<String, ClientLoops> IN_USE = new HashMap<>();

    private final Transport transport;
    private final IoEventLoopGroup group;

    // Guarded by the class.
    private int users;
    private long lingerMs = LINGER_MS;

    private ClientLoops(final Transport transport, final int threads) {
        this.transport = transport;
        this.group = transport.newEventLoops(threads, "anser-client-" + transport.name());
    }

    /** The event loops of a transport; {@link #release} gives them back. {@code threads} counts when they are new. */
    static ClientLoops acquire(final Transport transport, final int threads) {
        synchronized (ClientLoops.class) {
            final ClientLoops loops =
                    IN_USE.computeIfAbsent(transport.name(), absent -> new ClientLoops(transport, threads));
            loops.users++;
            return loops;
        }
    }

    IoEventLoopGroup group() {
        return group;
    }

    void release() {
        synchronized (ClientLoops.class) {
            users--;
            if (users == 0) {
                group.schedule(this::endIfUnused, lingerMs, TimeUnit.MILLISECONDS);
            }
        }
    }

    /**
     * Lets none linger any more: those that nobody uses end now, the others with their last user.
     *
     * @return whether all have ended after so many milliseconds
     */
    static boolean endSoon(final long timeoutMs) throws InterruptedException {
        final List<ClientLoops> all;
        synchronized (ClientLoops.class) {
            all = List.copyOf(IN_USE.values());
            all.forEach(each -> each.lingerMs = 0);
        }
        all.forEach(ClientLoops::endIfUnused);
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        for (final ClientLoops each : all) {
            // Not awaitTermination, which is over before the threads have told their listeners.
            if (!each.group.terminationFuture().await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    private void endIfUnused() {
        synchronized (ClientLoops.class) {
            if (users == 0 && IN_USE.remove(transport.name(), this)) {
                group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            }
        }
    }
}
