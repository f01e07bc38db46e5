package io.ansermq.tools.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The machine a figure was taken on, in the words of a table's footnote. Thread safe. */
public final class Machine {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

    private Machine() {}

    /**
     * One paragraph: processor, cores, memory, kernel, file system of the directory, Java and its options.
     *
     * @param directory where the files of the measurement lie
     */
    public static String describe(final Path directory) {
        return String.join(
                "; ",
                firstValue(CPU_INFO, "model name") + ", " + Runtime.getRuntime().availableProcessors() + " cores",
                "memory " + firstValue(MEMORY_INFO, "MemTotal"),
                System.getProperty("os.name") + ' ' + System.getProperty("os.version"),
                fileSystem(directory),
                "Java " + Runtime.version() + ' ' + jvmOptions());
    }

    private static String jvmOptions() {
        final List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X"))
                .toList();
        return options.isEmpty() ? "(default options)" : String.join(" ", options);
    }

    private static String fileSystem(final Path directory) {
        try {
            final FileStore store = Files.getFileStore(directory);
            return store.type() + " on " + store.name();
        } catch (final IOException e) {
            return "unknown file system";
        }
    }

    private static String firstValue(final Path file, final String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown " + key);
        } catch (final IOException e) {
            return "unknown " + key;
        }
    }
}
