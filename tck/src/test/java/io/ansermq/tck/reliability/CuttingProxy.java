package io.ansermq.tck.reliability;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad network: forwards TCP connections to a port of this machine and ends each of them after a number of bytes that a seed
 * decides, be it in the middle of a frame: cuts it, or swallows everything from then on and leaves it open. Now and then it
 * delays what it forwards. {@link #heal} makes it a good one, {@link #lose} one that nothing passes. Thread safe.
 */
final class CuttingProxy implements AutoCloseable {
    private static final int MOST_BYTES = 300_000;

    private final ServerSocket server;
    private final int target;
    private final long seed;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Set<Closeable> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean healthy;
    private volatile boolean loses;
    private volatile boolean closed;

    CuttingProxy(final int target, final long seed) throws IOException {
        this.target = target;
        this.seed = seed;
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        begin("proxy-accept", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many connections it has ended, one way or the other. */
    int cuts() {
        return ended.get();
    }

    /** From now on it forwards everything; connections that it swallows are cut. */
    void heal() {
        healthy = true;
        loses = false;
    }

    /** From now on the broker gets nothing of what its clients send, and no new connections. */
    void lose() {
        loses = true;
    }

    /** Cuts the connections that there are; others can be made at once. */
    void cut() throws IOException {
        for (final Closeable each : sockets) {
            sockets.remove(each);
            each.close();
        }
    }

    private static void begin(final String name, final Runnable work) {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (!closed) {
                final Socket client = server.accept();
                if (loses) {
                    client.close();
                    continue;
                }
                sockets.add(client);
                final Random random = new Random(seed + 31L * accepted.incrementAndGet());
                try {
                    final Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.add(broker);
                    final Fate fate = new Fate(client, broker, random);
                    begin("proxy-up", () -> fate.forward(client, broker));
                    begin("proxy-down", () -> fate.forward(broker, client));
                } catch (IOException e) {
                    // The server is being restarted.
                    close(client);
                }
            }
        } catch (IOException e) {
            if (!closed) {
                throw new AssertionError("the proxy cannot accept", e);
            }
        }
    }

    private void close(final Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more in any case.
        }
    }

    /** What becomes of one connection. */
    private final class Fate {
        private final Socket client;
        private final Socket broker;
        private final AtomicInteger left;
        private final boolean swallows;
        private final int delayEvery;
        private final long delayNs;
        private volatile boolean over;

        Fate(final Socket client, final Socket broker, final Random random) {
            this.client = client;
            this.broker = broker;
            // Short ones as likely as long ones: some do not survive the greeting.
            left = new AtomicInteger((int) Math.exp(random.nextDouble() * Math.log(MOST_BYTES)));
            swallows = random.nextInt(20) == 0;
            delayEvery = 5 + random.nextInt(50);
            delayNs = TimeUnit.MICROSECONDS.toNanos(random.nextInt(20_000));
        }

        void forward(final Socket from, final Socket to) {
            final byte[] buffer = new byte[4096];
            int reads = 0;
            try {
                final InputStream in = from.getInputStream();
                final OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (++reads % delayEvery == 0 && !healthy) {
                        LockSupport.parkNanos(delayNs);
                    }
                    final int rest = healthy && !over ? count : Math.min(count, left.getAndAdd(-count));
                    if (rest > 0 && !over && !(loses && to == broker)) {
                        out.write(buffer, 0, rest);
                    }
                    if (rest < count && !end()) {
                        return;
                    }
                }
            } catch (IOException e) {
                // The other direction has ended it, or one of the peers.
            }
            close(client);
            close(broker);
        }

        /** Ends the connection; returns whether it goes on swallowing. */
        private synchronized boolean end() {
            if (!over) {
                over = true;
                ended.incrementAndGet();
            }
            if (swallows && !healthy) {
                return true;
            }
            close(client);
            close(broker);
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (final Closeable each : sockets) {
            each.close();
        }
    }
}
