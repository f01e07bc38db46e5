package io.ansermq.store.commitlog;

import io.ansermq.store.FlushLevel;
import java.nio.ByteBuffer;

/**
 * Lays out records in frames. Owned by {@code core}: records are copied into staging memory here, and the log agent
 * checksums and writes them; nothing that a record was made from is referenced after {@link #commit}.
 *
 * <p>Per record: {@link #reserve}, fill {@link #slot()}, {@link #commit}. Per turn: {@link #seal}. Nothing here allocates.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class FrameWriter {
    FrameWriter() {}

    /**
     * Makes room for one record behind the committed ones. A record that was reserved but not committed is forgotten.
     *
     * @return false when staging memory or the LOG ring is full: nothing changed, and the log's {@code onProgress} runs
     *     once there is room again
     * @throws IllegalArgumentException when the record is larger than {@code StoreOptions.maxRecordBytes}
     */
    public boolean reserve(final int recordBytes) {
        throw new UnsupportedOperationException();
    }

    /** Where the reserved record will stand in the log. */
    public long position() {
        throw new UnsupportedOperationException();
    }

    /** The reserved bytes, from position to limit, to be filled completely. One and the same buffer each time. */
    public ByteBuffer slot() {
        throw new UnsupportedOperationException();
    }

    /** Makes the reserved record the next one of the open frame, which takes the highest level of its records. */
    public void commit(final FlushLevel level) {
        throw new UnsupportedOperationException();
    }

    /** Closes the open frame, if there is one, and hands it to the log agent. */
    public void seal(final long nowEpochMs) {
        throw new UnsupportedOperationException();
    }

    /** The end of all sealed frames. */
    public long end() {
        throw new UnsupportedOperationException();
    }
}
