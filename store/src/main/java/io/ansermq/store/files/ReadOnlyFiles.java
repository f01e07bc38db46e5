package io.ansermq.store.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Files that stay as they are, for tools that look at a store. Tidying up, such as deleting an unfinished file or making a name
 * durable, is passed over; writing to a file or making one is an error. Thread safe.
 */
public final class ReadOnlyFiles extends DelegatingFiles {

    public ReadOnlyFiles(final Files files) {
        super(files);
    }

    @Override
    protected StoreFile wrap(final Path path, final StoreFile file) {
        return new ReadOnlyFile(path, file);
    }

    @Override
    public StoreFile create(final Path file) throws IOException {
        throw refused(file);
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

    private static IOException refused(final Path file) {
        return new IOException(file + " is not to be changed");
    }

    private static final class ReadOnlyFile extends DelegatingFile {
        private final Path path;

        ReadOnlyFile(final Path path, final StoreFile file) {
            super(file);
            this.path = path;
        }

        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            throw refused(path);
        }

        @Override
        public void force() throws IOException {
            throw refused(path);
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            return super.map(MapMode.READ_ONLY, position, length);
        }

        @Override
        public void truncate(final long size) throws IOException {
            throw refused(path);
        }
    }
}
