package io.ansermq.tck.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own. Its standard output can be waited for line by line; output and errors go to {@code NAME.out} and
 * {@code NAME.err} in the test's evidence. Thread safe.
 */
public final class JavaProcess {
    private static final int TAIL_LINES = 30;

    private final String name;
    private final Process process;
    private final Path errFile;
    private final Thread pump;

    /** Guards {@link #lines}, {@link #nextLine} and {@link #ended}, and is notified of every change. */
    private final Object monitor = new Object();

    private final List<String> lines = new ArrayList<>();
    private int nextLine;
    private boolean ended;

    private JavaProcess(String name, Process process, Path outFile, Path errFile) {
        this.name = name;
        this.process = process;
        this.errFile = errFile;
        this.pump = new Thread(() -> pump(outFile), "pump-" + name);
        pump.setDaemon(true);
        pump.start();
    }

    /**
     * Starts {@code java OPTIONS -cp CLASSPATH MAIN ARGUMENTS}.
     *
     * @param name what to call its files; unique within the test
     */
    public static JavaProcess start(
            Evidence evidence,
            String name,
            List<String> jvmOptions,
            ClassPath classPath,
            String mainClass,
            List<String> arguments) {
        final List<String> command = new ArrayList<>();
        command.add(jdkTool("java"));
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(classPath.toString());
        command.add(mainClass);
        command.addAll(arguments);
        final Path outFile = evidence.directory().resolve(name + ".out");
        final Path errFile = evidence.directory().resolve(name + ".err");
        try {
            final Process process = new ProcessBuilder(command)
                    .directory(evidence.directory().toFile())
                    .redirectError(errFile.toFile())
                    .start();
            final JavaProcess started = new JavaProcess(name, process, outFile, errFile);
            evidence.own(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command of the JDK that runs this test. */
    static String jdkTool(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    /** What its files are called. */
    public String name() {
        return name;
    }

    /** The system's number of the process. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.isAlive();
    }

    /**
     * The first line of output that begins so, waiting for it until the deadline.
     *
     * @throws AssertionError when the process ends or the time is up before; with the end of its output
     */
    public String awaitLine(String prefix, Duration deadline) {
        return awaitLine("a line that begins with '" + prefix + "'", line -> line.startsWith(prefix), deadline);
    }

    /**
     * The next line of output that has not been returned before, waiting for it; null when the process has ended without.
     *
     * @throws AssertionError when the time is up before
     */
    public @Nullable String nextLine(Duration deadline) {
        final long deadlineNs = System.nanoTime() + deadline.toNanos();
        synchronized (monitor) {
            while (nextLine == lines.size()) {
                final long remainingNs = deadlineNs - System.nanoTime();
                if (ended) {
                    return null;
                }
                if (remainingNs <= 0) {
                    throw new AssertionError("%s said nothing for %s%n%s".formatted(name, deadline, tail()));
                }
                awaitChange(remainingNs);
            }
            return lines.get(nextLine++);
        }
    }

    /** Writes a line to its standard input. */
    public void tell(String line) {
        try {
            final Writer input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line);
            input.write('\n');
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not read any more: " + tail(), e);
        }
    }

    private String awaitLine(String what, Predicate<String> wanted, Duration deadline) {
        final long deadlineNs = System.nanoTime() + deadline.toNanos();
        int seen = 0;
        final boolean tooEarly;
        synchronized (monitor) {
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                final long remainingNs = deadlineNs - System.nanoTime();
                if (ended || remainingNs <= 0) {
                    break;
                }
                awaitChange(remainingNs);
            }
            tooEarly = ended;
        }
        throw new AssertionError(
                "%s %s without %s%n%s".formatted(name, tooEarly ? "ended" : "ran for " + deadline, what, tail()));
    }

    private void awaitChange(long remainingNs) {
        try {
            monitor.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(remainingNs)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + name, e);
        }
    }

    /**
     * The exit code, once it has ended by itself or by a signal, and its output is complete.
     *
     * @throws AssertionError when it still runs at the deadline
     */
    public int awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("%s still ran after %s%n%s".formatted(name, deadline, tail()));
            }
            pump.join(TimeUnit.SECONDS.toMillis(10));
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the end of " + name, e);
        }
    }

    /** SIGKILL: no goodbye, no shutdown hook. Returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(20));
    }

    /** SIGTERM: the polite way. Returns at once. */
    public void terminate() {
        process.destroy();
    }

    /** The lines of output so far. */
    public List<String> output() {
        synchronized (monitor) {
            return List.copyOf(lines);
        }
    }

    /** The errors so far. */
    public String errors() {
        try {
            return Files.readString(errFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of output and errors, for a failure's text. */
    public String tail() {
        return "--- end of %s.out%n%s%n--- end of %s.err%n%s"
                .formatted(name, lastOf(output()), name, lastOf(errors().lines().toList()));
    }

    private static String lastOf(List<String> all) {
        return String.join("\n", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
    }

    /** Kills it when it still runs. */
    void close() {
        if (alive()) {
            kill();
        }
    }

    private void pump(Path outFile) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
                Writer copy = Files.newBufferedWriter(outFile)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                copy.write(line);
                copy.write('\n');
                copy.flush();
                synchronized (monitor) {
                    lines.add(line);
                    monitor.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was killed with the stream open: what was read stays.
        } finally {
            synchronized (monitor) {
                ended = true;
                monitor.notifyAll();
            }
        }
    }
}
