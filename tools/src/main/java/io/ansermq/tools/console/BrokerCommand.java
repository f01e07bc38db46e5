package io.ansermq.tools.console;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks a broker something and prints the answer, for people or as JSON. Fields are written by picocli. */
@Command(sortOptions = false, usageHelpAutoWidth = true, mixinStandardHelpOptions = true)
public abstract class BrokerCommand implements Callable<Integer> {

    @Mixin
    private final BrokerOption broker = new BrokerOption();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    /** Nothing given yet; picocli fills it in. */
    protected BrokerCommand() {}

    /** Does it; what is printed is flushed by the caller. */
    protected abstract void run(BrokerSession session, PrintWriter out) throws BrokerException;

    /** Whether the answer is to be JSON. */
    protected final boolean isJson() {
        return json;
    }

    /** Prints a document as JSON, or a line for people. */
    protected final void print(final PrintWriter out, final Object document, final String line) {
        if (json) {
            out.print(Json.write(document));
        } else {
            out.println(line);
        }
    }

    /** What stands on the command line, or {@code fallback}. */
    protected static String or(final @Nullable String given, final String fallback) {
        return given == null ? fallback : given;
    }

    @Override
    public final Integer call() throws BrokerException {
        final PrintWriter out = spec.commandLine().getOut();
        try (BrokerSession session = broker.connect()) {
            run(session, out);
        }
        out.flush();
        return ExitCode.OK;
    }
}
