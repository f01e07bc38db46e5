package io.ansermq.benchmark;

import io.ansermq.tools.bench.Figures;
import io.ansermq.tools.bench.Machine;
import io.ansermq.tools.bench.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast is this disk for a log, from Java, with nothing around the writes? */
@Command(
        name = "RawDisk",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "How fast is this disk for a log, from Java, with nothing around the writes?",
            "Loops of write + fdatasync, write, mmap copy with and without force, into a preallocated zero-filled file;"
                    + " batches as large as those the log writes for 1 and 8 waiting producers, and of 1 MiB.",
            "Prints a Markdown table of medians; RawDisk.csv and RawDisk.json hold every round."
        })
public final class RawDisk implements Callable<Integer> {

    /** Body sizes of all programs of this module. */
    static final List<Integer> BODY_BYTES = List.of(100, 1024, 16 * 1024);

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "Each runs every cell once. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--ms",
            defaultValue = "300",
            paramLabel = "MS",
            description = "Time per cell and round. Default: ${DEFAULT-VALUE}.")
    private int cellMs;

    @Option(
            names = "--file-size",
            defaultValue = "256",
            paramLabel = "MIB",
            description = "Length of the file. Default: ${DEFAULT-VALUE} MiB.")
    private int fileMegabytes;

    @Mixin
    private final ResultsOption results = new ResultsOption();

    /** Runs the program; the exit code is 0 when it ran to its end. */
    public static void main(final String... args) {
        System.exit(new CommandLine(new RawDisk()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(directory.path());
        final List<Cell> cells = cells();
        System.out.printf(
                "%d cells, %d rounds, about %d s%n", cells.size(), rounds, cells.size() * rounds * cellMs / 1000);
        final Map<Cell, List<BatchStats>> figures = new LinkedHashMap<>();
        try (RawFile file = new RawFile(directory.path(), fileMegabytes << 20)) {
            for (int round = 0; round < rounds; round++) {
                for (final Cell cell : cells) {
                    figures.computeIfAbsent(cell, key -> new ArrayList<>())
                            .add(file.run(cell.mode(), cell.batchBytes(), cellMs));
                }
            }
        }
        everyRound(figures).write(results.path(), "RawDisk");
        System.out.println(Machine.describe(directory.path()));
        System.out.println();
        System.out.println(medians(figures).markdown());
        return 0;
    }

    private static List<Cell> cells() {
        final List<Cell> cells = new ArrayList<>();
        for (final RawMode mode : RawMode.values()) {
            for (final int bodyBytes : BODY_BYTES) {
                final RecordShape shape = new RecordShape(bodyBytes);
                cells.add(new Cell(mode, "1 x " + shape, shape.frameBytes(1)));
                cells.add(new Cell(mode, "8 x " + shape, shape.frameBytes(8)));
            }
            cells.add(new Cell(mode, "1 MiB", 1 << 20));
        }
        return cells;
    }

    private static ResultTable medians(final Map<Cell, List<BatchStats>> figures) {
        final ResultTable table =
                new ResultTable("mode", "batch", "bytes", "batches/s", "spread %", "MB/s", "p50 us", "p99 us");
        figures.forEach((cell, stats) -> table.row(
                cell.mode(),
                cell.batch(),
                cell.batchBytes(),
                median(stats, BatchStats::batchesPerSecond),
                Figures.spreadPercent(
                        stats.stream().mapToDouble(BatchStats::batchesPerSecond).toArray()),
                median(stats, BatchStats::megabytesPerSecond),
                median(stats, batch -> batch.latencyUs(50)),
                median(stats, batch -> batch.latencyUs(99))));
        return table;
    }

    private static ResultTable everyRound(final Map<Cell, List<BatchStats>> figures) {
        final ResultTable table = new ResultTable(
                "mode", "batch", "batch_bytes", "round", "batches_per_s", "mb_per_s", "p50_us", "p99_us", "max_us");
        figures.forEach((cell, stats) -> {
            for (int round = 0; round < stats.size(); round++) {
                final BatchStats batch = stats.get(round);
                table.row(
                        cell.mode(),
                        cell.batch(),
                        cell.batchBytes(),
                        round + 1,
                        batch.batchesPerSecond(),
                        batch.megabytesPerSecond(),
                        batch.latencyUs(50),
                        batch.latencyUs(99),
                        batch.latencyUs(100));
            }
        });
        return table;
    }

    private static double median(final List<BatchStats> stats, final ToDoubleFunction<BatchStats> figure) {
        return Figures.median(stats.stream().mapToDouble(figure).toArray());
    }

    private record Cell(RawMode mode, String batch, int batchBytes) {}
}
