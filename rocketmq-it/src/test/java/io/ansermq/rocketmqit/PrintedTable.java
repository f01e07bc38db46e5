package io.ansermq.rocketmqit;

import java.util.Arrays;
import java.util.List;

/** A table that {@code mqadmin} printed: a line of headings that begin with #, then rows. Immutable. */
record PrintedTable(List<List<String>> rows) {

    /** The first table in a text; cells are what is separated by two blanks or more, because some have blanks in them. */
    static PrintedTable of(final String printed) {
        final List<List<String>> rows = printed.lines()
                .dropWhile(line -> !line.startsWith("#"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .map(line -> Arrays.asList(line.strip().split("\\s{2,}")))
                .toList();
        return new PrintedTable(rows);
    }

    /** All cells of a column, from 0 on. */
    List<String> column(final int number) {
        return rows.stream().map(row -> row.get(number)).toList();
    }

    /** The sum of a column of whole numbers. */
    long sum(final int number) {
        return column(number).stream().mapToLong(Long::parseLong).sum();
    }

    /** The rows whose first cell is this. */
    PrintedTable where(final String first) {
        return new PrintedTable(
                rows.stream().filter(row -> row.get(0).equals(first)).toList());
    }
}
