package io.ansermq.tools.administration;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.remoting.protocol.AdminHeader.Inspect;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.tools.console.BrokerCommand;
import io.ansermq.tools.console.Json;
import io.ansermq.tools.console.Quantity;
import io.ansermq.tools.console.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists what a broker has, as it describes it: one row each. */
@Command(name = "list", description = "List them, with their figures.")
final class ListCommand extends BrokerCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "<pattern>",
            description =
                    "Only those of destinations with such a name (of groups: of such groups; of connections: of such a"
                            + " client ID or address); * stands for any text.")
    private @Nullable String pattern;

    private final Subject subject;

    ListCommand(final Subject subject) {
        this.subject = subject;
    }

    @Override
    protected void run(final BrokerSession session, final PrintWriter out) throws BrokerException {
        final List<Map<String, String>> rows = inspect(session, subject, or(pattern, "*"));
        if (rows.isEmpty() && !isJson()) {
            out.println("no " + subject.name().toLowerCase(Locale.ROOT));
        } else {
            print(out, rows, isJson());
        }
    }

    /** Rows as a table for people, of which there is at least one then, or as JSON. */
    static void print(final PrintWriter out, final List<Map<String, String>> rows, final boolean json) {
        out.print(json ? Json.write(rows.stream().map(ListCommand::typed).toList()) : table(rows));
    }

    /** All rows, page by page. */
    static List<Map<String, String>> inspect(final BrokerSession session, final Subject subject, final String pattern)
            throws BrokerException {
        final List<Map<String, String>> rows = new ArrayList<>();
        int next = 0;
        do {
            final Inspected page = session.ask(new Inspect(subject, pattern, next), Inspected.class);
            rows.addAll(page.rows());
            next = page.next();
        } while (next != 0);
        return rows;
    }

    /** Counts as numbers, null for one that there is not, yes and no as such. */
    static Map<String, @Nullable Object> typed(final Map<String, String> row) {
        final Map<String, @Nullable Object> typed = new LinkedHashMap<>();
        row.forEach((name, value) -> typed.put(name, typed(name, value)));
        return typed;
    }

    private static @Nullable Object typed(final String name, final String value) {
        if (name.equals("paused")) {
            return Boolean.valueOf(value);
        }
        if (isCount(name, value)) {
            return Long.valueOf(value);
        }
        return isFigure(name) && value.isEmpty() ? null : value;
    }

    static String table(final List<Map<String, String>> rows) {
        final Map<String, String> first = rows.get(0);
        final TextTable table =
                new TextTable(first.keySet().stream().map(ListCommand::heading).toArray(String[]::new));
        rows.forEach(row -> table.row(first.keySet().stream()
                .map(name -> readable(name, row.getOrDefault(name, "")))
                .toArray()));
        return table.text();
    }

    /** {@code oldestAgeMs} as OLDEST AGE; what is counted stands to the right. */
    private static String heading(final String name) {
        final String words =
                withoutUnit(name).replaceAll("([a-z])([A-Z])", "$1 $2").toUpperCase(Locale.ROOT);
        return isFigure(name) ? '>' + words : words;
    }

    static String readable(final String name, final String value) {
        if (!isCount(name, value)) {
            return value;
        }
        final long number = Long.parseLong(value);
        return name.endsWith("Ms") ? Quantity.duration(number) : Quantity.count(number);
    }

    static String withoutUnit(final String name) {
        return name.endsWith("Ms") ? name.substring(0, name.length() - 2) : name;
    }

    private static boolean isCount(final String name, final String value) {
        return isFigure(name) && value.matches("\\d{1,18}");
    }

    /** What a broker counts; any other field is text, whatever it looks like. */
    private static boolean isFigure(final String name) {
        return switch (name) {
            case "backlog",
                    "inFlight",
                    "oldestAgeMs",
                    "subscriptions",
                    "consumers",
                    "messagesIn",
                    "messagesOut",
                    "delivered",
                    "messages",
                    "readQueues",
                    "writeQueues",
                    "queue",
                    "first",
                    "end",
                    "offset",
                    "tries",
                    "bodyBytes" -> true;
            default -> false;
        };
    }
}
