package io.ansermq.tools.store;

import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.inspection.SalvageReport;
import io.ansermq.store.inspection.StoreSalvage;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Json;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies what is good of a damaged data directory. */
@Command(
        name = "salvage",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Copy what is good of a damaged data directory into a new one that a broker can start on, and"
                + " report what was lost. The damaged directory is not changed.",
        footer = {"", "Exit codes: 0 copied, with or without losses; 1 nothing could be copied."})
public final class SalvageCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "<directory>", description = "The damaged data directory.")
    @SuppressWarnings("NullAway.Init") // It is required.
    private Path from;

    @Parameters(
            index = "1",
            paramLabel = "<new-directory>",
            description = "Where the copy goes; must not exist, or be empty.")
    @SuppressWarnings("NullAway.Init") // It is required.
    private Path to;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() {
        final SalvageReport report = StoreSalvage.salvage(new DiskFiles(), from, to);
        final PrintWriter out = spec.commandLine().getOut();
        out.print(json ? Json.write(ReportText.asJson(report)) : ReportText.of(report));
        out.flush();
        return ExitCode.OK;
    }
}
