package io.ansermq.benchmark;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a program's data goes. The field is written by picocli. */
final class DirectoryOption {

    @Option(
            names = "--dir",
            defaultValue = "target/benchmark",
            paramLabel = "DIR",
            description = "A directory on the disk to be measured; what is made in it is deleted at the end."
                    + " Default: ${DEFAULT-VALUE}.")
    private Path directory = Path.of("target/benchmark");

    Path path() {
        return directory;
    }
}
