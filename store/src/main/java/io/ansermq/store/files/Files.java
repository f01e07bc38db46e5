package io.ansermq.store.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * All that the store does to a file system. Thread safe.
 *
 * <p>A created, renamed or deleted name is only certain to survive a loss of power after {@link #syncDirectory} of its
 * directory.
 */
public interface Files {
    /** Opens an existing file for reading and writing. */
    StoreFile open(Path file) throws IOException;

    /** Creates a file, or empties the one of that name, and opens it for reading and writing. */
    StoreFile create(Path file) throws IOException;

    /** Whether there is a file or directory of that name. */
    boolean exists(Path path);

    /** The names in a directory, sorted; empty when there is no such directory. */
    List<String> list(Path directory) throws IOException;

    /** Creates a directory and its parents where they are missing, and makes their names durable. */
    void createDirectories(Path directory) throws IOException;

    /** Renames atomically within a file system; a file of the new name is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; nothing happens when it is not there. */
    void delete(Path file) throws IOException;

    /** Makes all created, renamed and deleted names of the directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * Takes the exclusive lock that a file stands for, creating the file where it is missing.
     *
     * @throws io.ansermq.store.StoreException when this or another process holds it
     */
    Closeable lock(Path file) throws IOException;

    /**
     * Direct memory full of zeros, for which room is taken only where it is written to, if this file system can do that. It goes
     * when nobody refers to it any more.
     *
     * @param directory an existing one, where nobody else calls this at the same time
     */
    default ByteBuffer memory(final Path directory, final int lengthBytes) {
        return ByteBuffer.allocateDirect(lengthBytes);
    }

    /** Bytes that the file system of an existing directory can still take. */
    long usableSpace(Path directory) throws IOException;
}
