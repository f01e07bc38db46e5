package io.ansermq.store.commitlog;

import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one data directory.
 *
 * <p>Life cycle: {@link #open}, read {@link #image()}, {@link #replay}, {@link #start}, then {@link #writer()} and
 * {@link #read} until {@link #close()}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class CommitLog implements AutoCloseable {
    private CommitLog() {}

    /**
     * Locks the directory and finds what is in it; creates a store where there is none.
     *
     * @param epochMs the wall clock
     * @throws io.ansermq.store.StoreException when the directory is in use, of a newer version, damaged or nearly full
     */
    public static CommitLog open(
            final Files files, final Path directory, final StoreOptions options, final LongSupplier epochMs) {
        throw new UnsupportedOperationException();
    }

    /** The newest valid state image, to be read before {@link #replay}; null when there is none. */
    public @Nullable ImageReader image() {
        throw new UnsupportedOperationException();
    }

    /**
     * Visits all records from the image's position to the tail, then starts a new epoch. To be called once, also on a
     * fresh store.
     *
     * @throws io.ansermq.store.StoreException when acknowledged bytes are damaged; names the segment and the position
     */
    public void replay(final RecordVisitor visitor) {
        throw new UnsupportedOperationException();
    }

    /**
     * Runs the {@code log} and {@code aux} agents on threads of their own. Tests drive {@link #doLogWork} and
     * {@link #doAuxWork} themselves instead.
     *
     * @param onProgress runs on an agent's thread when a watermark moved or refused room became free; must be quick
     * @param onFailure runs once when the store stops for good: nothing is committed any more
     */
    public void start(final ThreadFactory threads, final Runnable onProgress, final Consumer<Throwable> onFailure) {
        throw new UnsupportedOperationException();
    }

    /** Where {@code core} puts records. */
    public FrameWriter writer() {
        throw new UnsupportedOperationException();
    }

    /** How far the log has come. */
    public Watermarks watermarks() {
        throw new UnsupportedOperationException();
    }

    /** One turn of the log agent; returns how many frames it wrote. */
    public int doLogWork() {
        throw new UnsupportedOperationException();
    }

    /** One turn of the aux agent; returns 0 when there is nothing to do before the next {@code onProgress} or force. */
    public int doAuxWork(final long nowNs) {
        throw new UnsupportedOperationException();
    }

    /** The aux agent, for others that need files prepared: the indexes. */
    public Background background() {
        throw new UnsupportedOperationException();
    }

    /** The position of the oldest byte that is still there. */
    public long start() {
        throw new UnsupportedOperationException();
    }

    /**
     * Copies written bytes of one record, or a part of it. Any thread; allocates nothing.
     *
     * @return false when the range is no longer there or not yet written
     */
    public boolean read(final long position, final int length, final ByteBuffer to, final int toIndex) {
        throw new UnsupportedOperationException();
    }

    /**
     * Starts a state image. Owned by {@code core}; one at a time.
     *
     * @param position the position up to which all records are applied: a value of {@link Watermarks#committed()}
     */
    public ImageWriter beginImage(final long position) {
        throw new UnsupportedOperationException();
    }

    /** Lets {@code aux} free segments that lie wholly below the position and below both newest images. Any thread. */
    public void releaseBelow(final long position) {
        throw new UnsupportedOperationException();
    }

    /** Writes and forces everything that was sealed, then gives the directory back. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
