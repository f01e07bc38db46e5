package io.ansermq.tck.official;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.security.UserFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * The server that the official TCK talks to: started before its first test and stopped behind its last. Found by JUnit as a
 * service; does nothing unless the profile {@code tck} has set {@value #DATA}.
 */
public final class OfficialServer implements LauncherSessionListener {
    /** Where the server keeps its data: set by the profile. */
    static final String DATA = "anser.tck.data";

    /** Where it listens: read by jndi.properties. */
    private static final String URL = "anser.tck.url";

    private Broker broker;

    @Override
    public void launcherSessionOpened(final LauncherSession session) {
        final String parent = System.getProperty(DATA);
        if (parent == null || broker != null) {
            return;
        }
        try {
            Files.createDirectories(Path.of(parent));
            final Path data = Files.createTempDirectory(Path.of(parent), "data");
            new UserFile(data.resolve("users")).put(System.getProperty("user"), System.getProperty("password"));
            broker = Broker.start(BrokerOptions.builder()
                    .set("port", "0")
                    .set("data", data.toString())
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.setProperty(URL, "anser://127.0.0.1:" + broker.port());
    }

    @Override
    public void launcherSessionClosed(final LauncherSession session) {
        if (broker != null) {
            broker.close();
        }
    }
}
