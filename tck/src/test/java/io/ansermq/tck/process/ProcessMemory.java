package io.ansermq.tck.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What another JVM on this machine uses of memory, asked with the tools of the JDK and of Linux. */
public final class ProcessMemory {
    private static final Set<String> USED_COLUMNS = Set.of("S0U", "S1U", "EU", "OU");

    private ProcessMemory() {}

    /** Heap in use after a full collection, in bytes. */
    public static long liveHeapBytes(JavaProcess process) {
        run("jcmd", Long.toString(process.pid()), "GC.run");
        final List<String> lines = run("jstat", "-gc", Long.toString(process.pid()));
        final String[] names = lines.get(0).trim().split("\\s+");
        final String[] values = lines.get(1).trim().split("\\s+");
        double kibibytes = 0;
        for (int i = 0; i < names.length; i++) {
            if (USED_COLUMNS.contains(names[i])) {
                kibibytes += Double.parseDouble(values[i].replace(',', '.'));
            }
        }
        return (long) (kibibytes * 1024);
    }

    /**
     * Memory that is the process's own, in bytes: heap, direct buffers, stacks, and what the JVM itself needs; without the
     * mapped files of the log.
     */
    public static long anonymousBytes(JavaProcess process) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> run(String tool, String... arguments) {
        final String[] command = new String[arguments.length + 1];
        command[0] = JavaProcess.jdkTool(tool);
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", Locale.ROOT.toString());
        try {
            final Process process = builder.start();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            final int code = process.waitFor();
            if (code != 0) {
                throw new AssertionError(tool + " ended with " + code + ": " + output);
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + tool, e);
        }
    }
}
