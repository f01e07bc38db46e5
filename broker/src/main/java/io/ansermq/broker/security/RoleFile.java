package io.ansermq.broker.security;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The file with the roles of a broker, see {@link Roles}. Thread safe; {@link #get} does no I/O.
 *
 * <p>A running broker looks at it once a second.
 */
public final class RoleFile implements Followed, Supplier<Roles> {

    private final LineFile file;
    private volatile Roles current = Roles.NONE;

    /** @param file need not exist: then there are no roles */
    public RoleFile(final Path file) {
        this.file = new LineFile(file);
    }

    /** Where it is. */
    public Path path() {
        return file.path();
    }

    /** What it said when it was last looked at. */
    @Override
    public Roles get() {
        return current;
    }

    /**
     * Looks whether it has changed, and takes that in.
     *
     * @throws IOException when it cannot be read or has a line that is none: then what it said before holds
     */
    @Override
    public synchronized boolean refresh() throws IOException {
        final List<String> lines = file.readIfChanged();
        if (lines != null) {
            try {
                current = Roles.parse(lines);
            } catch (IllegalArgumentException e) {
                throw new IOException(file.path() + ": " + e.getMessage(), e);
            }
        }
        return lines != null;
    }

    /** Changes it; remarks are lost. */
    public synchronized void change(final UnaryOperator<Roles> change) throws IOException {
        refresh();
        final Roles changed = change.apply(current);
        final List<String> lines = new ArrayList<>();
        lines.add("# Roles of AnserMQ; change with 'anser role'.");
        changed.grants().forEach(each -> lines.add(each.line()));
        changed.members().forEach(each -> lines.add(each.line()));
        file.write(lines);
        current = changed;
    }
}
