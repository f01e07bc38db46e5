package io.ansermq.tools;

import io.ansermq.tools.bench.LoadArguments;
import io.ansermq.tools.bench.LoadOptions;
import io.ansermq.tools.bench.LoadReport;
import io.ansermq.tools.bench.LoadRunner;
import io.ansermq.tools.bench.LoadTarget;
import io.ansermq.tools.bench.Machine;
import io.ansermq.tools.console.BrokerOption;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the {@link LoadRunner}, for one broker that runs already. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Load a running broker and report rates, latencies and CPU per message.",
        footer = {"", "Its messages stay in queues whose names begin with 'bench.': use a broker made for it."})
final class BenchCommand implements Callable<Integer> {

    @Mixin
    private final BrokerOption broker = new BrokerOption();

    @Option(
            names = "--broker-pid",
            paramLabel = "<pid>",
            description = "The broker's process, when it runs on this machine: adds its CPU per message.")
    private @Nullable Long brokerPid;

    @Option(
            names = "--output",
            paramLabel = "<directory>",
            description = "Also writes load.md, load.csv and load.json there.")
    private @Nullable Path output;

    @Mixin
    private final LoadArguments load = new LoadArguments();

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final LoadOptions options = options();
        final LoadTarget target = new LoadTarget("anser", broker.connectionFactory(), pid());
        final PrintWriter err = spec.commandLine().getErr();
        final LoadReport report = new LoadRunner(Long.toString(System.currentTimeMillis(), 36), line -> {
                    err.println(line);
                    err.flush();
                })
                .run(List.of(target), options);
        final PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.print(report.medians().markdown());
        out.flush();
        if (output != null) {
            report.write(output, Machine.describe(Path.of("")));
        }
        return ExitCode.OK;
    }

    private LoadOptions options() {
        try {
            return load.options();
        } catch (final IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    private OptionalLong pid() {
        return brokerPid == null ? OptionalLong.empty() : OptionalLong.of(brokerPid);
    }
}
