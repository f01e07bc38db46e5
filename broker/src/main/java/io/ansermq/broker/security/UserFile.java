package io.ansermq.broker.security;

import io.ansermq.remoting.security.Scram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
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
 */
public final class UserFile {

    private static final int FIELDS = 5;

    private final Path file;

    // Guarded by this.
    private @Nullable FileTime readAt;
    private long readBytes = -1;
    private Map<String, Scram.Verifier> users = Map.of();

    /** @param file need not exist: then there are no users */
    public UserFile(final Path file) {
        this.file = file;
    }

    /** Where it is. */
    public Path path() {
        return file;
    }

    /**
     * What is kept of a user's password; null when there is no such user.
     *
     * @throws IOException when the file cannot be read or has a line that is none
     */
    public synchronized Scram.@Nullable Verifier find(final String user) throws IOException {
        refresh();
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
        if (user.isBlank()
                || user.startsWith("#")
                || user.indexOf(':') >= 0
                || !user.equals(user.strip())
                || user.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "'" + user + "' cannot be the name of a user: it must not be empty, begin"
                            + " with '#' or a space, end with a space, or have a ':' in it");
        }
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

    private void refresh() throws IOException {
        try {
            final FileTime changedAt = Files.getLastModifiedTime(file);
            final long bytes = Files.size(file);
            if (!changedAt.equals(readAt) || bytes != readBytes) {
                users = read();
                readAt = changedAt;
                readBytes = bytes;
            }
        } catch (NoSuchFileException e) {
            users = Map.of();
            readAt = null;
        }
    }

    private Map<String, Scram.Verifier> read() throws IOException {
        final Map<String, Scram.Verifier> read = new TreeMap<>();
        int number = 0;
        for (final String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                final String[] fields = line.strip().split(":", -1);
                if (fields.length != FIELDS || !fields[1].matches("\\d{1,7}")) {
                    throw new IOException(file + ", line " + number
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
        final Path target = file.toAbsolutePath();
        final Path directory = target.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        final Path next = target.resolveSibling(target.getFileName() + ".new");
        Files.deleteIfExists(next);
        if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(next, lines);
        Files.move(next, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        readAt = null;
        refresh();
    }
}
