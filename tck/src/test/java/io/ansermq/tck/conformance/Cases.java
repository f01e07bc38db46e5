package io.ansermq.tck.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Collects the cases of one class, in order. A section holds for the cases that follow it. Not thread safe. */
final class Cases {
    private static final Pattern SECTION = Pattern.compile("\\d+(\\.\\d+)*|[A-Z]\\w+(\\.\\w+)?");

    private final Map<String, Case> byTitle = new LinkedHashMap<>();
    private String section = "";

    /**
     * What the following cases are about.
     *
     * @param newSection a section's number ({@code 6.2.10}), or a type or method whose Javadoc says it ({@code Session.recover})
     */
    Cases section(final String newSection) {
        if (!SECTION.matcher(newSection).matches()) {
            throw new IllegalArgumentException("'" + newSection + "' is no section, type or method");
        }
        section = newSection;
        return this;
    }

    /** A case. */
    Cases promise(final String promise, final Case.Check check) {
        if (section.isEmpty()) {
            throw new IllegalStateException("'" + promise + "': say the section first");
        }
        final Case added = new Case(section, promise, check);
        if (byTitle.put(added.toString(), added) != null) {
            throw new IllegalArgumentException("two cases are called '" + added + "'");
        }
        return this;
    }

    /**
     * A case for each row of a table.
     *
     * @param promise with {@code %s} for the row
     */
    <R> Cases each(final String promise, final Iterable<R> rows, final Case.RowCheck<R> check) {
        for (final R row : rows) {
            promise(String.format(promise, row), scene -> check.run(scene, row));
        }
        return this;
    }

    List<Case> all() {
        return new ArrayList<>(byTitle.values());
    }
}
