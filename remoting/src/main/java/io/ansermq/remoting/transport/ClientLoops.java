package io.ansermq.remoting.transport;

import io.netty.channel.IoEventLoopGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The event loops that all clients of this process share: made with the first connection, ended a while after the last
 * one. Thread safe; the class is the lock, and nothing else is locked under it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of unused threads
final class ClientLoops {

    /** How long unused threads stay, so that connecting again and again does not make new ones each time. */
    private static final long LINGER_MS = 3_000;

    private static final Map<Transport, ClientLoops> IN_USE = new HashMap<>();

    private final Transport transport;
    private final IoEventLoopGroup group;
    private int users;

    private ClientLoops(final Transport transport, final int threads) {
        this.transport = transport;
        this.group = transport.newEventLoops(threads, "anser-client-" + transport.name());
    }

    /** The event loops of a transport; {@link #release} gives them back. {@code threads} counts when they are new. */
    static ClientLoops acquire(final Transport transport, final int threads) {
        synchronized (ClientLoops.class) {
            final ClientLoops loops = IN_USE.computeIfAbsent(transport, wanted -> new ClientLoops(wanted, threads));
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
                group.schedule(this::endIfUnused, LINGER_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private void endIfUnused() {
        synchronized (ClientLoops.class) {
            if (users == 0 && IN_USE.remove(transport, this)) {
                group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            }
        }
    }
}
