package io.ansermq.tools.transactions;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionInfo;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.CommandGroup;
import io.ansermq.tools.console.Json;
import io.ansermq.tools.console.Quantity;
import io.ansermq.tools.console.TextTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Transactions that the broker has something of: work that is not committed, or an outcome to be heard of. */
@Command(name = "tx", description = "Look at transactions, and decide about those that nobody ends.")
public final class TxCommand extends CommandGroup {

    private TxCommand() {}

    /** The command with its own commands. */
    public static CommandLine commandLine() {
        return of(
                new TxCommand(),
                List.of(new ListCommand(), new ShowCommand(), new CommitCommand(), new RollbackCommand()));
    }

    /** What those have that are about one transaction. */
    private abstract static class OfTransaction extends BrokerCommand {
        @Parameters(paramLabel = "<transaction>", description = "Its name, as 'anser tx list' shows it.")
        @SuppressWarnings("NullAway.Init") // Required.
        String name;

        TransactionId id() {
            final TransactionId id = new TransactionId(name);
            if (!id.isValid()) {
                throw CommandFailure.usage("'" + name + "' is no name of a transaction; see 'anser tx list'");
            }
            return id;
        }

        TransactionInfo find(final BrokerSession session) throws BrokerException {
            final TransactionId id = id();
            for (final TransactionInfo each : session.transactions().list()) {
                if (each.transaction().equals(id)) {
                    return each;
                }
            }
            throw CommandFailure.failed("there is no transaction " + id + " here; see 'anser tx list'");
        }
    }

    @Command(name = "list", description = "List all transactions that the broker has something of.")
    private static final class ListCommand extends BrokerCommand {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final List<TransactionInfo> all = session.transactions().list();
            if (isJson()) {
                out.print(Json.write(all.stream().map(TxCommand::asJson).toList()));
            } else if (all.isEmpty()) {
                out.println("no transactions");
            } else {
                final TextTable table = new TextTable("TRANSACTION", "STATE", "SINCE", ">SENDS", ">BYTES", ">RECEIVED");
                all.forEach(each -> table.row(
                        each.transaction(),
                        state(each),
                        Instant.ofEpochMilli(each.sinceEpochMs()),
                        Quantity.count(each.sends()),
                        Quantity.count(each.sendBytes()),
                        Quantity.count(each.acknowledgements())));
                out.print(table.text());
            }
        }
    }

    @Command(name = "show", description = "Show one transaction.")
    private static final class ShowCommand extends OfTransaction {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            final Map<String, Object> fields = asJson(find(session));
            if (isJson()) {
                out.print(Json.write(fields));
            } else {
                fields.forEach((field, value) -> out.println(field + ": " + value));
            }
        }
    }

    @Command(
            name = "commit",
            description = {
                "Commit a prepared transaction in place of its transaction manager.",
                "The manager is told so (XA_HEURCOM) and has to forget it."
            })
    private static final class CommitCommand extends OfTransaction {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            decide(session, id(), true, isJson(), out);
        }
    }

    @Command(
            name = "rollback",
            description = {
                "Roll a transaction back in place of its transaction manager or client.",
                "The manager of a prepared one is told so (XA_HEURRB) and has to forget it."
            })
    private static final class RollbackCommand extends OfTransaction {
        @Override
        protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
            decide(session, id(), false, isJson(), out);
        }
    }

    private static void decide(
            final BrokerSession session,
            final TransactionId id,
            final boolean commit,
            final boolean json,
            final PrintWriter out)
            throws BrokerException {
        await(session.transactions().resolve(id, commit));
        final String done = commit ? "committed" : "rolled back";
        if (json) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("transaction", id.text());
            fields.put("decision", done);
            out.print(Json.write(fields));
        } else {
            out.println(id + " is " + done);
        }
    }

    private static void await(final CompletableFuture<Void> answer) throws BrokerException {
        try {
            answer.get();
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof BrokerException refusal) {
                throw refusal;
            }
            throw CommandFailure.failed("the broker did not answer: " + e.getCause(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while waiting for the broker", e);
        }
    }

    private static Map<String, Object> asJson(final TransactionInfo info) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("transaction", info.transaction().text());
        fields.put("state", state(info));
        fields.put("since", Instant.ofEpochMilli(info.sinceEpochMs()).toString());
        fields.put("sends", info.sends());
        fields.put("sendBytes", info.sendBytes());
        fields.put("received", info.acknowledgements());
        fields.put("oldestPosition", info.oldestPosition());
        return fields;
    }

    private static String state(final TransactionInfo info) {
        return info.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
