package io.ansermq.broker.security;

import io.ansermq.remoting.security.Scram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The users of a broker with what is kept of their passwords. Thread safe.
 *
 * <p>One line each, {@code name:iterations:salt:storedKey:serverKey}; lines that begin with # are remarks. A change replaces
 * the file as a whole, so a reader sees the old or the new one, and a running broker sees the new one at the next login.
 * Only {@link #find} does no I/O.
 */
public final class UserFile implements Followed {

    private static final int FIELDS = 5;

    /** Guarded by this. */
    private final LineFile file;

    private volatile Map<String, Scram.Verifier> users = Map.of();

    /** @param file need not exist: then there are no users */
    public UserFile(final Path file) {
        this.file = new LineFile(file);
    }

    /** Where it is. */
    public Path path() {
        return file.path();
    }

    /** What is kept of a user's password, as the file was when it was last read; null when there is no such user. */
    public Scram.@Nullable Verifier find(final String user) {
        return users.get(user);
    }

    /** The names of all users, sorted. */
    public synchronized Set<String> names() throws IOException {
        refresh();
        return Set.copyOf(users.keySet());
    }

    /**
     * Adds a user or changes the password of one. Slow.
     *
     * @throws IllegalArgumentException when the name cannot stand in the file
     */
    public synchronized void put(final String user, final String password) throws IOException {
        checkName(user);
        refresh();
        final Map<String, Scram.Verifier> changed = new TreeMap<>(users);
        changed.put(user, Scram.verifier(password, Scram.ITERATIONS));
        write(changed);
    }

    /** Removes a user; false when there is none of this name. */
    public synchronized boolean remove(final String user) throws IOException {
        refresh();
        final Map<String, Scram.Verifier> changed = new TreeMap<>(users);
        if (changed.remove(user) == null) {
            return false;
        }
        write(changed);
        return true;
    }

    /**
     * What can be the name of a user.
     *
     * @throws IllegalArgumentException when this cannot
     */
    static void checkName(final String user) {
        if (!isName(user)) {
            throw new IllegalArgumentException(
                    "'" + user + "' cannot be the name of a user: it must not be empty or '*', begin"
                            + " with '#' or a space, end with a space, or have a ':' in it");
        }
    }

    /** Whether this can be the name of a user. */
    static boolean isName(final String user) {
        return !user.isBlank()
                && !user.startsWith("#")
                && !user.equals(Roles.EVERYBODY)
                && user.indexOf(':') < 0
                && user.equals(user.strip())
                && user.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public synchronized boolean refresh() throws IOException {
        final List<String> lines = file.readIfChanged();
        if (lines != null) {
            users = parse(lines);
        }
        return lines != null;
    }

    private Map<String, Scram.Verifier> parse(final List<String> lines) throws IOException {
        final Map<String, Scram.Verifier> read = new TreeMap<>();
        int number = 0;
        for (final String line : lines) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                final String[] fields = line.strip().split(":", -1);
                if (fields.length != FIELDS || !fields[1].matches("\\d{1,7}")) {
                    throw new IOException(file.path() + ", line " + number
                            + " is not name:iterations:salt:key:key; make it with" + " 'anser user add'");
                }
                read.put(fields[0], new Scram.Verifier(fields[2], Integer.parseInt(fields[1]), fields[3], fields[4]));
            }
        }
        return read;
    }

    private void write(final Map<String, Scram.Verifier> all) throws IOException {
        final List<String> lines = new ArrayList<>();
        lines.add("# Users of AnserMQ; change with 'anser user'. name:iterations:salt:storedKey:serverKey");
        all.forEach((name, kept) -> lines.add(String.join(
                ":", name, String.valueOf(kept.iterations()), kept.salt(), kept.storedKey(), kept.serverKey())));
        file.write(lines);
        refresh();
    }
}
