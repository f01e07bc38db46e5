package io.ansermq.store.index;

import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Offset to position for all queues, in shared block files. Owned by {@code core}. */
@SuppressWarnings("DoNotCallSuggester")
public final class QueueIndex implements AutoCloseable {
    private QueueIndex() {}

    /**
     * Opens the index as the image knows it; without an image it is empty. Replay completes it.
     *
     * @param directory the data directory
     * @param background prepares files ahead of need: {@code CommitLog.background()}
     */
    public static QueueIndex open(
            final Files files,
            final Path directory,
            final StoreOptions options,
            final @Nullable ImageReader image,
            final Background background) {
        throw new UnsupportedOperationException();
    }

    /** The queue of a key, {@code destinationId << 16 | lane}; created when it is new. Keep the reference. */
    public Queue queue(final long key) {
        throw new UnsupportedOperationException();
    }

    /** The queue of a key, if there is one. */
    public @Nullable Queue find(final long key) {
        throw new UnsupportedOperationException();
    }

    /** Starts to add all directories to an image; call {@link Snapshot#advance} until it says that it is complete. */
    public Snapshot snapshot(final ImageWriter image) {
        throw new UnsupportedOperationException();
    }

    /** Unmaps and closes the files; forces nothing. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** A walk over all directories, in slices. */
    public interface Snapshot {
        /** Adds up to so many queues; true when the last one was added. */
        boolean advance(int queues);
    }
}
