package io.ansermq.tools.status;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.tools.console.BrokerOption;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Json;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final BrokerOption broker = new BrokerOption();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws BrokerException {
        final PrintWriter out = spec.commandLine().getOut();
        try (BrokerSession session = broker.connect()) {
            final StatusView view = new StatusView(session.status());
            out.print(json ? Json.write(view.asJson()) : view.asText());
        }
        out.flush();
        return ExitCode.OK;
    }
}
