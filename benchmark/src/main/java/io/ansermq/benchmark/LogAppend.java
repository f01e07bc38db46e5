package io.ansermq.benchmark;

import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import io.ansermq.tools.bench.CpuMeter;
import io.ansermq.tools.bench.Figures;
import io.ansermq.tools.bench.Machine;
import io.ansermq.tools.bench.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much of the raw disk is left when the real CommitLog stands in front of it, and does appending allocate? */
@Command(
        name = "LogAppend",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "How much of the raw disk is left when the real CommitLog stands in front of it, and does appending allocate?",
            "Runs both append modes and both flush levels with 1 and 8 producers and bodies of 100 B, 1 KiB and 16 KiB,"
                    + " in turn with the raw loops of RawDisk over batches of the same size.",
            "fsync: each producer waits for its record to be committed, raw is write + fdatasync (msync for MAPPED)."
                    + " page cache: each producer keeps a window of 1000, raw is write (a copy for MAPPED).",
            "Prints a Markdown table of medians; LogAppend.csv and LogAppend.json hold every round."
        })
public final class LogAppend implements Callable<Integer> {

    private static final int RAW_FILE_BYTES = 256 << 20;

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "Each runs every cell once, raw and log in turn. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--ms",
            defaultValue = "500",
            paramLabel = "MS",
            description = "Measured time per cell and round. Default: ${DEFAULT-VALUE}.")
    private int cellMs;

    @Mixin
    private final ResultsOption results = new ResultsOption();

    /** Runs the program; the exit code is 0 when it ran to its end. */
    public static void main(final String... args) {
        System.exit(new CommandLine(new LogAppend()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final List<LogCell> cells = cells();
        final long runs = 2L * cells.size() * (rounds + 1);
        System.out.printf(
                "%d cells, %d rounds, about %d s%n", 2 * cells.size(), rounds, runs * (2 * cellMs + 200) / 1000);
        Files.createDirectories(directory.path());
        final CpuMeter cpu = new CpuMeter(OptionalLong.empty());
        final List<Figure> figures;
        final CpuMeter.Sample began;
        try (RawFile raw = new RawFile(directory.path(), RAW_FILE_BYTES);
                ScratchDirectory scratch = ScratchDirectory.in(directory.path());
                SequencedLog channel = new SequencedLog(scratch.path().resolve("channel"), AppendMode.CHANNEL);
                SequencedLog mapped = new SequencedLog(scratch.path().resolve("mapped"), AppendMode.MAPPED)) {
            final List<SequencedLog> logs = List.of(channel, mapped);
            round(0, cells, raw, logs); // a warm-up of the compiler and of the segments
            began = cpu.sample();
            figures = new ArrayList<>();
            for (int number = 1; number <= rounds; number++) {
                figures.addAll(round(number, cells, raw, logs));
            }
        }
        everyRound(figures).write(results.path(), "LogAppend");
        System.out.println(Machine.describe(directory.path()));
        System.out.printf(
                "foreign cores %s%n%n", Figures.text(cpu.sample().since(began).foreignCores()));
        System.out.println(medians(figures).markdown());
        return 0;
    }

    private static List<LogCell> cells() {
        final List<LogCell> cells = new ArrayList<>();
        for (final FlushLevel level : List.of(FlushLevel.DURABLE, FlushLevel.WRITTEN)) {
            for (final int bodyBytes : RawDisk.BODY_BYTES) {
                for (final int producers : new int[] {1, 8}) {
                    cells.add(new LogCell(level, producers, new RecordShape(bodyBytes)));
                }
            }
        }
        return cells;
    }

    private List<Figure> round(
            final int number, final List<LogCell> cells, final RawFile raw, final List<SequencedLog> logs)
            throws IOException, InterruptedException {
        final List<Figure> figures = new ArrayList<>();
        for (final LogCell cell : cells) {
            double messagesPerBatch = 1;
            for (final SequencedLog log : logs) {
                final LogStats stats = cell.run(log, cellMs);
                if (!Double.isNaN(stats.messagesPerBatch())) {
                    messagesPerBatch = stats.messagesPerBatch();
                }
                final BatchStats disk =
                        raw.run(rawMode(log.mode(), cell.isDurable()), cell.rawBatchBytes(messagesPerBatch), cellMs);
                figures.add(new Figure(number, cell, log.mode(), stats, disk));
            }
        }
        return figures;
    }

    private static RawMode rawMode(final AppendMode mode, final boolean durable) {
        if (mode == AppendMode.MAPPED) {
            return durable ? RawMode.MAPPED_SYNC : RawMode.MAPPED;
        }
        return durable ? RawMode.WRITE_SYNC : RawMode.WRITE;
    }

    private static ResultTable medians(final List<Figure> figures) {
        final ResultTable table = new ResultTable(
                "class",
                "body",
                "producers",
                "append",
                "messages/s",
                "spread %",
                "per batch",
                "batches/s",
                "MB/s",
                "p50 us",
                "p99 us",
                "raw batches/s",
                "raw MB/s",
                "raw p50 us",
                "raw p99 us",
                "of raw %",
                "B allocated/msg");
        for (final List<Figure> same : byCell(figures)) {
            final Figure any = same.get(0);
            table.row(
                    any.durabilityClass(),
                    any.cell.shape(),
                    any.cell.producers(),
                    any.mode,
                    median(same, figure -> figure.log.messagesPerSecond()),
                    Figures.spreadPercent(same.stream()
                            .mapToDouble(figure -> figure.log.messagesPerSecond())
                            .toArray()),
                    median(same, figure -> figure.log.messagesPerBatch()),
                    median(same, figure -> figure.log.batchesPerSecond()),
                    median(same, figure -> figure.log.megabytesPerSecond()),
                    median(same, figure -> figure.log.latencyUs(50)),
                    median(same, figure -> figure.log.latencyUs(99)),
                    median(same, figure -> figure.raw.batchesPerSecond()),
                    median(same, figure -> figure.raw.megabytesPerSecond()),
                    median(same, figure -> figure.raw.latencyUs(50)),
                    median(same, figure -> figure.raw.latencyUs(99)),
                    median(same, Figure::percentOfRaw),
                    median(same, figure -> figure.log.allocatedPerMessage()));
        }
        return table;
    }

    private static ResultTable everyRound(final List<Figure> figures) {
        final ResultTable table = new ResultTable(
                "class",
                "body_bytes",
                "producers",
                "append",
                "round",
                "messages_per_s",
                "messages_per_batch",
                "batches_per_s",
                "mb_per_s",
                "p50_us",
                "p99_us",
                "raw_batch_bytes",
                "raw_batches_per_s",
                "raw_mb_per_s",
                "raw_p50_us",
                "raw_p99_us",
                "percent_of_raw",
                "allocated_bytes_per_msg");
        for (final Figure figure : figures) {
            table.row(
                    figure.durabilityClass(),
                    figure.cell.shape().bodyBytes(),
                    figure.cell.producers(),
                    figure.mode,
                    figure.round,
                    figure.log.messagesPerSecond(),
                    figure.log.messagesPerBatch(),
                    figure.log.batchesPerSecond(),
                    figure.log.megabytesPerSecond(),
                    figure.log.latencyUs(50),
                    figure.log.latencyUs(99),
                    figure.raw.bytes() / figure.raw.batches(),
                    figure.raw.batchesPerSecond(),
                    figure.raw.megabytesPerSecond(),
                    figure.raw.latencyUs(50),
                    figure.raw.latencyUs(99),
                    figure.percentOfRaw(),
                    figure.log.allocatedPerMessage());
        }
        return table;
    }

    private static Iterable<List<Figure>> byCell(final List<Figure> figures) {
        final Map<List<Object>, List<Figure>> cells = new LinkedHashMap<>();
        for (final Figure figure : figures) {
            cells.computeIfAbsent(List.of(figure.cell, figure.mode), key -> new ArrayList<>())
                    .add(figure);
        }
        return cells.values();
    }

    private static double median(final List<Figure> figures, final ToDoubleFunction<Figure> value) {
        return Figures.median(figures.stream().mapToDouble(value).toArray());
    }

    /** A cell in one append mode, beside the raw loop that ran next to it. */
    private record Figure(int round, LogCell cell, AppendMode mode, LogStats log, BatchStats raw) {

        String durabilityClass() {
            return cell.isDurable() ? "fsync" : "page cache";
        }

        /** Batches against batches where a force binds, bytes against bytes where copying does. */
        double percentOfRaw() {
            return 100
                    * (cell.isDurable()
                            ? log.batchesPerSecond() / raw.batchesPerSecond()
                            : log.megabytesPerSecond() / raw.megabytesPerSecond());
        }
    }
}
