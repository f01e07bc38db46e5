package io.ansermq.broker.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small text file that is read again when it has changed, and replaced as a whole: a reader sees the old or the new one.
 * Not thread safe.
 */
final class LineFile {

    private final Path path;
    private @Nullable FileTime readAt;
    private @Nullable Object readKey;
    private long readBytes = -1;

    /** @param path need not exist: then it has no lines */
    LineFile(final Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Its lines if it has changed since they were asked for, or was never asked for; else null. */
    @Nullable
    List<String> readIfChanged() throws IOException {
        try {
            final BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            // A file that was replaced has another key, however quickly that was done.
            if (now.lastModifiedTime().equals(readAt)
                    && now.size() == readBytes
                    && (readKey == null || readKey.equals(now.fileKey()))) {
                return null;
            }
            final List<String> lines = Files.readAllLines(path);
            readAt = now.lastModifiedTime();
            readBytes = now.size();
            readKey = now.fileKey();
            return lines;
        } catch (NoSuchFileException e) {
            final boolean known = readAt == null && readBytes == 0;
            readAt = null;
            readBytes = 0;
            return known ? null : List.of();
        }
    }

    /** Replaces it; nobody but its owner may read it. */
    void write(final List<String> lines) throws IOException {
        final Path target = path.toAbsolutePath();
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
        readBytes = -1;
    }
}
