package io.ansermq.tools.demo;

import io.ansermq.client.BrokerException;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.ProgressLine;
import io.ansermq.tools.console.Quantity;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows AnserMQ at work, from nothing to a summary within some seconds. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Start a broker with real files on a free port of this machine, send and receive through Jakarta Messaging"
                    + " over TCP on a queue and a topic, and show what came of it.",
            "The exit code is 1 when a message was lost or came twice."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final long REDRAW_MS = 200;
    private static final long LINE_MS = 1_000;

    @Option(
            names = "--messages",
            paramLabel = "<n>",
            defaultValue = "60000",
            description = "Messages to send, half to the queue and half to the topic. Default: ${DEFAULT-VALUE}.")
    private int messages;

    @Option(
            names = "--size",
            paramLabel = "<bytes>",
            defaultValue = "1024",
            description = "Size of each body. Default: ${DEFAULT-VALUE}.")
    private int bodyBytes;

    @Option(
            names = "--flush",
            paramLabel = "<async|sync>",
            defaultValue = "async",
            description = "When a send is answered: async = written, sync = forced to disk. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // It has a default.
    private String flush;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, JMSException, BrokerException, InterruptedException {
        final DemoOptions options = new DemoOptions(messages, bodyBytes, flush);
        final PrintWriter out = spec.commandLine().getOut();
        try (DemoBroker broker = DemoBroker.start(options.flush())) {
            out.println("broker on " + broker.host() + ", files in " + broker.directory() + ", flush " + flush);
            out.println("sending " + Quantity.count(messages) + " persistent messages of " + Quantity.bytes(bodyBytes)
                    + " through Jakarta Messaging over TCP");
            out.println();
            out.flush();
            final DemoResult result = run(options, broker);
            out.println();
            out.print(result.text());
            out.println("disk      " + Quantity.bytes(broker.logBytes()) + " of log, in "
                    + Quantity.bytes(broker.fileBytes()) + " of files laid out ahead, deleted now");
            out.println();
            out.print(howToGoOn());
            out.flush();
            return result.complete() ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private DemoResult run(final DemoOptions options, final DemoBroker broker)
            throws JMSException, InterruptedException {
        final boolean terminal = ProgressLine.onTerminal();
        final ProgressLine progress = new ProgressLine(spec.commandLine().getOut(), terminal);
        return new Demo(options, progress, terminal ? REDRAW_MS : LINE_MS)
                .run(new AnserConnectionFactory("anser://" + broker.host()));
    }

    private static String howToGoOn() {
        final String command = System.getProperty("anser.command", "anser");
        return """
                To go on:
                  %1$s server                                  run a broker here; Ctrl-C stops it
                  %1$s send --queue hello "honk"               in another terminal
                  %1$s receive --queue hello -v
                  %1$s status
                The guide is docs/guide/server.md; '%1$s --help' lists all commands.
                """.formatted(command);
    }
}
