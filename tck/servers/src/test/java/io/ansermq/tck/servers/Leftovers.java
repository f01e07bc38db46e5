package io.ansermq.tck.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What an earlier run has left must not decide about this one. */
final class Leftovers {
    private Leftovers() {}

    static void delete(final Path root) throws IOException {
        if (Files.notExists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (final Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** Ends the Java processes that run from a folder. */
    static void end(final Path home) {
        ProcessHandle.allProcesses()
                .filter(each -> runsFrom(home, each.info()))
                .filter(ProcessHandle::destroyForcibly)
                .forEach(each -> each.onExit().orTimeout(1, TimeUnit.MINUTES).join());
    }

    private static boolean runsFrom(final Path home, final ProcessHandle.Info info) {
        return info.command().filter(each -> each.endsWith("/java")).isPresent()
                && info.commandLine()
                        .filter(each -> each.contains(home.toString()))
                        .isPresent();
    }
}
