package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import io.ansermq.remoting.protocol.AdminHeader.ResetGroup;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups of RocketMQ's consumers. */
@Command(name = "group", description = "Look at groups of RocketMQ's consumers, and have them go on from elsewhere.")
public final class GroupCommand extends CommandGroup {

    private GroupCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(
                new GroupCommand(),
                List.of(new ListCommand(Subject.GROUPS), new ProgressCommand(), new ResetCommand()));
    }

    @Command(name = "progress", description = "Show how far one is, in each queue of each of its topics.")
    private static final class ProgressCommand extends BrokerCommand {
        @Parameters(paramLabel = "<group>", description = "Its name; * stands for any text.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String group;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final List<Map<String, String>> queues = ListCommand.inspect(session, Subject.GROUP_PROGRESS, group);
            if (queues.isEmpty()) {
                throw CommandFailure.failed(
                        "there is no group '" + group + "', or it has consumed nothing; see 'anser group list'");
            }
            ListCommand.print(out, queues, isJson());
        }
    }

    @Command(
            name = "reset",
            description = "Have one go on with what was stored in a topic from a time on, also while it consumes.")
    private static final class ResetCommand extends BrokerCommand {
        @Parameters(index = "0", paramLabel = "<group>", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String group;

        @Parameters(index = "1", paramLabel = "<topic>", description = "The topic.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String topic;

        @Option(names = "--queue", paramLabel = "<number>", description = "Only in this queue of the topic.")
        private @Nullable Integer queue;

        @Option(
                names = "--to",
                required = true,
                paramLabel = "<time>",
                description =
                        "earliest = all that is kept; latest = only what comes from now on; 2026-01-31T12:00:00Z, the same"
                                + " without Z in local time, or how long ago: 90s, 15m, 3h, 2d.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String time;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            // The request counts queues from 1, so that 0 can stand for all.
            if (queue != null && (queue < 0 || queue == Integer.MAX_VALUE)) {
                throw CommandFailure.usage(
                        "--queue " + queue + ": the topic has no such queue; see 'anser topic list'");
            }
            final long epochMs =
                    switch (time) {
                        case "earliest" -> 0;
                        case "latest" -> Long.MAX_VALUE;
                        default ->
                            Math.max(
                                    0,
                                    SubscriptionCommand.instant(time, Instant.now())
                                            .toEpochMilli());
                    };
            ListCommand.print(
                    out,
                    session.ask(new ResetGroup(group, topic, queue == null ? 0 : queue + 1, epochMs), Inspected.class)
                            .rows(),
                    isJson());
        }
    }
}
