package io.ansermq.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The figures of all rounds.
 *
 * @param options what was asked for
 * @param rounds in the order they were run
 */
public record LoadReport(LoadOptions options, List<RoundResult> rounds) {

    /** Copies the list. */
    public LoadReport {
        rounds = List.copyOf(rounds);
    }

    /** One line per workload and target: medians over the rounds, and how far the rates lie apart. */
    public ResultTable medians() {
        final ResultTable table = new ResultTable(
                "workload",
                "",
                "target",
                "messages/s",
                "spread %",
                "p50 us",
                "p99 us",
                "p99.9 us",
                "broker CPU us/msg",
                "client CPU us/msg",
                "foreign cores");
        for (final List<RoundResult> cell : cells()) {
            final RoundResult any = cell.get(0);
            table.row(
                    any.workload().id(),
                    any.workload().title(),
                    any.target(),
                    median(cell, RoundResult::rate),
                    Figures.spreadPercent(
                            cell.stream().mapToDouble(RoundResult::rate).toArray()),
                    median(cell, round -> round.latencyUs(50)),
                    median(cell, round -> round.latencyUs(99)),
                    median(cell, round -> round.latencyUs(99.9)),
                    median(cell, RoundResult::brokerUsPerMessage),
                    median(cell, RoundResult::clientUsPerMessage),
                    median(cell, round -> round.cpu().foreignCores()));
        }
        return table;
    }

    /** One line per round, with everything that was taken. */
    public ResultTable all() {
        final ResultTable table = new ResultTable(
                "workload",
                "target",
                "round",
                "message_bytes",
                "messages",
                "seconds",
                "messages_per_s",
                "p50_us",
                "p99_us",
                "p99_9_us",
                "max_us",
                "broker_cpu_us_per_msg",
                "client_cpu_us_per_msg",
                "foreign_cores",
                "note");
        for (final RoundResult round : rounds) {
            table.row(
                    round.workload().id(),
                    round.target(),
                    round.round(),
                    options.messageBytes(),
                    round.messages(),
                    round.cpu().wallNs() / 1e9,
                    round.rate(),
                    round.latencyUs(50),
                    round.latencyUs(99),
                    round.latencyUs(99.9),
                    round.latencyUs(100),
                    round.brokerUsPerMessage(),
                    round.clientUsPerMessage(),
                    round.cpu().foreignCores(),
                    round.note());
        }
        return table;
    }

    /**
     * Writes {@code load.md} with the medians, and {@code load.csv} and {@code load.json} with all rounds.
     *
     * @param heading machine and settings, above the table
     * @throws IOException the directory cannot be written
     */
    public void write(final Path directory, final String heading) throws IOException {
        all().write(directory, "load");
        Files.writeString(
                directory.resolve("load.md"), heading + "\n\n" + medians().markdown());
    }

    private Iterable<List<RoundResult>> cells() {
        final Map<List<Object>, List<RoundResult>> cells = new LinkedHashMap<>();
        for (final RoundResult round : rounds) {
            cells.computeIfAbsent(List.of(round.workload(), round.target()), cell -> new ArrayList<>())
                    .add(round);
        }
        return cells.values();
    }

    private static double median(final List<RoundResult> cell, final ToDoubleFunction<RoundResult> figure) {
        return Figures.median(cell.stream().mapToDouble(figure).toArray());
    }
}
