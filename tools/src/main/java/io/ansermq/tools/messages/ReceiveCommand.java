package io.ansermq.tools.messages;

import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Quantity;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Takes messages from a destination and prints them. A message is acknowledged after it was printed, so that one that a
 * closed pipe did not take stays in its queue.
 */
@Command(
        name = "receive",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Take messages from a queue or topic and print them, one body per line.",
        footer = {"", "The exit code is 1 when fewer messages came than were asked for."})
public final class ReceiveCommand implements Callable<Integer> {

    @Mixin
    private final Place place = new Place();

    @Option(
            names = "--count",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "How many messages to wait for. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--timeout",
            paramLabel = "<seconds>",
            defaultValue = "5",
            description = "How long to wait for each. Default: ${DEFAULT-VALUE}.")
    private double timeoutSeconds;

    @Option(names = "--follow", description = "Go on until Ctrl-C, whatever --count and --timeout say.")
    private boolean follow;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print headers and properties too.")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws JMSException {
        check();
        try (Connection connection = place.connect();
                Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE)) {
            final MessageConsumer consumer = session.createConsumer(place.destination(session));
            connection.start();
            return print(consumer, spec.commandLine().getOut());
        }
    }

    private void check() {
        if (count < 1) {
            throw CommandFailure.usage("--count " + count + ": expected a number from 1");
        }
        if (!(timeoutSeconds > 0)) {
            throw CommandFailure.usage("--timeout " + timeoutSeconds + ": expected seconds, more than 0");
        }
    }

    private int print(final MessageConsumer consumer, final PrintWriter out) throws JMSException {
        final long timeoutMs = Math.max(1, Math.round(timeoutSeconds * 1_000));
        for (int received = 0; follow || received < count; received++) {
            final Message message = follow ? consumer.receive() : consumer.receive(timeoutMs);
            if (message == null) {
                throw CommandFailure.failed(received + " of " + Quantity.messages(count) + " came from " + place
                        + ", then none within " + Quantity.duration(timeoutMs));
            }
            out.print(MessageText.of(message, verbose));
            out.flush();
            if (out.checkError()) {
                throw CommandFailure.failed("nobody reads the output any more; the last message stays in " + place);
            }
            message.acknowledge();
        }
        return ExitCode.OK;
    }
}
