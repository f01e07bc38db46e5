package io.ansermq.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory of one run, deleted at its end and not before: deleting large files slows down every force of a file
 * system mounted with {@code discard} for seconds.
 *
 * @param path where it is
 */
record ScratchDirectory(Path path) implements Closeable {

    /** Makes one, and its parents. */
    static ScratchDirectory in(final Path parent) throws IOException {
        Files.createDirectories(parent);
        return new ScratchDirectory(Files.createTempDirectory(parent, "run-"));
    }

    @Override
    public void close() throws IOException {
        final List<Path> all;
        try (Stream<Path> tree = Files.walk(path)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
