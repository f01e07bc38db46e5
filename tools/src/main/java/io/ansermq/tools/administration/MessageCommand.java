package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.FindMessages;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import io.ansermq.tools.console.Json;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Single messages. */
@Command(name = "message", aliases = "msg", description = "Look at single messages, consumed or not.")
public final class MessageCommand extends CommandGroup {

    private MessageCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(new MessageCommand(), List.of(new FindCommand()));
    }

    @Command(name = "find", description = "Find messages by an id or by a key of theirs, at most 64, the newest first.")
    private static final class FindCommand extends BrokerCommand {
        private static final String JMS_PREFIX = "ID:";

        @Parameters(
                arity = "0..1",
                paramLabel = "<destination>",
                description = "The queue or topic that they are in; not needed for an offset id.")
        private @Nullable String destination;

        @Option(
                names = "--id",
                paramLabel = "<id>",
                description = "A JMSMessageID, or RocketMQ's unique id or offset id.")
        private @Nullable String id;

        @Option(
                names = "--key",
                paramLabel = "<key>",
                description = "One of the keys that a RocketMQ producer gave them, or a JMSCorrelationID.")
        private @Nullable String key;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            if ((id == null) == (key == null)) {
                throw CommandFailure.usage("give either --id or --key");
            }
            if (key != null && destination == null) {
                throw CommandFailure.usage("give the destination whose messages have the key");
            }
            final List<Map<String, String>> found = session.ask(
                            new FindMessages(or(destination, ""), key, id == null ? null : withoutPrefix(id)),
                            Inspected.class)
                    .rows();
            if (isJson()) {
                out.print(Json.write(found.stream().map(ListCommand::typed).toList()));
                return;
            }
            if (found.isEmpty()) {
                throw CommandFailure.failed("no such message is there");
            }
            String gap = "";
            for (final Map<String, String> message : found) {
                out.print(gap);
                message.forEach((name, value) -> out.printf("%-10s %s%n", name, value));
                gap = System.lineSeparator();
            }
        }

        private static String withoutPrefix(final String id) {
            return id.startsWith(JMS_PREFIX) ? id.substring(JMS_PREFIX.length()) : id;
        }
    }
}
