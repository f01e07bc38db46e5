package io.ansermq.store.index;

import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Positions of messages by the hash of a key. Owned by {@code core}. */
@SuppressWarnings("DoNotCallSuggester")
public final class KeyIndex implements AutoCloseable {
    private KeyIndex() {}

    /** Opens the index as the image knows it; without an image it is empty. Replay completes it. */
    public static KeyIndex open(
            final Files files,
            final Path directory,
            final StoreOptions options,
            final @Nullable ImageReader image,
            final Background background) {
        throw new UnsupportedOperationException();
    }

    /** Adds one key of the message at a position. Positions never go down, except in a replay, where they are ignored. */
    public void put(final int keyHash, final long position, final long storeEpochMs) {
        throw new UnsupportedOperationException();
    }

    /** Visits the positions, newest first, of messages whose key has this hash; the caller compares the key itself. */
    public void query(final int keyHash, final long beginEpochMs, final long endEpochMs, final LongConsumer positions) {
        throw new UnsupportedOperationException();
    }

    /** Adds the index's state to an image. */
    public void snapshot(final ImageWriter image) {
        throw new UnsupportedOperationException();
    }

    /** Unmaps and closes the files; forces nothing. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
