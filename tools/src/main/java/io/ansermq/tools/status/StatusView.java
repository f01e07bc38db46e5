package io.ansermq.tools.status;

import io.ansermq.remoting.protocol.ConnectionHeader.DestinationStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.tools.console.Quantity;
import io.ansermq.tools.console.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The answer of a broker, as text or for JSON. Immutable.
 *
 * @param status what the broker said
 */
record StatusView(Status status) {

    // The unit of a figure is the end of its name, as everywhere in this project.
    private static final String BYTES = "Bytes";
    private static final String MILLISECONDS = "Ms";

    /** Figures under each other, then the destinations as a table. */
    String asText() {
        final StringBuilder out = new StringBuilder();
        final int width = status.figures().keySet().stream()
                .mapToInt(name -> label(name).length())
                .max()
                .orElse(0);
        status.figures().forEach((name, value) -> out.append(label(name))
                .append(" ".repeat(width - label(name).length() + 2))
                .append(readable(name, value))
                .append(System.lineSeparator()));
        out.append(System.lineSeparator());
        return out.append(status.destinations().isEmpty() ? "no destinations" + System.lineSeparator() : table())
                .toString();
    }

    private String table() {
        final TextTable table = new TextTable("KIND", "NAME", ">BACKLOG", ">IN FLIGHT", ">CONSUMERS", ">IN", ">OUT");
        for (final DestinationStatus each : status.destinations()) {
            table.row(
                    kind(each.kind()),
                    each.name(),
                    Quantity.count(each.backlog()),
                    Quantity.count(each.inFlight()),
                    Quantity.count(each.consumers()),
                    Quantity.count(each.messagesIn()),
                    Quantity.count(each.messagesOut()));
        }
        return table.text();
    }

    /** The same, with figures as the texts that the broker sent and counts as numbers. */
    Map<String, Object> asJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("figures", status.figures());
        final List<Map<String, Object>> destinations =
                status.destinations().stream().map(StatusView::asJson).toList();
        document.put("destinations", destinations);
        return document;
    }

    private static Map<String, Object> asJson(final DestinationStatus destination) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", kind(destination.kind()));
        fields.put("name", destination.name());
        fields.put("backlog", destination.backlog());
        fields.put("inFlight", destination.inFlight());
        fields.put("consumers", destination.consumers());
        fields.put("messagesIn", destination.messagesIn());
        fields.put("messagesOut", destination.messagesOut());
        return fields;
    }

    private static String kind(final DestinationKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** A figure's name without its unit, which its value shows. */
    private static String label(final String name) {
        for (final String unit : List.of(BYTES, MILLISECONDS)) {
            if (name.endsWith(unit)) {
                return name.substring(0, name.length() - unit.length());
            }
        }
        return name;
    }

    private static String readable(final String name, final String value) {
        if (!value.matches("\\d{1,18}")) {
            return value;
        }
        final long number = Long.parseLong(value);
        if (name.endsWith(BYTES)) {
            return Quantity.bytes(number);
        }
        return name.endsWith(MILLISECONDS) ? Quantity.duration(number) : Quantity.count(number);
    }
}
