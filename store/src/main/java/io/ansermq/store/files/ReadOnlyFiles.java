package io.ansermq.store.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Files that stay as they are, for tools that look at a store. Tidying up, such as deleting an unfinished file or making a name
 * durable, is passed over; writing to a file or making one is an error. Thread safe.
 */
public final class ReadOnlyFiles implements Files {
    private final Files files;

    public ReadOnlyFiles(final Files files) {
        this.files = files;
    }

    @Override
    public StoreFile open(final Path file) throws IOException {
        return new ReadOnlyFile(file, files.open(file));
    }

    @Override
    public StoreFile create(final Path file) throws IOException {
        throw refused(file);
    }

    @Override
    public boolean exists(final Path path) {
        return files.exists(path);
    }

    @Override
    public List<String> list(final Path directory) throws IOException {
        return files.list(directory);
    }

    /** Passed over: what is not there is found empty. */
    @Override
    public void createDirectories(final Path directory) {}

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        throw refused(from);
    }

    /** Passed over. */
    @Override
    public void delete(final Path file) {}

    /** Passed over. */
    @Override
    public void syncDirectory(final Path directory) {}

    @Override
    public Closeable lock(final Path file) throws IOException {
        return files.lock(file);
    }

    @Override
    public long usableSpace(final Path directory) throws IOException {
        return files.usableSpace(directory);
    }

    private static IOException refused(final Path file) {
        return new IOException(file + " is not to be changed");
    }

    private record ReadOnlyFile(Path path, StoreFile file) implements StoreFile {
        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            throw refused(path);
        }

        @Override
        public int read(final ByteBuffer to, final long position) throws IOException {
            return file.read(to, position);
        }

        @Override
        public void force() throws IOException {
            throw refused(path);
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            return file.map(MapMode.READ_ONLY, position, length);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(final long size) throws IOException {
            throw refused(path);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
