package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Topics as RocketMQ's clients see them. */
@Command(name = "topic", description = "Look at topics as RocketMQ's clients see them; every queue is one as well.")
public final class TopicCommand extends CommandGroup {

    private TopicCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(new TopicCommand(), List.of(new ListCommand(Subject.TOPICS), new ShowCommand()));
    }

    @Command(
            name = "show",
            description = "Show the queues of one: its first and its next offset, and its last message.")
    private static final class ShowCommand extends BrokerCommand {
        @Parameters(paramLabel = "<topic>", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String topic;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final List<Map<String, String>> queues = ListCommand.inspect(session, Subject.TOPIC_QUEUES, topic);
            if (queues.isEmpty()) {
                throw CommandFailure.failed("there is no topic '" + topic + "'; see 'anser topic list'");
            }
            ListCommand.print(out, queues, isJson());
        }
    }
}
