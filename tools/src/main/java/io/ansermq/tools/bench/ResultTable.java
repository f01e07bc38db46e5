package io.ansermq.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Rows of figures, written as Markdown for people and as CSV and JSON for programs.
 *
 * <p>Cells are texts or numbers. Markdown rounds numbers to what can be read; CSV and JSON keep all digits. Not thread
 * safe.
 */
public final class ResultTable {

    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    /** A table without rows. */
    public ResultTable(final String... columns) {
        this.columns = List.of(columns);
    }

    /**
     * Adds a row.
     *
     * @param cells a {@link Number} or anything with a useful {@code toString()}; as many as there are columns
     * @return this table
     */
    public ResultTable row(final Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns " + columns);
        }
        rows.add(List.of(cells));
        return this;
    }

    /** The table in GitHub's Markdown; columns of numbers are right-aligned. */
    public String markdown() {
        final StringBuilder text = new StringBuilder();
        text.append(line(columns, Function.identity()));
        text.append('|');
        for (int column = 0; column < columns.size(); column++) {
            text.append(isNumeric(column) ? "---:|" : "---|");
        }
        text.append('\n');
        for (final List<Object> row : rows) {
            text.append(line(row, ResultTable::readable));
        }
        return text.toString();
    }

    /** The table as CSV (RFC 4180), names in the first line. */
    public String csv() {
        final StringBuilder text = new StringBuilder();
        text.append(columns.stream().map(ResultTable::csvCell).collect(Collectors.joining(",", "", "\n")));
        for (final List<Object> row : rows) {
            text.append(row.stream().map(ResultTable::csvCell).collect(Collectors.joining(",", "", "\n")));
        }
        return text.toString();
    }

    /** The table as a JSON array of objects, one per row; a figure that could not be taken is {@code null}. */
    public String json() {
        return rows.stream().map(this::jsonRow).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
    }

    /**
     * Writes {@code name.csv} and {@code name.json} into a directory, which is made when missing.
     *
     * @throws IOException the directory cannot be written
     */
    public void write(final Path directory, final String name) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + ".csv"), csv());
        Files.writeString(directory.resolve(name + ".json"), json());
    }

    private boolean isNumeric(final int column) {
        return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column) instanceof Number);
    }

    private String jsonRow(final List<Object> row) {
        final List<String> fields = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            fields.add(quoted(columns.get(column)) + ": " + jsonCell(row.get(column)));
        }
        return fields.stream().collect(Collectors.joining(", ", "{", "}"));
    }

    private static <T> String line(final List<T> cells, final Function<T, String> form) {
        return cells.stream().map(form).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String readable(final Object cell) {
        return cell instanceof Number number
                ? Figures.text(number.doubleValue())
                : cell.toString().replace("|", "\\|");
    }

    private static String csvCell(final Object cell) {
        if (isUnknown(cell)) {
            return "";
        }
        final String text = cell.toString();
        return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String jsonCell(final Object cell) {
        if (isUnknown(cell)) {
            return "null";
        }
        return cell instanceof Number ? cell.toString() : quoted(cell.toString());
    }

    private static boolean isUnknown(final Object cell) {
        return cell instanceof Double number && !Double.isFinite(number);
    }

    private static String quoted(final String text) {
        final StringBuilder out = new StringBuilder("\"");
        for (int index = 0; index < text.length(); index++) {
            final char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
