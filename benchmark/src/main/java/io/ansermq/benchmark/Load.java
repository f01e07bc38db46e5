package io.ansermq.benchmark;

import io.ansermq.tools.bench.LoadArguments;
import io.ansermq.tools.bench.LoadException;
import io.ansermq.tools.bench.LoadReport;
import io.ansermq.tools.bench.LoadRunner;
import io.ansermq.tools.bench.LoadTarget;
import io.ansermq.tools.bench.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What does a JMS message cost from end to end, in time and in CPU of the broker and of the client? */
@Command(
        name = "Load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "What does a JMS message cost from end to end, in time and in CPU of the broker and of the client?",
            "Starts one server process per durability class and loads them in turn over TCP, with jakarta.jms alone:"
                    + " synchronous sends (W1), asynchronous sends (W2), drains of a backlog (W3), fixed rates (W4).",
            "Prints a Markdown table of medians; load.csv and load.json hold every round."
        })
public final class Load implements Callable<Integer> {

    private static final String FACTORY = "io.ansermq.jms.AnserConnectionFactory";

    @Mixin
    private LoadArguments load = new LoadArguments();

    @Option(
            names = "--flush",
            split = ",",
            defaultValue = "sync,async",
            paramLabel = "CLASS",
            description = "Durability classes: sync (fsync), async (page cache). Default: ${DEFAULT-VALUE}.")
    private List<String> flush = List.of();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "An option of the servers; may be given more than once.")
    private List<String> settings = List.of();

    @Option(
            names = "--server-jvm",
            split = " ",
            defaultValue = "-Xms32m -Xmx256m -XX:+UseSerialGC",
            paramLabel = "OPTIONS",
            description = "JVM options of the servers. Default, as the anser command has it: ${DEFAULT-VALUE}.")
    private List<String> serverJvm = List.of();

    @Option(
            names = "--uri",
            paramLabel = "URI",
            description = "Loads a broker that runs already, instead of starting servers.")
    private String uri = "";

    @Option(names = "--pid", paramLabel = "PID", description = "The process of that broker, for its CPU.")
    private long pid;

    @Option(
            names = "--factory",
            defaultValue = FACTORY,
            paramLabel = "CLASS",
            description =
                    "Connection factory with a constructor (String uri); another provider's jars must be on the class"
                            + " path. Default: ${DEFAULT-VALUE}.")
    private String factory = FACTORY;

    @Option(
            names = "--peer",
            paramLabel = "NAME=CLASS,URI,PID",
            description = {
                "A broker of another provider that runs already, loaded in turn with ours: ratios are only true within one"
                        + " run. Its connection factory is as with --factory. May be given more than once."
            })
    private Map<String, String> peers = Map.of();

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    @Mixin
    private final ResultsOption results = new ResultsOption();

    /** Runs the program; the exit code is 0 when it ran to its end. */
    public static void main(final String... args) {
        System.exit(new CommandLine(new Load())
                .setExecutionExceptionHandler(Load::explain)
                .execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(directory.path());
        if (!uri.isEmpty()) {
            final OptionalLong brokerPid = pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
            run(List.of(new LoadTarget(uri, LoadTarget.factory(factory, uri), brokerPid)));
            return 0;
        }
        final List<ServerProcess> servers = new ArrayList<>();
        try (ScratchDirectory scratch = ScratchDirectory.in(directory.path())) {
            try {
                final List<LoadTarget> targets = new ArrayList<>();
                for (final String level : flush) {
                    final ServerProcess server =
                            ServerProcess.start(scratch.path().resolve(level), serverJvm, serverArguments(level));
                    servers.add(server);
                    targets.add(new LoadTarget(
                            level, LoadTarget.factory(factory, server.uri()), OptionalLong.of(server.pid())));
                }
                peers.forEach((name, where) -> targets.add(peer(name, where)));
                run(targets);
            } finally {
                servers.forEach(ServerProcess::close);
            }
        }
        return 0;
    }

    private List<String> serverArguments(final String level) {
        final List<String> arguments = new ArrayList<>(List.of("--set", "flush=" + level));
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return arguments;
    }

    private static LoadTarget peer(final String name, final String where) {
        final String[] parts = where.split(",", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("--peer " + name + "=" + where + ": wanted is NAME=CLASS,URI,PID");
        }
        return new LoadTarget(name, LoadTarget.factory(parts[0], parts[1]), OptionalLong.of(Long.parseLong(parts[2])));
    }

    private void run(final List<LoadTarget> targets) throws IOException, InterruptedException {
        final String runName = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        final LoadReport report = new LoadRunner(runName, System.out::println).run(targets, load.options());
        final String machine = Machine.describe(directory.path());
        report.write(results.path(), machine);
        System.out.println();
        System.out.println(machine);
        System.out.println();
        System.out.println(report.medians().markdown());
    }

    /** What can be explained in a line is; everything else is a bug and shows its trace. */
    private static int explain(
            final Exception failure, final CommandLine command, final CommandLine.ParseResult arguments)
            throws Exception {
        if (failure instanceof LoadException || failure instanceof IllegalArgumentException) {
            command.getErr().println(failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure;
    }
}
