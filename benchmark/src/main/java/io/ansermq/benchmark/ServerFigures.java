package io.ansermq.benchmark;

import io.ansermq.tools.bench.LoadException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the operating system and the JVM's own tools say of a server process. */
final class ServerFigures {

    private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

    private ServerFigures() {}

    /** What is left after a full collection, as {@code jcmd} counts it. */
    static long liveHeapBytes(final ServerProcess server) throws IOException, InterruptedException {
        final String jcmd =
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        final Process process = new ProcessBuilder(jcmd, Long.toString(server.pid()), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        final Matcher total = TOTAL.matcher(output);
        if (!total.find()) {
            throw new LoadException("jcmd did not tell the live heap: " + output);
        }
        return Long.parseLong(total.group(1));
    }

    /** Memory of the process that is not paged out, mapped files included. */
    static long residentKb(final ServerProcess server) throws IOException {
        return status(server, "VmRSS");
    }

    /** The same without mapped files: heap, direct buffers, stacks, code. */
    static long anonymousKb(final ServerProcess server) throws IOException {
        return status(server, "RssAnon");
    }

    private static long status(final ServerProcess server, final String name) throws IOException {
        for (final String line : Files.readAllLines(proc(server).resolve("status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    static long openFiles(final ServerProcess server) throws IOException {
        try (Stream<Path> open = Files.list(proc(server).resolve("fd"))) {
            return open.count();
        }
    }

    /** Mappings of files below a directory. */
    static long mappedRegions(final ServerProcess server, final Path below) throws IOException {
        try (Stream<String> lines = Files.lines(proc(server).resolve("maps"))) {
            return lines.filter(line -> line.contains(below.toString())).count();
        }
    }

    private static Path proc(final ServerProcess server) {
        return Path.of("/proc/" + server.pid());
    }
}
