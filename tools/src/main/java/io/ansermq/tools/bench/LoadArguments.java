package io.ansermq.tools.bench;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The command line's side of {@link LoadOptions}; a picocli mixin, so that every load command has the same options.
 *
 * <p>Fields are written by picocli before the command runs.
 */
public final class LoadArguments {

    @Option(
            names = {"-w", "--workload"},
            split = ",",
            paramLabel = "ID",
            description = "What to run: W1 (synchronous sends), W1x8, W2 (asynchronous sends), W3 (drain), W3x8,"
                    + " W3client, W4@5k (fixed rate), W4@20k; and of transactions W5send, W5receive, W5both, W10"
                    + " (XA). Default: W1 to W4.")
    private List<String> workloads = List.of();

    @Option(
            names = "--message-size",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Size of a message's body. Default: ${DEFAULT-VALUE}.")
    private int messageBytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each workload is measured; the table shows medians. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Unmeasured run of each workload before the first round. Default: ${DEFAULT-VALUE}.")
    private int warmupSeconds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Measured time of each workload in a round. Default: ${DEFAULT-VALUE}.")
    private int measureSeconds;

    @Option(
            names = "--backlog",
            paramLabel = "N",
            defaultValue = "400000",
            description = "Messages that a drain finds waiting. Default: ${DEFAULT-VALUE}.")
    private int backlogMessages;

    /**
     * The options as given.
     *
     * @throws IllegalArgumentException one of them makes no sense; the text says which
     */
    public LoadOptions options() {
        return new LoadOptions(
                workloads.isEmpty()
                        ? Workload.standard()
                        : workloads.stream().map(Workload::named).toList(),
                messageBytes,
                rounds,
                Duration.ofSeconds(warmupSeconds).toMillis(),
                Duration.ofSeconds(measureSeconds).toMillis(),
                backlogMessages);
    }
}
