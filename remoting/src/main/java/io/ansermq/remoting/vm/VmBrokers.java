package io.ansermq.remoting.vm;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The brokers that run in this JVM for {@code vm://name}. Thread safe: the map's monitor guards which names are taken
 * and by how many leases; brokers are started and stopped outside of it, one at a time for each name.
 */
public final class VmBrokers {

    /** The option that keeps a broker running without leases. It is ours; the broker does not hear of it. */
    public static final String KEEP_ALIVE = "keepAlive";

    private static final Map<String, Entry> BROKERS = new HashMap<>();

    private VmBrokers() {}

    /**
     * Takes a lease on the broker of this name. It is started with the first lease and stopped with the last one,
     * unless it was started with the option {@value #KEEP_ALIVE} being {@code true}; then {@link #stop} does.
     *
     * @param brokerOptions options for a broker that is started by this call, ignored otherwise
     * @param create whether to start the broker when it does not run
     * @throws IOException in one clear line with the next step, when there is no such broker or it cannot start
     */
    public static Lease acquire(final String name, final Map<String, String> brokerOptions, final boolean create)
            throws IOException {
        for (; ; ) {
            final Entry entry;
            final boolean isNew;
            final boolean isEnding;
            synchronized (BROKERS) {
                final Entry known = BROKERS.get(name);
                isNew = known == null;
                if (isNew && !create) {
                    throw new IOException("no broker named " + name + " runs in this JVM: start it first");
                }
                entry = known == null ? new Entry(name, brokerOptions) : known;
                BROKERS.put(name, entry);
                isEnding = entry.ending;
                if (!isEnding) {
                    entry.leases++;
                }
            }
            if (isEnding) {
                entry.stopped.join(); // its files and its address are free then, for a new one
                continue;
            }
            if (isNew) {
                entry.start();
            }
            return new EntryLease(entry, entry.running().address());
        }
    }

    /** Stops the broker of this name, leases or not, and waits for it. Does nothing when there is none. */
    public static void stop(final String name) {
        final Entry entry;
        final boolean mine;
        synchronized (BROKERS) {
            entry = BROKERS.get(name);
            mine = entry != null && !entry.ending;
            if (entry == null) {
                return;
            }
            entry.ending = true;
        }
        if (mine) {
            entry.stop();
        } else {
            entry.stopped.join();
        }
    }

    private static EmbeddedBrokerFactory factory() throws IOException {
        for (final ClassLoader loader :
                new ClassLoader[] {Thread.currentThread().getContextClassLoader(), VmBrokers.class.getClassLoader()}) {
            final var found =
                    ServiceLoader.load(EmbeddedBrokerFactory.class, loader).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new IOException("a broker in this JVM needs its classes: add io.ansermq:anser-broker to the class path");
    }

    /** A claim on a running broker. Thread safe. */
    public interface Lease extends AutoCloseable {

        /** Where to connect to. */
        SocketAddress address();

        /** Gives the lease back, and with the last one stops the broker. Does nothing the second time. */
        @Override
        void close();
    }

    /** A name that is taken: by a broker that starts, runs or stops. */
    private static final class Entry {
        private final String name;
        private final Map<String, String> options;
        private final boolean keepAlive;
        private final CompletableFuture<EmbeddedBroker> started = new CompletableFuture<>();
        private final CompletableFuture<Void> stopped = new CompletableFuture<>();

        // Guarded by the map's monitor.
        private int leases;
        private boolean ending;

        Entry(final String name, final Map<String, String> options) {
            this.name = name;
            this.options = new HashMap<>(options);
            this.keepAlive = Boolean.parseBoolean(this.options.remove(KEEP_ALIVE));
        }

        void start() {
            try {
                started.complete(factory().start(name, Map.copyOf(options)));
            } catch (final IOException | RuntimeException | Error e) {
                forget();
                started.completeExceptionally(e);
            }
        }

        EmbeddedBroker running() throws IOException {
            try {
                return started.join();
            } catch (final CompletionException e) {
                final Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new IOException(cause.getMessage(), cause);
            }
        }

        void release() {
            synchronized (BROKERS) {
                leases--;
                if (leases > 0 || keepAlive || ending) {
                    return;
                }
                ending = true;
            }
            stop();
        }

        void stop() {
            try {
                started.join().close();
            } catch (final CompletionException e) {
                // It never ran, and who asked for it was told why.
            } finally {
                forget();
            }
        }

        private void forget() {
            synchronized (BROKERS) {
                ending = true;
                BROKERS.remove(name, this);
            }
            stopped.complete(null);
        }
    }

    private static final class EntryLease implements Lease {
        private final Entry entry;
        private final SocketAddress address;
        private boolean closed;

        EntryLease(final Entry entry, final SocketAddress address) {
            this.entry = entry;
            this.address = address;
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
            }
            entry.release();
        }
    }
}
