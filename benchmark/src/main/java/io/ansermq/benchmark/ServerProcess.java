package io.ansermq.benchmark;

import io.ansermq.tools.bench.LoadException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code anser server} in a JVM of its own, on a port of the system's choice. Its output goes to {@code server.log}
 * beside its data. Owned by the thread that starts it.
 */
final class ServerProcess implements Closeable {

    private static final long START_MS = 120_000;
    private static final long STOP_MS = 20_000;
    private static final Pattern READY = Pattern.compile("^AnserMQ ready.*?127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path output;
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile int port;

    /**
     * Starts a server and waits until it can be used.
     *
     * @param directory for its data and its output; made when missing
     * @param jvmOptions for instance {@code -Xmx256m}
     * @param arguments of {@code anser server} besides address and data
     * @throws LoadException it does not come up; the text says where its output is
     */
    static ServerProcess start(final Path directory, final List<String> jvmOptions, final List<String> arguments)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.ansermq.tools.Anser", "server"));
        command.addAll(List.of("--bind", "127.0.0.1", "--port", "0", "--namesrv-port", "0"));
        command.addAll(List.of("--data", directory.resolve("data").toString()));
        command.addAll(arguments);
        final Path output = directory.resolve("server.log");
        final ServerProcess server = new ServerProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start(), output);
        if (!server.decided.await(START_MS, TimeUnit.MILLISECONDS) || server.port == 0) {
            server.close();
            throw new LoadException("The server did not come up; its output is in " + output.toAbsolutePath());
        }
        return server;
    }

    private ServerProcess(final Process process, final Path output) {
        this.process = process;
        this.output = output;
        final Thread reader = new Thread(this::copyOutput, "server-output");
        reader.setDaemon(true);
        reader.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** For the CPU accounting. */
    long pid() {
        return process.pid();
    }

    /** Where it listens, for a connection factory. */
    String uri() {
        return "anser://127.0.0.1:" + port;
    }

    /** Stops it and waits for its end. */
    @Override
    public void close() {
        process.toHandle().destroy(); // Process.destroy would close its output, and its last words with it
        try {
            if (!process.waitFor(STOP_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void copyOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer copy = Files.newBufferedWriter(output)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                copy.write(line + System.lineSeparator());
                copy.flush();
                final Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    port = Integer.parseInt(ready.group(1));
                    decided.countDown();
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            decided.countDown();
        }
    }
}
