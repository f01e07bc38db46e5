package io.ansermq.store.commitlog;

import io.ansermq.store.files.Files;
import io.ansermq.store.files.StoreFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code checkpoint}: what recovery must not find less of. Two slots of one sector each are written in turn, so
 * that a torn write leaves the other; the valid slot with the higher sequence counts. Owned by whoever opens or closes
 * the log, and by {@code aux} in between.
 *
 * <pre>
 *   0        8        12       16       24       32       40       48                508
 *   +--------+--------+--------+--------+--------+--------+--------+-----------------+--------+
 *   | magic  | version| epoch  |sequence| image  |durable | clean  | zeros           | crc32c |
 *   |        |        |        |        |position|position| end    |                 |        |
 *   +--------+--------+--------+--------+--------+--------+--------+-----------------+--------+ 512
 * </pre>
 *
 * <p>All numbers are big-endian; the checksum covers everything before itself. <em>durable position</em> is a lower bound
 * of what was forced. <em>clean end</em> is the end of a log that was closed in order, else {@link #NONE}.
 */
final class Checkpoint implements Closeable {
    /** Stands for "no position". */
    static final long NONE = -1;

    private static final long MAGIC = 0x414E5352434B5054L; // "ANSRCKPT"
    private static final int VERSION = 1;
    private static final int SLOT_BYTES = 512;
    private static final int SLOTS = 2;
    private static final int CRC = 508;

    private final StoreFile file;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_BYTES);
    private State state;

    /**
     * One checkpoint.
     *
     * @param sequence counts the checkpoints of this directory
     * @param epoch the highest epoch that was ever begun
     * @param imagePosition the position of the newest state image, or {@link #NONE}
     * @param durablePosition everything below was forced
     * @param cleanEnd the end of the log if it was closed in order, else {@link #NONE}
     */
    record State(long sequence, int epoch, long imagePosition, long durablePosition, long cleanEnd) {
        static final State FRESH = new State(0, 0, NONE, 0, NONE);
    }

    private Checkpoint(final StoreFile file) throws IOException {
        this.file = file;
        State newest = State.FRESH;
        for (int i = 0; i < SLOTS; i++) {
            final State found = read(i);
            if (found != null && found.sequence > newest.sequence) {
                newest = found;
            }
        }
        state = newest;
    }

    /** Opens the file of a data directory, or makes it. */
    static Checkpoint open(final Files files, final Path path) throws IOException {
        return new Checkpoint(files.exists(path) ? files.open(path) : files.create(path));
    }

    State state() {
        return state;
    }

    /** A new life begins: not closed in order, and its epoch is taken for ever. */
    void opened(final int epoch, final long durablePosition) throws IOException {
        write(new State(state.sequence + 1, epoch, state.imagePosition, durablePosition, NONE));
    }

    /** Everything below the position was forced. */
    void forced(final long durablePosition) throws IOException {
        write(new State(state.sequence + 1, state.epoch, state.imagePosition, durablePosition, NONE));
    }

    /** A state image was published. */
    void imaged(final long imagePosition, final long durablePosition) throws IOException {
        write(new State(state.sequence + 1, state.epoch, imagePosition, durablePosition, NONE));
    }

    /** The log was forced to its end, and nothing will be written any more. */
    void closed(final long end) throws IOException {
        write(new State(state.sequence + 1, state.epoch, state.imagePosition, end, end));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void write(final State next) throws IOException {
        slot.clear();
        slot.putLong(MAGIC)
                .putInt(VERSION)
                .putInt(next.epoch)
                .putLong(next.sequence)
                .putLong(next.imagePosition)
                .putLong(next.durablePosition)
                .putLong(next.cleanEnd);
        slot.putInt(CRC, checksum());
        file.write(slot.clear(), next.sequence % SLOTS * SLOT_BYTES);
        file.force();
        state = next;
    }

    private @Nullable State read(final int index) throws IOException {
        slot.clear();
        if (file.read(slot, (long) index * SLOT_BYTES) < SLOT_BYTES
                || slot.getInt(CRC) != checksum()
                || slot.clear().getLong() != MAGIC
                || slot.getInt() != VERSION) {
            return null;
        }
        final int epoch = slot.getInt();
        return new State(slot.getLong(), epoch, slot.getLong(), slot.getLong(), slot.getLong());
    }

    private int checksum() {
        final CRC32C crc = new CRC32C();
        crc.update(slot.clear().limit(CRC));
        slot.clear();
        return (int) crc.getValue();
    }
}
