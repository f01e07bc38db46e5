package io.ansermq.tools.messages;

import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Quantity;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends text messages: the argument, or every line of the standard input. Each is stored before the next is sent. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        abbreviateSynopsis = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Send text messages to a queue or topic.")
public final class SendCommand implements Callable<Integer> {

    private static final int MAX_PRIORITY = 9;

    @Mixin
    private final Place place = new Place();

    @Parameters(
            arity = "0..1",
            paramLabel = "<text>",
            description = "The message. Without it every line of the standard input is one.")
    private @Nullable String text;

    @Option(
            names = "--count",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "How often to send it. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(names = "--type", paramLabel = "<type>", description = "JMSType, for selectors and RocketMQ tags.")
    private @Nullable String type;

    @Option(
            names = "--property",
            paramLabel = "<name=value>",
            description = "A text property; may be given several times.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--priority",
            paramLabel = "<0-9>",
            defaultValue = "" + Message.DEFAULT_PRIORITY,
            description = "JMSPriority. Default: ${DEFAULT-VALUE}.")
    private int priority;

    @Option(names = "--non-persistent", description = "Need not survive the broker.")
    private boolean nonPersistent;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli before the command runs.
    private CommandSpec spec;

    @Override
    public Integer call() throws JMSException, IOException {
        check();
        final int sent;
        try (Connection connection = place.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final MessageProducer producer = session.createProducer(place.destination(session));
            producer.setPriority(priority);
            producer.setDeliveryMode(nonPersistent ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
            sent = text != null ? sendText(session, producer, text) : sendLines(session, producer);
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.println("sent " + Quantity.messages(sent) + " to " + place);
        out.flush();
        return ExitCode.OK;
    }

    private void check() {
        if (count < 1) {
            throw CommandFailure.usage("--count " + count + ": expected a number from 1");
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw CommandFailure.usage("--priority " + priority + ": expected a number from 0 to " + MAX_PRIORITY);
        }
    }

    private int sendText(final Session session, final MessageProducer producer, final String body) throws JMSException {
        for (int number = 0; number < count; number++) {
            producer.send(message(session, body));
        }
        return count;
    }

    private int sendLines(final Session session, final MessageProducer producer) throws JMSException, IOException {
        final BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int sent = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            sent += sendText(session, producer, line);
        }
        return sent;
    }

    private Message message(final Session session, final String body) throws JMSException {
        final Message message = session.createTextMessage(body);
        if (type != null) {
            message.setJMSType(type);
        }
        for (final Map.Entry<String, String> property : properties.entrySet()) {
            message.setStringProperty(property.getKey(), property.getValue());
        }
        return message;
    }
}
