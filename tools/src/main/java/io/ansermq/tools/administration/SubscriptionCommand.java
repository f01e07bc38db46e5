package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.DeleteSubscription;
import io.ansermq.remoting.protocol.AdminHeader.Rewind;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Durable subscriptions. */
@Command(name = "subscription", aliases = "sub", description = "Look at subscriptions, end or rewind durable ones.")
public final class SubscriptionCommand extends CommandGroup {

    private SubscriptionCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(
                new SubscriptionCommand(),
                List.of(new ListCommand(Subject.SUBSCRIPTIONS), new DeleteCommand(), new RewindCommand()));
    }

    /** What those have that are about one subscription. */
    private abstract static class OfOne extends BrokerCommand {
        @Parameters(index = "0", paramLabel = "<name>", description = "The name of the durable subscription.")
        @SuppressWarnings("NullAway.Init") // Required.
        String name;

        @Option(names = "--client-id", paramLabel = "<id>", description = "The client ID that it belongs to, if any.")
        @Nullable
        String clientId;
    }

    @Command(name = "delete", description = "End a durable subscription without consumers, with its messages.")
    private static final class DeleteCommand extends OfOne {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final var unused = session.ask(new DeleteSubscription(clientId, name), Done.class);
            print(out, Map.of("deleted", name), "deleted subscription '" + name + "'");
        }
    }

    @Command(
            name = "rewind",
            description =
                    "Deliver again to a durable subscription without consumers what was sent from a time on and is"
                            + " still kept; what it has not settled stays.")
    private static final class RewindCommand extends OfOne {
        @Option(
                names = "--to",
                required = true,
                paramLabel = "<time>",
                description =
                        "2026-01-31T12:00:00Z, the same without Z in local time, or how long ago: 90s, 15m, 3h, 2d.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String time;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final Instant to = instant(time, Instant.now());
            final var unused = session.ask(new Rewind(clientId, name, Math.max(0, to.toEpochMilli())), Done.class);
            print(
                    out,
                    Map.of("rewound", name, "toEpochMs", to.toEpochMilli()),
                    "rewound subscription '" + name + "' to " + to);
        }
    }

    /** A time as people write it. */
    static Instant instant(final String text, final Instant now) {
        try {
            if (text.matches("\\d{1,9}[smhd]")) {
                final String period = text.toUpperCase(Locale.ROOT);
                return now.minus(Duration.parse(period.endsWith("D") ? "P" + period : "PT" + period));
            }
            return text.endsWith("Z")
                    ? Instant.parse(text)
                    : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeParseException e) {
            throw CommandFailure.usage(
                    "'" + text + "' is no time: write 2026-01-31T12:00:00Z, or how long ago: 90s, 15m," + " 3h, 2d");
        }
    }
}
