package io.ansermq.tools.status;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a broker how it is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Show the figures of a broker and its destinations.")
public final class StatusCommand implements Callable<Integer> {

    private static final String SCHEME = "anser://";

    @Option(
            names = "--url",
            paramLabel = "<url>",
            defaultValue = "anser://127.0.0.1:10911",
            description = "The broker. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // It has a default.
    private String url;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws BrokerException {
        final PrintWriter out = spec.commandLine().getOut();
        try (BrokerSession session = BrokerSession.connect(options())) {
            final StatusView view = new StatusView(session.status());
            out.print(json ? Json.write(view.asJson()) : view.asText());
        }
        out.flush();
        return ExitCode.OK;
    }

    private ClientOptions options() {
        if (!url.startsWith(SCHEME) || url.indexOf('?') >= 0) {
            throw CommandFailure.usage("--url " + url + ": expected anser://host:port");
        }
        try {
            return ClientOptions.builder()
                    .addresses(url.substring(SCHEME.length()))
                    .clientName("anser-status")
                    .build();
        } catch (final IllegalArgumentException e) {
            throw CommandFailure.usage("--url " + url + ": " + e.getMessage());
        }
    }
}
