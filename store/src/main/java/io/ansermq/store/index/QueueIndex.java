package io.ansermq.store.index;

import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.image.EntryTypes;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Offset to position for all queues, in shared block files. Owned by {@code core}.
 *
 * <p>The entries live in mapped files, which are forced when an image is published; where a queue's blocks are lives in
 * memory and travels in the image. What came after the image is replayed.
 */
public final class QueueIndex implements AutoCloseable {
    private static final int PAYLOAD_BYTES = 32 << 10;
    private static final int FIRST_TABLE = 64;

    private final Path directory;
    private final BlockFiles files;
    private final BlockAllocator allocator;

    /**
     * Each has a number for life, so that a walk over them survives growth. A queue that takes the number of a removed one
     * may be missed by a walk under way, as one that comes after it.
     */
    private @Nullable Queue[] queues = new Queue[FIRST_TABLE];

    private int count;

    /** Numbers below {@link #count} that no queue has. */
    private final BitSet free = new BitSet();

    /** Open addressing, at most half full: numbers of queues plus one, 0 for nothing. */
    private int[] table = new int[FIRST_TABLE];

    private QueueIndex(final Files files, final Path directory, final StoreOptions options, final Background background)
            throws IOException {
        this.directory = directory;
        this.files = new BlockFiles(files, directory, options.indexExtentBytes(), background);
        this.allocator = new BlockAllocator(this.files);
    }

    /**
     * Opens the index as the image knows it; without an image it is empty. Replay completes it.
     *
     * @param directory the data directory
     * @param background prepares files ahead of need: {@code CommitLog.background()}
     * @throws StoreException when files that the image speaks of are missing
     */
    public static QueueIndex open(
            final Files files,
            final Path directory,
            final StoreOptions options,
            final @Nullable ImageReader image,
            final Background background) {
        final Path indexDirectory = directory.resolve("index");
        try {
            final QueueIndex index = new QueueIndex(files, indexDirectory, options, background);
            if (image != null) {
                index.restore(image);
            }
            index.files.beginWithOne();
            return index;
        } catch (final IOException e) {
            throw new StoreException("cannot open the queue index in " + indexDirectory + ": " + e, e);
        }
    }

    /** The queue of a key, {@code destinationId << 16 | lane}; created when it is new. Keep the reference. */
    public Queue queue(final long key) {
        final int slot = slot(key);
        if (table[slot] != 0) {
            return queue(table[slot] - 1);
        }
        final Queue created = new Queue(files, allocator, key);
        final int number;
        if (free.isEmpty()) {
            number = count++;
            if (number == queues.length) {
                queues = Arrays.copyOf(queues, 2 * number);
            }
        } else {
            number = free.nextSetBit(0);
            free.clear(number);
        }
        queues[number] = created;
        table[slot] = number + 1;
        if (2 * count > table.length) {
            rehash();
        }
        return created;
    }

    /** The queue of a key, if there is one. */
    public @Nullable Queue find(final long key) {
        final int number = table[slot(key)];
        return number == 0 ? null : queue(number - 1);
    }

    /**
     * Forgets a queue and all of its entries, for good: the key must not be used again unless replays pass over what was
     * in the queue. Who has a reference sees an empty queue and must not add to it.
     */
    public void remove(final long key) {
        final int slot = slot(key);
        if (table[slot] == 0) {
            return;
        }
        final int number = table[slot] - 1;
        final Queue removed = queue(number);
        removed.releaseBelow(removed.end());
        closeGap(slot);
        queues[number] = null;
        free.set(number);
    }

    /** Moves entries of the table back that are further from their place than need be with this slot empty. */
    private void closeGap(final int slot) {
        final int mask = table.length - 1;
        int gap = slot;
        table[gap] = 0;
        for (int next = gap + 1 & mask; table[next] != 0; next = next + 1 & mask) {
            final int home = home(queue(table[next] - 1).key());
            if ((next - home & mask) >= (next - gap & mask)) {
                table[gap] = table[next];
                table[next] = 0;
                gap = next;
            }
        }
    }

