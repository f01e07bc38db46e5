package io.ansermq.store.index;

import io.ansermq.store.files.Files;
import io.ansermq.store.files.MappedRegion;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.image.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * An extent that the disk has no room for yet. {@code core} goes on in memory, since what is committed must be indexed, and
 * {@code aux} makes the file when an image needs it: until then images are dropped.
 */
final class MemoryExtent implements MappedRegion {
    private static final String UNFINISHED = ".tmp";

    private final Files files;
    private final Path path;
    private final ByteBuffer bytes;
    private volatile boolean onDisk;

    MemoryExtent(final Files files, final Path path, final int lengthBytes) {
        this.files = files;
        this.path = path;
        this.bytes = ByteBuffer.allocateDirect(lengthBytes);
    }

    /** Whether the file is there, with what stood here when it was last forced: from then on it may be mapped instead. */
    boolean isOnDisk() {
        return onDisk;
    }

    @Override
    public ByteBuffer buffer() {
        return bytes;
    }

    /** Writes all of it. */
    @Override
    public void force(final int index, final int length) throws IOException {
        final Path target = onDisk ? path : path.resolveSibling(path.getFileName() + UNFINISHED);
        try (StoreFile file = onDisk ? files.open(target) : create(target)) {
            file.write(bytes.duplicate().clear(), 0);
            file.force();
        }
        if (!onDisk) {
            files.rename(target, path);
            onDisk = true;
        }
    }

    private StoreFile create(final Path target) throws IOException {
        StoreFile file = null;
        try {
            file = files.create(target);
            // Takes the blocks first, so that what fails from here on is not for want of room.
            file.write(ByteBuffer.allocate(bytes.capacity()), 0);
            return file;
        } catch (final IOException e) {
            if (file != null) {
                file.close();
                files.delete(target);
            }
            throw new NoRoomException("no room for " + path + " of the queue index: " + e, e);
        }
    }

    /** Nothing is mapped; the memory goes with the object. */
    @Override
    public void close() {}
}
