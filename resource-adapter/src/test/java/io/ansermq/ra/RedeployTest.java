package io.ansermq.ra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule 10 of an adapter: when it is gone, so are its classes, though the server's threads live on. */
class RedeployTest {
    /** What the server has, and gives to every adapter. */
    private static final List<String> OF_THE_SERVER =
            List.of("jakarta.", "javax.", "com.arjuna.", "org.jboss.", "org.slf4j.", "ch.qos.logback.");

    @TempDir
    private Path data;

    @Test
    void shouldLeaveNoClassesBehindWhenItIsUndeployed() throws Exception {
        try (TestBroker broker = TestBroker.started(data)) {
            final WeakReference<ClassLoader> archive = deployUseAndUndeploy(broker.uri());

            Awaitility.await("the adapter's class loader is let go")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        System.gc();
                        return archive.get() == null;
                    });
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .as("threads of the server alone")
                .noneMatch(each -> each.getName().startsWith("anser-client"));
    }

    /** By this thread, as by one of the server that lives longer than the adapter. */
    private static WeakReference<ClassLoader> deployUseAndUndeploy(final String brokerUri) throws Exception {
        try (URLClassLoader archive = newArchive()) {
            archive.loadClass("io.ansermq.ra.AdapterUse")
                    .asSubclass(Runnable.class)
                    .getConstructor(String.class)
                    .newInstance(brokerUri)
                    .run();
            return new WeakReference<>(archive);
        }
    }

    /** Everything on this class path once more, except for what is the server's. */
    private static URLClassLoader newArchive() throws IOException {
        final List<URL> urls = new ArrayList<>();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(url(entry));
        }
        final ClassLoader server = new ClassLoader(ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(final String name) throws ClassNotFoundException {
                if (OF_THE_SERVER.stream().anyMatch(name::startsWith)) {
                    return RedeployTest.class.getClassLoader().loadClass(name);
                }
                throw new ClassNotFoundException(name);
            }
        };
        return new URLClassLoader(urls.toArray(new URL[0]), server);
    }

    private static URL url(final String entry) throws MalformedURLException {
        return Path.of(entry).toUri().toURL();
    }
}