    private Queue queue(final int number) {
        return Objects.requireNonNull(queues[number]);
    }

    /**
     * Says that the log has lost records, so that offsets may be left out: for each of them an entry of size 0 with these bits
     * is made, at the position of the next message.
     */
    public void fillGaps(final int bits) {
        allocator.fillGaps(bits);
    }

    /** Visits all queues; the visitor may remove the one that it visits. */
    public void forEach(final Consumer<Queue> visitor) {
        for (int i = 0; i < count; i++) {
            final Queue queue = queues[i];
            if (queue != null) {
                visitor.accept(queue);
            }
        }
    }

    /** Bytes of all files that hold entries. */
    public long fileBytes() {
        return files.fileBytes();
    }

    /** How many queues there are. */
    public int size() {
        return count - free.cardinality();
    }

    /** Where the key's number is, or would be put. */
    private int slot(final long key) {
        final int mask = table.length - 1;
        int slot = home(key);
        while (table[slot] != 0 && queue(table[slot] - 1).key() != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private int home(final long key) {
        final long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & table.length - 1;
    }

    private void rehash() {
        table = new int[2 * table.length];
        for (int i = 0; i < count; i++) {
            final Queue queue = queues[i];
            if (queue != null) {
                table[slot(queue.key())] = i + 1;
            }
        }
    }

    /** Starts to add all directories to an image; call {@link Snapshot#advance} until it says that it is complete. */
    public Snapshot snapshot(final ImageWriter image) {
        allocator.imageBegins(image);
        return new Walk(image);
    }

    /** Gives the files back as soon as the log is closed too; forces nothing. No queue may be used any more. */
    @Override
    public void close() {
        files.close();
    }

    private void restore(final ImageReader image) {
        final BitSet used = new BitSet();
        final int[] end = {0};
        image.forEach((type, payload) -> {
            if (type == EntryTypes.QUEUE_DIRECTORIES) {
                while (payload.hasRemaining()) {
                    queue(payload.getLong()).decode(payload, used);
                }
            } else if (type == EntryTypes.QUEUE_BLOCKS) {
                end[0] = payload.getInt();
            }
        });
        if (end[0] > files.units() || used.length() > end[0]) {
            throw new StoreException("files of the queue index are missing in " + directory + ": there are "
                    + files.units() + " blocks, the state image speaks of " + Math.max(end[0], used.length())
                    + "; restore this data directory from a replica or a backup");
        }
        allocator.restore(end[0], used);
    }

    /** A walk over all directories, in slices. */
    public interface Snapshot {
        /** Adds up to so many queues; true when the last one was added. */
        boolean advance(int queues);
    }

    private final class Walk implements Snapshot {
        private final ImageWriter image;
        private ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
        private int next;
        private boolean complete;

        Walk(final ImageWriter image) {
            this.image = image;
        }

        @Override
        public boolean advance(final int atMost) {
            for (int i = 0; i < atMost && next < count; i++) {
                final Queue queue = queues[next++];
                if (queue != null) {
                    add(queue);
                }
            }
            if (next == count && !complete) {
                complete = true;
                flush();
                // After all directories: no block of theirs lies behind this end, and none was written behind it.
                image.add(
                        EntryTypes.QUEUE_BLOCKS,
                        ByteBuffer.allocate(Integer.BYTES)
                                .putInt(allocator.end())
                                .flip());
                final BlockFiles.Forcing forcing = files.takeDirty(image);
                image.beforePublishing(forcing::run);
            }
            return complete;
        }

        private void add(final Queue queue) {
            if (payload.remaining() < queue.encodedBytes()) {
                flush();
                if (payload.capacity() < queue.encodedBytes()) {
                    payload = ByteBuffer.allocate(queue.encodedBytes());
                }
            }
            queue.encode(payload);
        }

        private void flush() {
            if (payload.position() > 0) {
                image.add(EntryTypes.QUEUE_DIRECTORIES, payload.flip());
                payload.clear();
            }
        }
    }
}
