package io.ansermq.tools.store;

import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.inspection.StoreVerifier;
import io.ansermq.store.inspection.VerifyReport;
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

/** Reads all of a data directory and says what is wrong with it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Read all of a data directory, change nothing, and report what is damaged.",
        footer = {"", "Exit codes: 0 nothing is wrong, 1 something is, or the directory cannot be read."})
public final class VerifyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "<directory>", description = "The data directory of a broker that is stopped.")
    @SuppressWarnings("NullAway.Init") // It is required.
    private Path directory;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() {
        final VerifyReport report = StoreVerifier.verify(new DiskFiles(), directory);
        final PrintWriter out = spec.commandLine().getOut();
        out.print(json ? Json.write(ReportText.asJson(report)) : ReportText.of(report));
        out.flush();
        return report.findings().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
