package io.ansermq.tck.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Configures the server before Arquillian looks at it, and holds what tests need of it: addresses, and the broker. */
public final class TestedServer implements LauncherSessionListener {
    static final ServerDialect DIALECT = ServerDialect.chosen();
    static final Path HOME = Path.of(System.getProperty("anser.server.home")).toAbsolutePath();
    static final Path RAR = Path.of(System.getProperty("anser.rar")).toAbsolutePath();

    private static final Path TLS =
            Path.of(System.getProperty("anser.tls")).toAbsolutePath().normalize();

    /** What connections trust that are encrypted: those of the factory cf2. */
    static final Path AUTHORITY = TLS.resolve("authority.pem");

    static final ServedBroker BROKER = new ServedBroker(
            data(),
            Map.of(
                    "max-deliveries", "4",
                    "tls", "optional",
                    "tls-key-store", TLS.resolve("server.p12").toString(),
                    "tls-key-store-password", "secret"));

    /** Open for as long as the tests run. */
    private static FileChannel turn;

    private static Path data() {
        return HOME.resolveSibling("broker-" + DIALECT.name());
    }

    /** All runs on a machine use the same ports. The lock ends with this process. */
    private static void takeTurn() throws IOException {
        final Path file =
                Path.of(System.getProperty("java.io.tmpdir"), "anser-servers-" + System.getProperty("user.name"));
        turn = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        turn.lock();
    }

    @Override
    public void launcherSessionOpened(final LauncherSession session) {
        try {
            if (Files.notExists(RAR)) {
                throw new IllegalStateException(RAR + " is missing: build it first, with -am package");
            }
            takeTurn();
            Leftovers.end(HOME);
            // However this process ends, short of being killed.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> Leftovers.end(HOME), "end-server"));
            System.setProperty("arquillian.xml", "arquillian-" + DIALECT.name() + ".xml");
            Leftovers.delete(data());
            DIALECT.prepare(HOME, RAR, BROKER.uri());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void launcherSessionClosed(final LauncherSession session) {
        BROKER.stop();
    }
}
