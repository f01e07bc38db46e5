package io.ansermq.tools.deadletters;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.ConnectionHeader.DestinationStatus;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetter;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetterAction;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLettersSettled;
import io.ansermq.remoting.protocol.DeadLetterHeader.ListDeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.SettleDeadLetters;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandGroup;
import io.ansermq.tools.console.Json;
import io.ansermq.tools.console.Quantity;
import io.ansermq.tools.console.Settling;
import io.ansermq.tools.console.TextTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Dead letters by the destination that they come from. */
@Command(name = "dlq", description = "Look at dead letters, send them back, or throw them away.")
public final class DlqCommand extends CommandGroup {

    private DlqCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(
                new DlqCommand(),
                List.of(new ListCommand(), new ShowCommand(), new RetryCommand(), new PurgeCommand()));
    }

    /** What those have that are about one destination. */
    private abstract static class OfDestination extends BrokerCommand {
        @Parameters(
                paramLabel = "<destination>",
                description = "Where the messages come from: orders, queue://orders or topic://prices.")
        @SuppressWarnings("NullAway.Init") // Required.
        String destination;

        @Option(
                names = "--from",
                paramLabel = "<queue>",
                description = "The queue that they are in, if it is not DLQ.<destination>: an expiry queue, say.")
        @Nullable
        String from;

        Origin origin() {
            return Origin.of(destination, from);
        }
    }

    @Command(name = "list", description = "Count dead letters by the destination that they come from.")
    private static final class ListCommand extends BrokerCommand {

        /** Messages of one origin in one queue. */
        private static final class Group {
            private final String origin;
            private final String queue;
            private long messages;
            private long oldestEpochMs = Long.MAX_VALUE;

            Group(final String origin, final String queue) {
                this.origin = origin;
                this.queue = queue;
            }
        }

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final Map<String, Group> groups = new TreeMap<>();
            for (final DestinationStatus each : session.status().destinations()) {
                if (each.kind() == DestinationKind.QUEUE
                        && Origin.isDeadLetterQueue(each.name())
                        && each.backlog() > 0) {
                    forEach(session, each.name(), Long.MAX_VALUE, letter -> {
                        final Group group = groups.computeIfAbsent(
                                letter.origin() + ' ' + each.name(), key -> new Group(letter.origin(), each.name()));
                        group.messages++;
                        group.oldestEpochMs = Math.min(group.oldestEpochMs, letter.timeEpochMs());
                    });
                }
            }
            if (isJson()) {
                final List<Map<String, Object>> rows = new ArrayList<>();
                groups.values().forEach(group -> {
                    final Map<String, Object> row = new LinkedHashMap<>();
                    row.put("origin", group.origin);
                    row.put("queue", group.queue);
                    row.put("messages", group.messages);
                    row.put("oldestEpochMs", group.oldestEpochMs);
                    rows.add(row);
                });
                out.print(Json.write(rows));
            } else if (groups.isEmpty()) {
                out.println("no dead letters");
            } else {
                final TextTable table = new TextTable("ORIGIN", "QUEUE", ">MESSAGES", "OLDEST");
                groups.values()
                        .forEach(group -> table.row(
                                group.origin, group.queue, Quantity.count(group.messages), time(group.oldestEpochMs)));
                out.print(table.text());
            }
        }
    }

    @Command(name = "show", description = "List the dead letters of a destination.")
    private static final class ShowCommand extends OfDestination {

        @Option(
                names = "--limit",
                paramLabel = "<n>",
                defaultValue = "100",
                description = "Messages shown at most. Default: ${DEFAULT-VALUE}.")
        long limit;

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final List<DeadLetter> letters = new ArrayList<>();
            forEach(session, origin().queue(), limit, letter -> {
                if (letter.origin().equals(origin().uri())) {
                    letters.add(letter);
                }
            });
            if (isJson()) {
                out.print(Json.write(letters.stream().map(ShowCommand::asJson).toList()));
                return;
            }
            final TextTable table = new TextTable("MESSAGE ID", "REASON", "TIME", ">DELIVERIES", ">SIZE");
            letters.forEach(letter -> table.row(
                    letter.messageId(),
                    letter.reason(),
                    time(letter.timeEpochMs()),
                    Quantity.count(letter.deliveries()),
                    Quantity.count(letter.sizeBytes())));
            out.print(letters.isEmpty() ? "no dead letters" + System.lineSeparator() : table.text());
        }

        private static Map<String, Object> asJson(final DeadLetter letter) {
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("messageId", letter.messageId());
            row.put("origin", letter.origin());
            row.put("reason", letter.reason());
            row.put("timeEpochMs", letter.timeEpochMs());
            row.put("deliveries", letter.deliveries());
            row.put("sizeBytes", letter.sizeBytes());
            return row;
        }
    }

    /** What takes messages out. */
    private abstract static class Settle extends OfDestination {

        @Option(names = "--id", paramLabel = "<id>", description = "Only the message with this JMSMessageID.")
        @Nullable
        String id;

        abstract DeadLetterAction action();

        abstract String done();

        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final Origin origin = origin();
            final long count = Settling.all((lane, offset) -> session.ask(
                    new SettleDeadLetters(action(), origin.queue(), origin.uri(), id, lane, offset),
                    DeadLettersSettled.class));
            print(out, Map.of(done(), count), done() + ' ' + Quantity.messages(count) + " of " + origin.uri());
        }
    }

    @Command(name = "retry", description = "Send the dead letters of a destination back there.")
    private static final class RetryCommand extends Settle {
        @Override
        DeadLetterAction action() {
            return DeadLetterAction.RETRY;
        }

        @Override
        String done() {
            return "retried";
        }
    }

    @Command(name = "purge", description = "Throw the dead letters of a destination away.")
    private static final class PurgeCommand extends Settle {
        @Override
        DeadLetterAction action() {
            return DeadLetterAction.PURGE;
        }

        @Override
        String done() {
            return "purged";
        }
    }

    private static void forEach(
            final BrokerSession session, final String queue, final long limit, final Consumer<DeadLetter> visitor)
            throws BrokerException {
        long left = limit;
        int lane = 0;
        long offset = 0;
        while (lane >= 0 && left > 0) {
            final DeadLetters page = session.ask(new ListDeadLetters(queue, lane, offset), DeadLetters.class);
            for (final DeadLetter letter : page.letters()) {
                if (left-- > 0) {
                    visitor.accept(letter);
                }
            }
            lane = page.nextLane();
            offset = page.nextOffset();
        }
    }

    private static String time(final long epochMs) {
        return epochMs == 0 ? "" : Instant.ofEpochMilli(epochMs).toString();
    }
}
