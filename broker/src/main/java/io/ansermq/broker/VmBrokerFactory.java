package io.ansermq.broker;

import io.ansermq.remoting.security.SystemRandom;
import io.ansermq.remoting.vm.EmbeddedBroker;
import io.ansermq.remoting.vm.EmbeddedBrokerFactory;
import io.ansermq.store.files.DiskFiles;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts brokers inside the JVM for {@code vm://} connections; found by {@link java.util.ServiceLoader}.
 *
 * <p>Without a {@code data} option the broker keeps its files in a temporary directory that goes away with it. Its
 * segments and staging buffer are small, so that a test pays little; all options of {@link BrokerOptions} can be given.
 */
public final class VmBrokerFactory implements EmbeddedBrokerFactory {

    private static final Map<String, String> SMALL =
            Map.of("segment-size", "16MiB", "staging-size", "9MiB", "min-free-disk", "32MiB", "io-threads", "1");

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    @Override
    public EmbeddedBroker start(final String name, final Map<String, String> options) {
        final BrokerOptions.Builder builder =
                BrokerOptions.builder().set("name", name).setAll(SMALL);
        Path temporary = null;
        try {
            if (!options.containsKey("data")) {
                temporary = makeTemporary();
                builder.set("data", temporary.toString());
            }
            final LocalAddress address = new LocalAddress("anser-vm-" + name);
            final Broker broker = Broker.startLocal(
                    builder.setAll(options).build(),
                    address,
                    temporary == null ? new DiskFiles() : DiskFiles.ofTemporaryData());
            return new Running(broker, temporary);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot start the embedded broker vm://" + name + ": " + e.getMessage(), e);
        }
    }

    /** As {@link Files#createTempDirectory} does, but with {@link SystemRandom}. */
    private static Path makeTemporary() throws IOException {
        final Path path = Path.of(
                System.getProperty("java.io.tmpdir", "."),
                "anser-vm-" + Long.toHexString(SystemRandom.INSTANCE.nextLong()));
        final boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? Files.createDirectory(path, OWNER_ONLY) : Files.createDirectory(path);
    }

    private record Running(Broker broker, @Nullable Path temporary) implements EmbeddedBroker {
        @Override
        public SocketAddress address() {
            return broker.address();
        }

        @Override
        public void close() {
            broker.close();
            if (temporary != null) {
                deleteTree(temporary);
            }
        }

        private static void deleteTree(final Path root) {
            try (Stream<Path> tree = Files.walk(root)) {
                tree.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            } catch (final IOException e) {
                throw new UncheckedIOException("cannot delete the temporary data of a vm:// broker in " + root, e);
            }
        }
    }
}
