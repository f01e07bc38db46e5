package io.ansermq.store.commitlog;

import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One segment of the log, with its mapping. Thread safe.
 *
 * <p>The log holds one reference. Whoever else touches the mapping takes one of his own by {@link #tryRetain} and gives
 * it back by {@link #release}; the segment is unmapped when the last reference is gone, never before, and its file is
 * recycled only after that.
 */
public final class SegmentRef {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRef.class);
    private static final AtomicIntegerFieldUpdater<SegmentRef> REFERENCES =
            AtomicIntegerFieldUpdater.newUpdater(SegmentRef.class, "references");

    private final Path path;
    private final long start;
    private final int length;
    private final StoreFile file;
    private final MappedRegion region;
    private final ByteBuffer readable;
    private final FrameChecks checks;
    private volatile int references = 1;
    private volatile boolean closed;

    SegmentRef(
            final Path path,
            final long start,
            final int length,
            final StoreFile file,
            final MappedRegion region,
            final Consumer<Damage> onDamage) {
        this.path = path;
        this.start = start;
        this.length = length;
        this.file = file;
        this.region = region;
        this.readable = region.buffer().asReadOnlyBuffer();
        this.checks = new FrameChecks(this, onDamage);
    }

    /** The position of the segment's first byte in the log. */
    public long start() {
        return start;
    }

    /** The position behind the segment's last byte. */
    public long end() {
        return start + length;
    }

    /** How many bytes the segment has. */
    public int length() {
        return length;
    }

    /** The segment's bytes, read-only, for absolute access; only while a reference is held. */
    public ByteBuffer buffer() {
        return readable;
    }

    /**
     * Whether a written record is what was written, which every reader asks before it hands a record out; only while a
     * reference is held. Costs a few nanoseconds, and a comparison of checksums when the record's surroundings are read for
     * the first time after a restart or after the segment was left behind.
     *
     * @param position where the record, or a part of it, starts in the log
     */
    public boolean isIntact(final long position, final int bytes) {
        return checks.isIntact(position, bytes);
    }

    /** What the log knows of its bytes. */
    FrameChecks checks() {
        return checks;
    }

    /** Takes a reference; false when the segment is already gone. */
    public boolean tryRetain() {
        int current = references;
        while (current > 0) {
            if (REFERENCES.compareAndSet(this, current, current + 1)) {
                return true;
            }
            current = references;
        }
        return false;
    }

    /** Gives a reference back; the last one unmaps the segment. */
    public void release() {
        final int left = REFERENCES.decrementAndGet(this);
        if (left < 0) {
            throw new IllegalStateException("segment " + path + " was released too often");
        }
        if (left == 0) {
            region.close();
            try {
                file.close();
            } catch (final IOException e) {
                LOG.warn("cannot close {}: {}", path, e.toString());
            }
            closed = true;
        }
    }

    /** Where the segment's file is while it belongs to the log. */
    Path path() {
        return path;
    }

    StoreFile file() {
        return file;
    }

    MappedRegion region() {
        return region;
    }

    /** Whether the mapping and the file handle are gone. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return path + " [" + start + ", " + end() + ")";
    }
}
