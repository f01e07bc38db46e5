package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.CreateDestination;
import io.ansermq.remoting.protocol.AdminHeader.SetPaused;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.remoting.protocol.AdminHeader.TakeOut;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLettersSettled;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import io.ansermq.tools.console.DestinationName;
import io.ansermq.tools.console.Json;
import io.ansermq.tools.console.Quantity;
import io.ansermq.tools.console.Settling;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Queues and topics. */
@Command(name = "destination", aliases = "dest", description = "Look at queues and topics, and change them.")
public final class DestinationCommand extends CommandGroup {

    private DestinationCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(
                new DestinationCommand(),
                List.of(
                        new ListCommand(Subject.DESTINATIONS),
                        new ShowCommand(),
                        new CreateCommand(),
                        new DeleteCommand(),
                        new PauseCommand(),
                        new ResumeCommand(),
                        new PurgeCommand(),
                        new MoveCommand()));
    }

    /** What those have that are about one destination. */
    private abstract static class OfOne extends BrokerCommand {
        @Parameters(
                index = "0",
                paramLabel = "<destination>",
                description = "Which: orders, queue://orders or topic://prices.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String text;

        final DestinationName destination() {
            return DestinationName.of(text);
        }

        final void done(final PrintWriter out, final String what) {
            print(out, Map.of(what, destination().uri()), what + ' ' + destination());
        }
    }

    @Command(name = "show", description = "Show one with its subscriptions.")
    private static final class ShowCommand extends OfOne {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final String kind = destination().kind().name().toLowerCase(Locale.ROOT);
            final Map<String, String> found =
                    ListCommand.inspect(
                                    session, Subject.DESTINATIONS, destination().name())
                            .stream()
                            .filter(row -> kind.equals(row.get("kind")))
                            .findFirst()
                            .orElseThrow(() -> CommandFailure.failed(
                                    "there is no " + destination() + "; see 'anser destination list'"));
            final List<Map<String, String>> subscriptions =
                    ListCommand.inspect(
                                    session,
                                    Subject.SUBSCRIPTIONS,
                                    destination().name())
                            .stream()
                            .filter(row -> kind.equals(row.get("kind")))
                            .toList();
            if (isJson()) {
                final Map<String, @Nullable Object> document = new LinkedHashMap<>(ListCommand.typed(found));
                document.put(
                        "subscriptionList",
                        subscriptions.stream().map(ListCommand::typed).toList());
                out.print(Json.write(document));
                return;
            }
            found.forEach((name, value) ->
                    out.printf("%-14s %s%n", ListCommand.withoutUnit(name), ListCommand.readable(name, value)));
            if (!subscriptions.isEmpty()) {
                out.println();
                out.print(ListCommand.table(subscriptions));
            }
        }
    }

    @Command(name = "create", description = "Make one.")
    private static final class CreateCommand extends OfOne {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final var unused = session.ask(
                    new CreateDestination(destination().kind(), destination().name()), DestinationOpened.class);
            done(out, "created");
        }
    }

    @Command(name = "delete", description = "End one with its messages and subscriptions, if nobody consumes from it.")
    private static final class DeleteCommand extends OfOne {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            session.delete(destination().kind(), destination().name());
            done(out, "deleted");
        }
    }

    @Command(
            name = "pause",
            description =
                    "Deliver nothing more from one, until 'resume', also after a restart. It still takes messages.")
    private static final class PauseCommand extends OfOne {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final var unused = session.ask(
                    new SetPaused(destination().kind(), destination().name(), true), Done.class);
            done(out, "paused");
        }
    }

    @Command(name = "resume", description = "Deliver again.")
    private static final class ResumeCommand extends OfOne {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final var unused = session.ask(
                    new SetPaused(destination().kind(), destination().name(), false), Done.class);
            done(out, "resumed");
        }
    }

    /** What takes messages out. */
    private abstract static class Taking extends OfOne {
        @Option(
                names = "--subscription",
                paramLabel = "<name>",
                description = "Those of this durable subscription; needed for a topic.")
        private @Nullable String subscription;

        @Option(names = "--client-id", paramLabel = "<id>", description = "The client ID of the subscription, if any.")
        private @Nullable String clientId;

        @Option(names = "--id", paramLabel = "<id>", description = "Only the message with this JMSMessageID.")
        private @Nullable String id;

        final long takeOut(final BrokerSession session, final @Nullable String target) throws BrokerException {
            final long count = Settling.all((lane, offset) -> session.ask(
                    new TakeOut(
                            destination().kind(),
                            destination().name(),
                            clientId,
                            subscription,
                            target,
                            id,
                            lane,
                            offset),
                    DeadLettersSettled.class));
            if (count == 0 && id != null) {
                throw CommandFailure.failed("no message " + id + " waits in " + destination()
                        + ", or a consumer has it; 'anser message find' shows messages, consumed or not");
            }
            return count;
        }
    }

    @Command(name = "purge", description = "Throw its messages away that no consumer has now.")
    private static final class PurgeCommand extends Taking {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final long count = takeOut(session, null);
            print(out, Map.of("purged", count), "purged " + Quantity.messages(count) + " of " + destination());
        }
    }

    @Command(name = "move", description = "Move its messages that no consumer has now to another destination.")
    private static final class MoveCommand extends Taking {
        @Parameters(
                index = "1",
                paramLabel = "<target>",
                description = "Where to: orders, queue://orders or topic://prices.")
        @SuppressWarnings("NullAway.Init") // Required.
        private String target;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final DestinationName to = DestinationName.of(target);
            if (to.equals(destination())) {
                throw CommandFailure.usage("a message cannot be moved to where it is");
            }
            final long count = takeOut(session, to.uri());
            print(
                    out,
                    Map.of("moved", count),
                    "moved " + Quantity.messages(count) + " of " + destination() + " to " + to);
        }
    }
}
