package io.ansermq.tools.console;

import java.util.ArrayList;
import java.util.List;

/** Rows of texts under headings, in columns as wide as they need to be. Not thread safe. */
public final class TextTable {

    private static final String GAP = "   ";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table without rows; a heading that begins with {@code >} is of a column that is aligned to the right. */
    public TextTable(final String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row with as many cells as there are headings. */
    public TextTable row(final Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + headings.size() + " headings");
        }
        final List<String> row = new ArrayList<>();
        for (final Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(row);
        return this;
    }

    /** All lines, headings first, each with a line end and without spaces before it. */
    public String text() {
        final List<String> names = headings.stream()
                .map(heading -> heading.startsWith(">") ? heading.substring(1) : heading)
                .toList();
        final StringBuilder out = new StringBuilder(line(names));
        rows.forEach(row -> out.append(line(row)));
        return out.toString();
    }

    private String line(final List<String> cells) {
        final StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            final String cell = cells.get(column);
            final String fill = " ".repeat(width(column) - cell.length());
            final boolean right = headings.get(column).startsWith(">");
            line.append(column == 0 ? "" : GAP).append(right ? fill + cell : cell + fill);
        }
        return line.toString().stripTrailing() + System.lineSeparator();
    }

    private int width(final int column) {
        final String heading = headings.get(column);
        int width = heading.startsWith(">") ? heading.length() - 1 : heading.length();
        for (final List<String> row : rows) {
            width = Math.max(width, row.get(column).length());
        }
        return width;
    }
}
