package io.ansermq.benchmark;

import io.ansermq.tools.bench.Machine;
import io.ansermq.tools.bench.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What does a message cost RocketMQ's own client, against our server and against Apache RocketMQ? */
@Command(
        name = "RocketMqLoad",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "What does a message cost RocketMQ's own client, against our server and against Apache RocketMQ?",
            "Starts both in turn in processes of their own with the same flags, loads them with the same client, and"
                    + " prints medians, ratios and CPU per message. Apache's jars: mvn -f benchmark/rocketmq-peer.pom"
                    + " dependency:build-classpath -Dmdep.outputFile=FILE"
        })
public final class RocketMqLoad implements Callable<Integer> {

    @Option(
            names = "--apache",
            paramLabel = "FILE",
            description = "File with the class path of Apache RocketMQ; without it our server is loaded alone.")
    private Path apache = Path.of("");

    @Option(names = "--flush", defaultValue = "async", description = "sync or async. Default: ${DEFAULT-VALUE}.")
    private String flush = "async";

    @Option(names = "--workloads", split = ",", paramLabel = "NAME", description = "Which; default: all.")
    private List<String> workloads = RocketMqWorkload.NAMES;

    @Option(names = "--rounds", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(names = "--seconds", defaultValue = "3", description = "Of each workload. Default: ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(names = "--warmup", defaultValue = "3", description = "Of each, in seconds. Default: ${DEFAULT-VALUE}.")
    private int warmupSeconds = 3;

    @Option(names = "--backlog", defaultValue = "200000", description = "For drain. Default: ${DEFAULT-VALUE}.")
    private int backlog = 200_000;

    @Option(names = "--topics", defaultValue = "5000", description = "For topics. Default: ${DEFAULT-VALUE}.")
    private int topics = 5_000;

    @Option(
            names = "--server-jvm",
            split = " ",
            defaultValue = "-Xms1g -Xmx1g -XX:+UseG1GC",
            paramLabel = "OPTIONS",
            description = "JVM options of all servers. Default: ${DEFAULT-VALUE}.")
    private List<String> serverJvm = List.of();

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    @Mixin
    private final ResultsOption results = new ResultsOption();

    private record Result(String workload, String peer, RocketMqRound figures) {}

    /** Runs the program; the exit code is 0 when it ran to its end. */
    public static void main(final String... args) {
        System.exit(new CommandLine(new RocketMqLoad()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        workloads.forEach(RocketMqWorkload::describe);
        try (ScratchDirectory scratch = ScratchDirectory.in(directory.path())) {
            // The client writes logs and offsets there.
            System.setProperty("user.home", scratch.path().toString());
            report(measure(sides(), scratch.path().toAbsolutePath()));
        }
        return 0;
    }

    /** One of those that are compared: starts its processes with their data in this directory. */
    private interface Side {
        RocketMqPeer start(Path directory) throws IOException, InterruptedException;
    }

    private List<Side> sides() throws IOException {
        final List<Side> sides = new ArrayList<>();
        sides.add(directory -> RocketMqPeer.anser(directory, serverJvm, flush));
        if (!apache.toString().isEmpty()) {
            final String classPath = Files.readString(apache).strip();
            sides.add(directory -> RocketMqPeer.apache(directory, serverJvm, classPath, flush));
        }
        return sides;
    }

    /**
     * Only the side that is measured runs: Apache RocketMQ takes a core also when nobody asks it for anything. Each warms up with
     * all workloads first. Who comes first changes from round to round, for the client is the same process and learns from either.
     */
    private List<Result> measure(final List<Side> sides, final Path scratch) throws Exception {
        final List<Result> all = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (int turn = 0; turn < sides.size(); turn++) {
                final int side = (round + turn) % sides.size();
                try (RocketMqPeer peer = sides.get(side).start(scratch.resolve(round + "-" + side))) {
                    for (final String workload : workloads) {
                        run(peer, "warm" + round, workload, warmupSeconds, backlog / 2);
                    }
                    for (final String workload : workloads) {
                        all.add(new Result(
                                workload, peer.name(), run(peer, Integer.toString(round), workload, seconds, backlog)));
                    }
                }
            }
        }
        return all;
    }

    private RocketMqRound run(
            final RocketMqPeer peer, final String name, final String workload, final int lasting, final int messages)
            throws Exception {
        final RocketMqRound figures = new RocketMqRound(peer);
        new RocketMqWorkload(peer.nameServer(), name, lasting, messages, topics).run(workload, figures);
        System.out.printf(
                "round %s, %-8s %-8s %,10.0f/s, %.1f us of servers, %.1f us of client, %d failed, %d before that tried again%n",
                name,
                workload,
                peer.name(),
                figures.perSecond(),
                figures.serverUsPerMessage(),
                figures.clientUsPerMessage(),
                figures.failures(),
                figures.triedBefore());
        return figures;
    }

    private void report(final List<Result> all) throws IOException {
        final ResultTable table = new ResultTable(
                "workload",
                "",
                "target",
                "messages/s",
                "ratio",
                "p50 us",
                "p99 us",
                "server CPU us/msg",
                "its ratio",
                "client CPU us/msg",
                "failed",
                "foreign cores");
        for (final String workload : workloads) {
            for (final String peer : all.stream().map(Result::peer).distinct().toList()) {
                final double rate = median(all, workload, peer, RocketMqRound::perSecond);
                final double cpu = median(all, workload, peer, RocketMqRound::serverUsPerMessage);
                table.row(
                        workload,
                        RocketMqWorkload.describe(workload),
                        peer,
                        rate,
                        rate / median(all, workload, "rocketmq", RocketMqRound::perSecond),
                        median(all, workload, peer, figures -> figures.latencyUs(50)),
                        median(all, workload, peer, figures -> figures.latencyUs(99)),
                        cpu,
                        median(all, workload, "rocketmq", RocketMqRound::serverUsPerMessage) / cpu,
                        median(all, workload, peer, RocketMqRound::clientUsPerMessage),
                        median(all, workload, peer, RocketMqRound::failures),
                        median(all, workload, peer, RocketMqRound::foreignCores));
            }
        }
        table.write(results.path(), "rocketmq-" + flush);
        System.out.println();
        System.out.println(Machine.describe(directory.path()) + ", flush " + flush + ", servers with "
                + String.join(" ", serverJvm));
        System.out.println();
        System.out.println(table.markdown());
    }

    private static double median(
            final List<Result> all,
            final String workload,
            final String peer,
            final ToDoubleFunction<RocketMqRound> figure) {
        final double[] sorted = all.stream()
                .filter(each -> each.workload().equals(workload) && each.peer().equals(peer))
                .map(Result::figures)
                .mapToDouble(figure)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
