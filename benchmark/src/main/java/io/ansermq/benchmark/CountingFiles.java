package io.ansermq.benchmark;

import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that count what each thread does to them, so that a run can say how many batches the log agent made of its
 * messages. Thread safe.
 */
final class CountingFiles implements Files {

    private final Files files;
    private final Map<Thread, Counters> counters = new ConcurrentHashMap<>();

    CountingFiles(final Files files) {
        this.files = files;
    }

    /** What a thread has done until now. */
    Counts counts(final Thread thread) {
        final Counters of = counters.getOrDefault(thread, new Counters());
        return new Counts(of.writes.get(), of.bytes.get(), of.forces.get());
    }

    /**
     * Calls and bytes of one thread.
     *
     * @param writes calls of {@link StoreFile#write}
     * @param bytes written by them
     * @param forces of files and of mapped ranges
     */
    record Counts(long writes, long bytes, long forces) {

        Counts since(final Counts earlier) {
            return new Counts(writes - earlier.writes, bytes - earlier.bytes, forces - earlier.forces);
        }
    }

    @Override
    public StoreFile open(final Path file) throws IOException {
        return new CountingFile(files.open(file));
    }

    @Override
    public StoreFile create(final Path file) throws IOException {
        return new CountingFile(files.create(file));
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

    /** Allocates for a thread's first call only. */
    private Counters mine() {
        final Counters known = counters.get(Thread.currentThread());
        return known != null ? known : counters.computeIfAbsent(Thread.currentThread(), thread -> new Counters());
    }

    private static final class Counters {
        private final AtomicLong writes = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong forces = new AtomicLong();
    }

    private final class CountingFile implements StoreFile {

        private final StoreFile file;

        CountingFile(final StoreFile file) {
            this.file = file;
        }

        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            final Counters counters = mine();
            counters.writes.incrementAndGet();
            counters.bytes.addAndGet(from.remaining());
            file.write(from, position);
        }

        @Override
        public int read(final ByteBuffer to, final long position) throws IOException {
            return file.read(to, position);
        }

        @Override
        public void force() throws IOException {
            mine().forces.incrementAndGet();
            file.force();
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            return new CountingRegion(file.map(mode, position, length));
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

    private final class CountingRegion implements MappedRegion {

        private final MappedRegion region;

        CountingRegion(final MappedRegion region) {
            this.region = region;
        }

        @Override
        public ByteBuffer buffer() {
            return region.buffer();
        }

        @Override
        public void force(final int index, final int length) throws IOException {
            mine().forces.incrementAndGet();
            region.force(index, length);
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
