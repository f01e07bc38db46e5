package io.ansermq.store.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Passes everything on to other files; for those who watch, refuse or disturb some of it. As thread safe as these are. */
public class DelegatingFiles implements Files {
    private final Files files;

    protected DelegatingFiles(final Files files) {
        this.files = files;
    }

    /** What stands before an opened or created file. */
    protected StoreFile wrap(final Path path, final StoreFile file) {
        return file;
    }

    @Override
    public StoreFile open(final Path file) throws IOException {
        return wrap(file, files.open(file));
    }

    @Override
    public StoreFile create(final Path file) throws IOException {
        return wrap(file, files.create(file));
    }

    @Override
    public boolean exists(final Path path) {
        return files.exists(path);
    }

    @Override
    public List<String> list(final Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public void createDirectories(final Path directory) throws IOException {
        files.createDirectories(directory);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(final Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public void syncDirectory(final Path directory) throws IOException {
        files.syncDirectory(directory);
    }

    @Override
    public Closeable lock(final Path file) throws IOException {
        return files.lock(file);
    }

    @Override
    public long usableSpace(final Path directory) throws IOException {
        return files.usableSpace(directory);
    }

    /** Passes everything on to another file. */
    public static class DelegatingFile implements StoreFile {
        private final StoreFile file;

        protected DelegatingFile(final StoreFile file) {
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            file.write(from, position);
        }

        @Override
        public int read(final ByteBuffer to, final long position) throws IOException {
            return file.read(to, position);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            return file.map(mode, position, length);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(final long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Passes everything on to another region. */
    public static class DelegatingRegion implements MappedRegion {
        private final MappedRegion region;

        protected DelegatingRegion(final MappedRegion region) {
            this.region = region;
        }

        @Override
        public ByteBuffer buffer() {
            return region.buffer();
        }

        @Override
        public void force(final int index, final int length) throws IOException {
            region.force(index, length);
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
