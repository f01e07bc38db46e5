package io.ansermq.benchmark;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a program's figures go. The field is written by picocli. */
final class ResultsOption {

    @Option(
            names = "--out",
            defaultValue = "target/results",
            paramLabel = "DIR",
            description = "Where the CSV and JSON files go. Default: ${DEFAULT-VALUE}.")
    private Path directory = Path.of("target/results");

    Path path() {
        return directory;
    }
}
