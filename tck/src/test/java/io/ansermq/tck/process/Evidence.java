package io.ansermq.tck.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A directory for each test, in which its processes write their output and keep their data. It goes when the test
 * succeeds. When the test fails it stays, with a thread dump of the test and of every process that was alive, and the
 * failure names it.
 *
 * <p>Also the owner of the processes: whatever a test started and did not stop is killed after it.
 */
public final class Evidence implements BeforeEachCallback, AfterEachCallback {
    private final List<JavaProcess> processes = Collections.synchronizedList(new ArrayList<>());
    private Path directory = Path.of("unset");

    /** Where this test may write; empty when the test starts. */
    public Path directory() {
        return directory;
    }

    void own(JavaProcess process) {
        processes.add(process);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        final String method = context.getRequiredTestMethod().getName();
        final String display = context.getDisplayName();
        final String name =
                display.startsWith(method) ? method : method + "-" + display.replaceAll("[^A-Za-z0-9=]+", "_");
        directory = Path.of(System.getProperty("anser.evidence", "target/evidence"))
                .toAbsolutePath()
                .resolve(context.getRequiredTestClass().getSimpleName())
                .resolve(name.length() > 100 ? name.substring(0, 100) : name);
        delete(directory);
        Files.createDirectories(directory);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        final boolean failed = context.getExecutionException().isPresent();
        if (failed) {
            dumpThreads("test", ProcessHandle.current().pid());
        }
        for (final JavaProcess process : List.copyOf(processes)) {
            if (failed && process.alive()) {
                dumpThreads(process.name(), process.pid());
            }
            process.close();
        }
        processes.clear();
        if (failed) {
            context.getExecutionException()
                    .get()
                    .addSuppressed(new KeptEvidence("output, data and thread dumps are kept in " + directory));
        } else {
            delete(directory);
        }
    }

    private void dumpThreads(String name, long pid) {
        try {
            final Process jcmd = new ProcessBuilder(
                            JavaProcess.jdkTool("jcmd"), Long.toString(pid), "Thread.print", "-l")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(name + ".threads").toFile())
                    .start();
            if (!jcmd.waitFor(10, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        final List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    /** Rides along with a failure to say where to look. */
    private static final class KeptEvidence extends RuntimeException {
        KeptEvidence(String text) {
            super(text, null, false, false);
        }
    }
}
