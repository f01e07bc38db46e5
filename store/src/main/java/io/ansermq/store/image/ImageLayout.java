package io.ansermq.store.image;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of a state image.
 *
 * <pre>
 *   0        8        12       16       24
 *   +--------+--------+--------+--------+
 *   | magic  | version| epoch  |position|      header
 *   +--------+--------+--------+--------+
 *   | type   | length | payload         |      entry, any number of times
 *   +--------+--------+-----------------+
 *   | 0      | 12     | entries| crc32c |      end: count i64, checksum i32
 *   +--------+--------+--------+--------+
 * </pre>
 *
 * <p>All numbers are big-endian, types and lengths 4 bytes. The checksum covers everything before itself. <em>epoch</em>
 * is that of the log when the image was made: no frame behind <em>position</em> has a lower one.
 */
final class ImageLayout {
    static final int HEADER_BYTES = 24;
    static final int ENTRY_HEADER_BYTES = 8;
    static final int END_BYTES = ENTRY_HEADER_BYTES + 12;

    private static final long MAGIC = 0x414E5352494D4147L; // "ANSRIMAG"
    private static final int VERSION = 1;
    private static final int END_TYPE = 0;
    private static final int CRC_BYTES = 4;

    private ImageLayout() {}

    /** What an image's header says. */
    record Header(int epoch, long position) {}

    static ByteBuffer header(final Header header) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putLong(MAGIC)
                .putInt(VERSION)
                .putInt(header.epoch)
                .putLong(header.position)
                .flip();
    }

    /** The end of an image; {@code crc} has seen everything before it. */
    static ByteBuffer end(final long entries, final CRC32C crc) {
        final ByteBuffer end = ByteBuffer.allocate(END_BYTES)
                .putInt(END_TYPE)
                .putInt(END_BYTES - ENTRY_HEADER_BYTES)
                .putLong(entries);
        crc.update(end.array(), 0, end.position());
        return end.putInt((int) crc.getValue()).flip();
    }

    /** The header of a whole image, or null if anything about the bytes is wrong. */
    static @Nullable Header check(final ByteBuffer image) {
        final int length = image.limit();
        if (length < HEADER_BYTES + END_BYTES
                || image.getLong(0) != MAGIC
                || image.getInt(8) != VERSION
                || image.getInt(length - CRC_BYTES) != checksum(image)) {
            return null;
        }
        long entries = 0;
        int at = HEADER_BYTES;
        while (length - at >= ENTRY_HEADER_BYTES && image.getInt(at) != END_TYPE) {
            final int payload = image.getInt(at + 4);
            if (payload < 0 || payload > length - at - ENTRY_HEADER_BYTES) {
                return null;
            }
            at += ENTRY_HEADER_BYTES + payload;
            entries++;
        }
        return length - at == END_BYTES && image.getLong(at + ENTRY_HEADER_BYTES) == entries
                ? new Header(image.getInt(12), image.getLong(16))
                : null;
    }

    /** Visits the entries of an image that was checked. */
    static void forEach(final ByteBuffer image, final ImageReader.EntryVisitor visitor) {
        int at = HEADER_BYTES;
        for (int type = image.getInt(at); type != END_TYPE; type = image.getInt(at)) {
            final int length = image.getInt(at + 4);
            at += ENTRY_HEADER_BYTES;
            visitor.entry(type, image.slice(at, length));
            at += length;
        }
    }

    private static int checksum(final ByteBuffer image) {
        final CRC32C crc = new CRC32C();
        crc.update(image.duplicate().position(0).limit(image.limit() - CRC_BYTES));
        return (int) crc.getValue();
    }
}
