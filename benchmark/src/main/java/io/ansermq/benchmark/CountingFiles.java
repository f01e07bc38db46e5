package io.ansermq.benchmark;

import io.ansermq.store.files.DelegatingFiles;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that count what each thread does to them, so that a run can say how many batches the log agent made of its
 * messages. Thread safe.
 */
final class CountingFiles extends DelegatingFiles {

    private final Map<Thread, Counters> counters = new ConcurrentHashMap<>();

    CountingFiles(final Files files) {
        super(files);
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
    protected StoreFile wrap(final Path path, final StoreFile file) {
        return new CountingFile(file);
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

    private final class CountingFile extends DelegatingFile {

        CountingFile(final StoreFile file) {
            super(file);
        }

        @Override
        public void write(final ByteBuffer from, final long position) throws IOException {
            final Counters counters = mine();
            counters.writes.incrementAndGet();
            counters.bytes.addAndGet(from.remaining());
            super.write(from, position);
        }

        @Override
        public void force() throws IOException {
            mine().forces.incrementAndGet();
            super.force();
        }

        @Override
        public MappedRegion map(final MapMode mode, final long position, final int length) throws IOException {
            return new DelegatingRegion(super.map(mode, position, length)) {
                @Override
                public void force(final int index, final int forcedLength) throws IOException {
                    mine().forces.incrementAndGet();
                    super.force(index, forcedLength);
                }
            };
        }
    }
}
