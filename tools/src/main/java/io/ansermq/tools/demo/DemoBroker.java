package io.ansermq.tools.demo;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A broker on a port of the system's choice, whose files go away with it. Confined to the main thread. */
final class DemoBroker implements AutoCloseable {

    /** Files small enough that they are ready at once. */
    private static final Map<String, String> OPTIONS = Map.of(
            "bind", "127.0.0.1", "port", "0", "name", "demo", "segment-size", "32MiB", "min-free-disk", "128MiB");

    private final Path directory;
    private final Broker broker;
    private final Thread cleaner;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private DemoBroker(final Path directory, final Broker broker) {
        this.directory = directory;
        this.broker = broker;
        this.cleaner = new Thread(this::stop, "demo-cleaner");
    }

    /**
     * Starts it.
     *
     * @throws IOException there is no room for its files, or no port; the text says what to do
     */
    static DemoBroker start(final String flush) throws IOException {
        final Path directory = Files.createTempDirectory("anser-demo-");
        try {
            final BrokerOptions options = BrokerOptions.builder()
                    .setAll(OPTIONS)
                    .set("flush", flush)
                    .set("data", directory.toString())
                    .build();
            final DemoBroker demo = new DemoBroker(directory, Broker.start(options));
            Runtime.getRuntime().addShutdownHook(demo.cleaner);
            return demo;
        } catch (final IOException | RuntimeException e) {
            delete(directory);
            throw e;
        }
    }

    String host() {
        return "127.0.0.1:" + broker.port();
    }

    Path directory() {
        return directory;
    }

    /** Size of everything in its directory; files are laid out ahead of their use. */
    long fileBytes() throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            return tree.mapToLong(path -> path.toFile().isFile() ? path.toFile().length() : 0)
                    .sum();
        }
    }

    /** What the broker says that it has written, asked over its port. */
    long logBytes() throws BrokerException {
        final ClientOptions options = ClientOptions.builder().addresses(host()).build();
        try (BrokerSession session = BrokerSession.connect(options)) {
            return Long.parseLong(session.status().figures().getOrDefault("logWritten", "0"));
        }
    }

    /** Stops the broker and deletes its files. */
    @Override
    public void close() {
        if (stop()) {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        }
    }

    /** Whether this call, not the one after Ctrl-C, did it. */
    private boolean stop() {
        final boolean first = stopped.compareAndSet(false, true);
        if (first) {
            broker.close();
            delete(directory);
        }
        return first;
    }

    private static void delete(final Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (final IOException e) {
            // A temporary directory that stays behind harms nobody.
        }
    }
}
